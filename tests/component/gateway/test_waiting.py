"""``GET /v1/jobs/{id}`` with ``Prefer: wait=n`` or ``?wait=n``: answered by the event, or as the job then stands."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from shared.http.problem import PROBLEM_JSON
from shared.jetstream.topology import Topology
from shared.tasks import stop
from tests.component.gateway.live import Gateway, Jobs, gateway, jobs_over
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer
from tests.support.sse import listening

JOB = "/v1/jobs/one"


@pytest.fixture
def jobs(js: JetStreamContext, topology: Topology) -> Jobs:
    """The hands that write logs."""
    return jobs_over(js, topology)


@pytest.fixture
async def live(server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway that is served."""
    async with gateway(server, topology, tmp_path) as served:
        yield served


async def waiting(live: Gateway, **given: Any) -> "asyncio.Task[httpx.Response]":
    """Begin to wait; return when the gateway knows it."""
    asked = asyncio.create_task(live.http.get(JOB, **given))
    await eventually(lambda: live.listeners() > 0)
    return asked


async def tag(live: Gateway) -> str:
    """Return the job's present validator."""
    return str((await live.http.get(JOB)).headers["etag"])


@pytest.mark.parametrize("given", [{"headers": {"prefer": "wait=60"}}, {"params": {"wait": 60}}])
async def test_a_wait_for_the_end_sleeps_through_all_else(live: Gateway, jobs: Jobs, given: dict[str, Any]) -> None:
    opened = await jobs.opened("one")
    asked = await waiting(live, **given)
    await live.heard(await jobs.moved(await jobs.started(opened), 40))
    assert not asked.done()
    await jobs.ended(await jobs.last("one"))

    answer = await asked
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    assert "retry-after" not in answer.headers
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["etag"] == await tag(live)
    assert answer.headers.get("preference-applied") == ("wait=60" if "headers" in given else None)


async def test_a_wait_with_a_validator_ends_with_the_first_change(live: Gateway, jobs: Jobs) -> None:
    opened = await jobs.opened("one")
    before = await tag(live)
    asked = await waiting(live, headers={"prefer": "wait=60", "if-none-match": before})
    await jobs.started(opened)

    answer = await asked
    assert (answer.status_code, answer.json()["status"]) == (200, "processing")
    assert answer.headers["etag"] != before
    assert answer.headers["preference-applied"] == "wait=60"
    assert int(answer.headers["retry-after"]) >= 1


async def test_after_its_time_a_wait_is_answered_as_the_job_stands(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    plain = await live.http.get(JOB, params={"wait": 1})
    unchanged = await live.http.get(JOB, params={"wait": 1}, headers={"if-none-match": plain.headers["etag"]})

    assert (plain.status_code, plain.json()["status"]) == (200, "starting")
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == plain.headers["etag"]


async def test_a_validator_that_is_out_of_date_is_answered_at_once(live: Gateway, jobs: Jobs) -> None:
    opened = await jobs.opened("one")
    before = await tag(live)
    await jobs.started(opened)

    answer = await live.http.get(JOB, headers={"prefer": "wait=60", "if-none-match": before})

    assert (answer.status_code, answer.json()["status"]) == (200, "processing")


async def test_an_ended_job_is_answered_at_once(live: Gateway, jobs: Jobs) -> None:
    await jobs.ended(await jobs.opened("one"))
    whole = await live.http.get(JOB, headers={"prefer": "wait=60"})
    unchanged = await live.http.get(
        JOB, headers={"prefer": "wait=60", "if-none-match": f'"other", {whole.headers["etag"]}'}
    )

    assert (whole.status_code, whole.json()["done"]) == (200, True)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


UNREADABLE = ("wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "respond-async", "=5", ",,;")


async def test_a_preference_that_cannot_be_read_is_ignored(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    for prefer in UNREADABLE:
        answer = await live.http.get(JOB, headers={"prefer": prefer})

        assert (answer.status_code, answer.json()["status"]) == (200, "starting"), prefer
        assert "preference-applied" not in answer.headers, prefer


async def test_a_preference_is_found_among_others(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    for prefer in ("wait=0", "respond-async, WAIT = 0", 'foo; bar="a,wait=9", wait=0, wait=5'):
        answer = await live.http.get(JOB, headers={"prefer": prefer})

        assert answer.headers["preference-applied"] == "wait=0", prefer


async def test_a_query_that_cannot_be_read_is_refused(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    for wait in ("x", "-1", "61", "1.5", ""):
        answer = await live.http.get(JOB, params={"wait": wait})

        assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM_JSON), wait
        assert answer.json()["code"] == "invalid_request"
        assert "wait" in answer.json()["errors"][0]["pointer"]


async def test_there_is_no_waiting_for_a_job_that_is_not_there(live: Gateway, jobs: Jobs) -> None:
    await jobs.make_bucket(ttl=0)
    await jobs.ended(await jobs.opened("one"))

    assert (await live.http.get("/v1/jobs/nobody", headers={"prefer": "wait=60"})).status_code == 404
    assert (await live.http.get(JOB, headers={"prefer": "wait=60"})).status_code == 410


@pytest.mark.parametrize("call", ["look", "submit"])
async def test_who_leaves_gives_the_place_up(live: Gateway, jobs: Jobs, call: str) -> None:
    await jobs.opened("one")
    body = {"show": {}, "character": {"character": "Mira"}}
    if call == "look":
        asked = await waiting(live, params={"wait": 60})
    else:
        posting = live.http.post("/v1/jobs/portrait", json=body, headers={"prefer": "wait=60"})
        asked = asyncio.create_task(posting)
        await eventually(lambda: live.listeners() > 0)

    await stop([asked])

    await eventually(lambda: live.listeners() == 0)


async def test_a_job_is_waited_for_right_after_its_acceptance(live: Gateway, jobs: Jobs) -> None:
    """The status service, here not even running, has not seen it."""
    body = {"show": {}, "character": {"character": "Mira"}, "jobId": "one"}
    assert (await live.http.post("/api/characters/portrait", json=body)).status_code == 202
    asked = await waiting(live, params={"wait": 60})
    await jobs.ended(await jobs.last("one"))

    assert (await asked).json()["status"] == "succeeded"


async def test_who_listens_or_waits_hears_that_no_worker_is_there_any_more(live: Gateway, jobs: Jobs) -> None:
    opened = await jobs.opened("one")
    await live.heard(opened)
    tag = (await live.http.get("/v1/jobs/one")).headers["etag"]
    async with listening(live.http, "/v1/jobs/one/events") as listener, listening(live.http, "/v1/events") as to_all:
        events, all_events = listener.events(), to_all.events()
        first, hello = await anext(events), await anext(all_events)
        waiting = asyncio.create_task(
            live.http.get("/v1/jobs/one", headers={"prefer": "wait=60", "if-none-match": tag})
        )
        await eventually(lambda: live.listeners() == 3)

        live.workers.be()

        again, told, answer = await anext(events), await anext(all_events), await waiting
        assert (first.data["detail"], hello.name) == (None, "hello")
        for job in (again.data, told.data, answer.json()):
            assert "No portrait worker is running" in job["detail"]
        assert (again.id, told.id) == (str(opened.revision), hello.id), "they resume where they would have"
        assert answer.headers["etag"] != tag


async def test_canceling_ends_the_waits(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    asked = await waiting(live, params={"wait": 60})
    canceled = await live.http.post(f"{JOB}/cancel")

    assert canceled.status_code == 200
    assert (await asked).json()["status"] == "canceled"


async def test_who_asks_for_each_change_sees_them_all_in_order(live: Gateway, jobs: Jobs) -> None:
    """A loop of long polls, while a worker writes as fast as it can."""

    tags = ['"none"']

    async def follow() -> list[tuple[str, int]]:
        seen: list[tuple[str, int]] = []
        while not seen or seen[-1][0] != "succeeded":
            answer = await live.http.get(JOB, headers={"prefer": "wait=60", "if-none-match": tags[-1]})
            assert answer.status_code == 200
            tags.append(answer.headers["etag"])
            seen.append((answer.json()["status"], answer.json()["progress"] or 0))
        return seen

    entry = await jobs.opened("one")
    following = asyncio.create_task(follow())
    entry = await jobs.started(entry)
    for step in range(30):
        entry = await jobs.moved(entry, step)
    await jobs.ended(entry)

    seen = await following
    order = ["starting", "processing", "succeeded"]
    assert [order.index(status) for status, _ in seen] == sorted(order.index(status) for status, _ in seen)
    assert [progress for _, progress in seen] == sorted(progress for _, progress in seen)
    assert len(tags) == len(set(tags)), "each answer was a change"
