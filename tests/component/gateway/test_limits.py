"""Limits over HTTP: what is answered to an owner who has used them up, and that all gateways keep them together."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import State, open_app
from shared.jetstream.topology import Topology
from tests.component.gateway.endings import hands
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, PORTRAIT
from tests.support.eventually import eventually
from tests.support.keys import ADA, BEN, bearing, keys_file
from tests.support.nats_server import NatsServer


@asynccontextmanager
async def owner_at(
    server: NatsServer, topology: Topology, folder: Path, limits: Mapping[str, Any]
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield Ada at a gateway of her own, where each owner has ``limits``."""
    folder.mkdir(exist_ok=True)
    keys, media = keys_file(folder, limits), folder.as_uri()
    settings = Settings(nats_url=(server.url,), media_url=media, api_keys_file=keys)
    async with open_app(settings, asyncio.Event(), topology, State()) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gr.test", headers=bearing(ADA)) as client:
            yield client


def wish(name: str, **more: Any) -> dict[str, Any]:
    """Return a portrait's body."""
    return {**GOOD_PORTRAIT, "jobId": name, "showId": "tide", "characterId": name, **more}


def left(answer: httpx.Response) -> str:
    """Return what is left of the submits, from one of the headers."""
    return answer.headers["ratelimit"].split(",")[0].rpartition(";t=")[0]


async def test_who_submits_too_often_is_told_when_to_come_back(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    async with owner_at(server, topology, tmp_path / "one", {"submitsPerMinute": 4}) as ada:
        first = await ada.post(PORTRAIT, json=wish("a"))
        again = await ada.post(PORTRAIT, json=wish("a"))
        wrong = await ada.post(PORTRAIT, json={})
        items = {"jobs": [{"kind": "portrait", **wish(name)} for name in ("b", "c", "d")]}
        batch = await ada.post("/v1/jobs:batch", json=items)
        over = await ada.post("/v1/jobs/portrait", json=wish("e"))
        poll = await ada.get("/v1/jobs/a")
        ben = await ada.post(PORTRAIT, json=wish("a"), headers=bearing(BEN))

    assert (first.status_code, again.status_code, wrong.status_code) == (202, 202, 400)
    assert [left(each) for each in (first, again, wrong)] == ['"submits";r=3', '"submits";r=2', '"submits";r=2']
    assert first.headers["ratelimit-policy"] == '"submits";q=4;w=60, "active-jobs";q=1000'
    assert sorted(each["status"] for each in batch.json()["results"]) == [202, 202, 429]
    assert (over.status_code, over.json()["code"], over.json()["retryable"]) == (429, "rate_limited", True)
    assert 1 <= (wait := int(over.headers["retry-after"])) <= 60
    # The two are reckoned one after the other, and a whole second may have ended between them.
    assert over.headers["ratelimit"].startswith((f'"submits";r=0;t={wait},', f'"submits";r=0;t={wait - 1},'))
    assert "ratelimit" not in poll.headers
    assert (ben.status_code, left(ben)) == (202, '"submits";r=3')


async def test_active_jobs_are_counted_over_all_gateways_and_what_is_there_already_is_free(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    limits = {"activeJobs": 2}
    async with owner_at(server, topology, tmp_path / "one", limits) as here:
        work = hands(here, js, tmp_path / "one")
        assert (await here.post(PORTRAIT, json=wish("a"))).status_code == 202
        async with owner_at(server, topology, tmp_path / "two", limits) as there:

            async def known() -> bool:
                told = await there.post("/v1/jobs/none/cancel")
                return told.headers["ratelimit"].endswith('"active-jobs";r=1')

            await eventually(known)  # it looks for what was there before it came
            assert (await there.post(PORTRAIT, json=wish("b"))).status_code == 202
            await eventually(lambda: refused(here))
            over = await here.post(PORTRAIT, json=wish("c"))
            running = await here.post(PORTRAIT, json=wish("b"))
            rival = await here.post(PORTRAIT, json=wish("z", characterId="b"))
            await work.fail("ada=a")
            again = await eventually(lambda: accepted(here, "/v1/jobs/a/retry"))
            full = await here.post("/v1/jobs:retryFailed")

    assert (over.status_code, over.json()["code"]) == (429, "too_many_jobs")
    assert int(over.headers["retry-after"]) >= 1
    assert (running.status_code, running.json()["jobId"]) == (202, "b")
    assert (rival.status_code, rival.json()["jobId"]) == (202, "b")
    assert again
    assert full.status_code == 202


async def refused(client: httpx.AsyncClient) -> bool:
    """Whether there is no room for another job."""
    told = await client.post("/v1/jobs/none/cancel")
    return told.headers["ratelimit"].endswith('"active-jobs";r=0')


async def accepted(client: httpx.AsyncClient, path: str) -> bool:
    """Whether a call is accepted by now."""
    return (await client.post(path)).status_code == 202


async def test_what_was_made_again_before_the_limit_is_told_and_the_rest_is_for_the_next_call(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    async with owner_at(server, topology, tmp_path / "one", {"activeJobs": 1}) as ada:
        work = hands(ada, js, tmp_path / "one")
        for name in ("a", "b"):
            assert await eventually(partial(submitted, ada, wish(name)))
            await work.fail(f"ada={name}")

        first = await eventually(lambda: made_again(ada, {}))
        over = await ada.post("/v1/jobs:retryFailed", json={})
        await work.fail(f"ada={first['jobs'][0]['jobId']}")
        second = await eventually(lambda: made_again(ada, {"cursor": first["nextCursor"]}))

    assert (over.status_code, over.json()["code"]) == (429, "too_many_jobs")
    again = [[job["retryOf"] for job in each["jobs"]] for each in (first, second)]
    assert sorted(again) == [["a"], ["b"]]


async def submitted(client: httpx.AsyncClient, body: dict[str, Any]) -> bool:
    """Whether a submit is accepted by now."""
    return (await client.post(PORTRAIT, json=body)).status_code == 202


async def made_again(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any] | None:
    """Retry what failed; return the answer when there was room for it."""
    answer = await client.post("/v1/jobs:retryFailed", json=body)
    told: dict[str, Any] = answer.json()
    return told if answer.status_code == 202 else None
