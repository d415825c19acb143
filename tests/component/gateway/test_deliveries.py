"""``GET /v1/jobs/{id}/deliveries``, and what the document says a webhook is sent."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import State, open_app
from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import Answer, DeliveryLog, Message
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import Topology
from shared.jetstream.webhooks import JetStreamDeliveryLogs
from tests.component.gateway.endings import Hands
from tests.component.gateway.test_app_door import GOOD_PORTRAIT
from tests.support.nats_server import NatsServer

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
WEBHOOK = {"url": "https://client.example/in?key=geheim"}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
async def http(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that promises webhooks; ``js`` has made the streams."""
    (tmp_path / "media").mkdir()
    media = (tmp_path / "media").as_uri()
    settings = Settings(nats_url=(server.url,), media_url=media, webhook_secret=SECRET)
    async with open_app(settings, asyncio.Event(), topology, State()) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.test", timeout=60) as client:
            yield client


async def submitted(http: httpx.AsyncClient, **fields: Any) -> str:
    answer = await http.post("/v1/jobs/portrait", json={**GOOD_PORTRAIT, **fields})
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["jobId"]
    return job_id


async def tried(js: JetStreamContext, job_id: str, request: int) -> None:
    """Write down a message's two tries: nobody there, then a success."""
    logs = JetStreamDeliveryLogs(js)
    message = Message(
        webhook_id="msg_1",
        job_id=JobId(job_id),
        request=request,
        status=Status.SUCCEEDED,
        url=WEBHOOK["url"],
        body="{}",
        announced_at=NOON,
    )
    refused = Answer(seconds=0.25, error="The endpoint takes no connections.")
    log = DeliveryLog(job_id=message.job_id, request=request).tried(message, NOON, refused, 0.0)
    heard = Answer(seconds=0.5, http_status=204)
    await logs.write(log.tried(message, NOON + timedelta(seconds=6), heard, 0.0), 0)


async def test_each_try_is_shown_oldest_first(http: httpx.AsyncClient, js: JetStreamContext) -> None:
    job_id = await submitted(http, webhook=WEBHOOK)
    entry = await JetStreamJobLog(js, "test").last(JobId(job_id))
    assert entry is not None
    await tried(js, job_id, entry.job.request)

    answer = await http.get(f"/v1/jobs/{job_id}/deliveries")

    assert answer.status_code == 200
    about = {"webhookId": "msg_1", "type": "job.succeeded"}
    assert answer.json() == {
        "deliveries": [
            {
                **about,
                "attempt": 1,
                "at": "2026-01-05T12:00:00Z",
                "seconds": 0.25,
                "outcome": "retrying",
                "httpStatus": None,
                "error": "The endpoint takes no connections.",
                "nextTryAt": "2026-01-05T12:00:05.250000Z",
            },
            {
                **about,
                "attempt": 2,
                "at": "2026-01-05T12:00:06Z",
                "seconds": 0.5,
                "outcome": "delivered",
                "httpStatus": 204,
                "error": None,
                "nextTryAt": None,
            },
        ]
    }
    assert "geheim" not in answer.text


async def test_the_tries_of_an_earlier_job_of_that_id_are_not_shown(
    http: httpx.AsyncClient, js: JetStreamContext
) -> None:
    await tried(js, "again", 99)
    await submitted(http, jobId="again", webhook=WEBHOOK)

    assert (await http.get("/v1/jobs/again/deliveries")).json() == {"deliveries": []}


@pytest.mark.parametrize("fields", [{}, {"webhook": WEBHOOK}])
async def test_where_nothing_was_tried_the_list_is_empty(http: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    job_id = await submitted(http, **fields)

    answer = await http.get(f"/v1/jobs/{job_id}/deliveries")

    assert (answer.status_code, answer.json()) == (200, {"deliveries": []})


@pytest.mark.parametrize("job_id", ["never-issued", "a.b", "j" * 129])
async def test_a_job_nobody_was_given_is_404(http: httpx.AsyncClient, job_id: str) -> None:
    answer = await http.get(f"/v1/jobs/{job_id}/deliveries")

    assert (answer.status_code, answer.json()["code"]) == (404, "job_not_found")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_job_that_is_gone_is_410(http: httpx.AsyncClient, js: JetStreamContext, tmp_path: Path) -> None:
    worker = Hands(http, JetStreamJobLog(js, "worker"), tmp_path / "media")
    job_id = await submitted(http, webhook=WEBHOOK)
    await worker.fail(job_id)
    assert (await http.delete(f"/v1/jobs/{job_id}")).status_code == 204

    answer = await http.get(f"/v1/jobs/{job_id}/deliveries")

    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"


async def test_while_nats_is_away_it_is_503(http: httpx.AsyncClient, server: NatsServer) -> None:
    job_id = await submitted(http, webhook=WEBHOOK)
    server.stop()

    answer = await http.get(f"/v1/jobs/{job_id}/deliveries")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1


async def test_the_document_says_what_a_webhook_is_sent(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()

    told = document["webhooks"]["job"]["post"]
    assert told["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/WebhookMessage"
    }
    assert {each["name"] for each in told["parameters"]} == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert set(told["responses"]) == {"204", "410", "default"}
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert named <= document["components"]["schemas"].keys()
