"""Keys over HTTP: every route there is refuses who may not, and shows nobody another owner's jobs."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import State, open_app
from shared.http.problem import PROBLEM_JSON
from shared.jetstream.topology import Topology
from tests.component.gateway.endings import Hands, hands
from tests.component.gateway.live import gateway
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, PORTRAIT, VIDEO
from tests.support.keys import ADA, BEN, READER, WRONG, bearing, keys_file
from tests.support.nats_server import NatsServer
from tests.support.sse import listening

OPEN = {
    *("/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/media/{name}", "/hooks/replicate"),
    *("/page", "/docs/swagger"),
}
"""All that needs no key; whatever else there is, or will be, does."""


@dataclass(slots=True)
class Keyed:
    """A gateway with keys, and its two owners, each with the hands of a worker at their jobs."""

    app: FastAPI
    anybody: httpx.AsyncClient
    ada: httpx.AsyncClient
    ben: httpx.AsyncClient
    work: Hands

    async def failed(self, job_id: str, **wish: Any) -> None:
        """Have a portrait of Ada's fail."""
        await self.work.portrait(jobId=job_id, **wish)
        await self.work.fail(f"ada={job_id}")


@pytest.fixture
async def keyed(server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path) -> AsyncIterator[Keyed]:
    """See :class:`Keyed`."""
    media = tmp_path / "media"
    media.mkdir()
    settings = Settings(
        nats_url=(server.url,),
        media_url=media.as_uri(),
        api_keys_file=keys_file(tmp_path),
    )
    async with open_app(settings, asyncio.Event(), topology, State()) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        anybody, ada, ben = (
            httpx.AsyncClient(transport=transport, base_url="http://greenroom.test", headers=headers)
            for headers in ({}, bearing(ADA), bearing(BEN))
        )
        async with anybody, ada, ben:
            yield Keyed(app, anybody, ada, ben, hands(ada, js, media))


def calls(app: FastAPI) -> list[tuple[str, str]]:
    """Return the method and address of every call there is but the open ones, those that delete last."""
    found: list[tuple[str, str]] = []
    for route in iter_route_contexts(app.routes):
        if route.path not in OPEN:
            assert route.path and route.methods, f"{route} is more than one address: is it to be open?"
            found += [(method, route.path) for method in route.methods]
    return sorted(found, key=lambda call: (call[0] == "DELETE", call))


def assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    """Check an answer that is an error: it says so to programs and to people, and carries its id."""
    assert answer.status_code == status, (answer.request.url, answer.text)
    assert answer.headers["content-type"] == PROBLEM_JSON
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["error"]
    assert problem["requestId"] == answer.headers["x-request-id"]


async def test_every_call_there_is_refuses_who_has_no_key(keyed: Keyed) -> None:
    tried = calls(keyed.app)
    assert len(tried) > 15
    for method, template in tried:
        path = template.replace("{id}", "some-job")
        missing = await keyed.anybody.request(method, path)
        assert_refused(missing, 401, "unauthorized")
        assert missing.headers["www-authenticate"] == "Bearer"
        for authorization in (f"Bearer {WRONG}", f"Bearer {ADA}x", f"Bearer {ADA[:-1]}"):
            wrong = await keyed.anybody.request(method, path, headers={"Authorization": authorization})
            assert_refused(wrong, 401, "key_unknown")
            assert wrong.headers["www-authenticate"] == 'Bearer error="invalid_token"'
            assert authorization.split()[1] not in wrong.text
        if method not in ("GET", "HEAD"):
            assert_refused(await keyed.anybody.request(method, path, headers=bearing(READER)), 403, "read_only")


async def test_a_key_is_read_as_bearers_are_and_no_other_way(keyed: Keyed) -> None:
    async def answered(*given: str) -> httpx.Response:
        return await keyed.anybody.get("/v1/models", headers=[(b"authorization", each.encode()) for each in given])

    for header in ("", "Bearer", "Bearer ", f"Basic {ADA}", ADA, f"Bearer {ADA} {ADA}", "Bearer é"):
        assert_refused(await answered(header), 401, "unauthorized")
    assert_refused(await answered(f"Bearer {ADA}", f"Bearer {ADA}"), 401, "unauthorized")
    assert (await answered(f"bearer  {ADA}")).status_code == 200


async def test_what_is_open_stays_open(keyed: Keyed) -> None:
    for path in ("/", "/page/", "/docs", "/docs/start.js", "/openapi.json", "/healthz", "/metrics"):
        assert (await keyed.anybody.get(path)).status_code in (200, 307), path
    assert_refused(await keyed.anybody.get("/media/nothing.png"), 404, "not_found")
    assert_refused(await keyed.anybody.post("/hooks/replicate"), 404, "not_found")
    assert_refused(await keyed.anybody.get("/nothing/here"), 401, "unauthorized")


async def test_anothers_job_is_no_job_at_any_address(keyed: Keyed) -> None:
    await keyed.failed("hers")
    about_a_job = [(method, path) for method, path in calls(keyed.app) if "{id}" in path]
    assert len(about_a_job) >= 7

    for method, path in about_a_job:
        answer = await keyed.ben.request(method, path.replace("{id}", "hers"))
        assert_refused(answer, 404, "job_not_found")
        spelled_out = await keyed.ben.request(method, path.replace("{id}", "ada=hers"))
        assert_refused(spelled_out, 404, "job_not_found")
    for method, path in about_a_job:
        # It has ended, and whoever says to know that is not sent a stream.
        answer = await keyed.ada.request(method, path.replace("{id}", "hers"), headers={"Last-Event-ID": "999999"})
        assert answer.status_code in (200, 202, 204), answer.text


async def test_anothers_job_has_no_status_at_the_apps_door(keyed: Keyed) -> None:
    await keyed.work.portrait(jobId="hers")

    await keyed.work.video(jobId="her-clip")

    for path, job_id in ((PORTRAIT, "hers"), (VIDEO, "her-clip")):
        hers = (await keyed.ada.get(f"{path}/status?jobId={job_id}")).json()
        his = [(await keyed.ben.get(f"{path}/status?jobId={name}")).json() for name in (job_id, f"ada={job_id}")]

        assert hers["status"] == "starting"
        assert [set(each.values()) for each in his] == [{None}, {None}]


async def test_two_owners_have_the_same_jobid_key_and_character_and_never_meet(keyed: Keyed) -> None:
    wish = {**GOOD_PORTRAIT, "showId": "tide", "characterId": "mira"}
    same = {**wish, "jobId": "mira-1"}
    key = {"Idempotency-Key": "mira-tuesday"}

    answers = [await owner.post(PORTRAIT, json=same) for owner in (keyed.ada, keyed.ben)]
    await keyed.work.fail("ada=mira-1")
    his = (await keyed.ben.get("/v1/jobs/mira-1")).json()
    keyed_answers = [
        await owner.post("/v1/jobs/portrait", json={**wish, "characterId": "juno"}, headers=key)
        for owner in (keyed.ada, keyed.ben)
    ]

    assert [(each.status_code, each.json()) for each in answers] == [
        (202, {"jobId": "mira-1", "status": "starting"}),
        (202, {"jobId": "mira-1", "status": "starting"}),
    ]
    assert (his["status"], his["urls"]["self"]) == ("starting", "http://greenroom.test/v1/jobs/mira-1")
    assert [("idempotency-replayed" in each.headers, each.status_code) for each in keyed_answers] == [(False, 202)] * 2


async def test_lists_and_mass_retries_are_an_owners_own(keyed: Keyed) -> None:
    await keyed.failed("hers")
    body = {"jobs": [{"kind": "portrait", **GOOD_PORTRAIT, "jobId": "his"}]}
    batch = (await keyed.ben.post("/v1/jobs:batch", json=body)).json()

    async def listed(owner: httpx.AsyncClient, query: str = "") -> list[str]:
        return [job["jobId"] for job in (await owner.get(f"/v1/jobs{query}")).json()["jobs"]]

    assert batch["results"][0]["job"]["jobId"] == "his"
    assert (await listed(keyed.ada), await listed(keyed.ben)) == (["hers"], ["his"])
    assert await listed(keyed.ben, "?ids=hers,his") == ["his"]
    assert (await keyed.ben.post("/v1/jobs:retryFailed")).json()["jobs"] == []
    retried = (await keyed.ada.post("/v1/jobs:retryFailed")).json()["jobs"]
    assert [job["retryOf"] for job in retried] == ["hers"]
    again = await keyed.ada.get(retried[0]["urls"]["self"])
    assert (again.status_code, again.json()["jobId"]) == (200, retried[0]["jobId"])


async def test_an_owner_hears_of_its_own_jobs_alone(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    async with gateway(server, topology, tmp_path, api_keys_file=keys_file(tmp_path)) as served:
        served.http.headers.update(bearing(ADA))
        async with listening(served.http, "/v1/events") as listener:
            events = listener.events()
            assert (await anext(events)).name == "hello"
            for key, name in ((BEN, "his"), (BEN, "hers"), (ADA, "hers")):
                body = {**GOOD_PORTRAIT, "jobId": name, "customPrompt": f"of {key}"}
                assert (await served.http.post(PORTRAIT, json=body, headers=bearing(key))).status_code == 202
            heard = [await anext(events)]
            async with listening(served.http, "/v1/events", last_id="0") as again:
                async for event in again.events():
                    heard.append(event)
                    if event.name == "hello":
                        break

    assert [(event.name, (event.data or {}).get("jobId")) for event in heard] == [
        ("job", "hers"),
        ("job", "hers"),
        ("hello", None),
    ]


async def test_nothing_that_an_owner_is_told_names_an_owner(keyed: Keyed) -> None:
    await keyed.failed("hers")

    told = [
        await keyed.ada.get("/v1/jobs/hers"),
        await keyed.ada.get("/v1/jobs/hers/timeline"),
        await keyed.ada.get("/v1/jobs"),
        await keyed.ada.post("/v1/jobs/hers/retry"),
        await keyed.ada.post("/v1/jobs/hers/retry", json={"customPrompt": 1}),
        await keyed.ada.post(PORTRAIT, json={**GOOD_PORTRAIT, "jobId": "hers", "customPrompt": "else"}),
    ]

    assert [answer.status_code for answer in told] == [200, 200, 200, 202, 422, 409]
    assert not [answer.text for answer in told if "ada=" in answer.text or '"ada"' in answer.text]


async def test_a_key_is_written_nowhere(keyed: Keyed, capfd: pytest.CaptureFixture[str]) -> None:
    for key in (ADA, WRONG):
        for path in ("/v1/jobs/none", "/v1/jobs?cursor=x", "/nothing"):
            await keyed.anybody.get(path, headers=bearing(key))
        await keyed.anybody.post("/v1/jobs/portrait", content=b"{", headers=bearing(key))

    written = "".join(capfd.readouterr())
    assert ADA not in written and WRONG not in written


async def test_the_document_says_who_needs_a_key(keyed: Keyed) -> None:
    document = (await keyed.anybody.get("/openapi.json")).json()

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert ("security" in operation) == (path not in OPEN), path
            assert path in OPEN or {"401"} <= operation["responses"].keys()
            writes = path not in OPEN and method != "get"
            assert ("403" in operation["responses"]) == writes, path
    submits = ("/api/characters/portrait", "/v1/jobs/video", "/v1/jobs:batch", "/v1/jobs/{id}/retry")
    assert all("429" in document["paths"][path]["post"]["responses"] for path in submits)
    assert "Bearer" not in json.dumps(document["paths"]["/healthz"])
