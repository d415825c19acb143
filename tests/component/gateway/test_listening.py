"""``GET /v1/jobs/{id}/events`` and ``GET /v1/events``, over real HTTP: what comes, how it is written, when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from nats.js import JetStreamContext

from shared.http.problem import PROBLEM_JSON
from shared.jetstream.topology import Topology
from shared.ports.records import Record
from tests.component.gateway.live import Gateway, Jobs, gateway, jobs_over
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer
from tests.support.sse import Event, listening


@pytest.fixture
def jobs(js: JetStreamContext, topology: Topology) -> Jobs:
    """The hands that write logs."""
    return jobs_over(js, topology)


@pytest.fixture
async def live(server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gateway that is served."""
    async with gateway(server, topology, tmp_path) as served:
        yield served


async def refused(http: httpx.AsyncClient, path: str, **headers: str) -> httpx.Response:
    """Ask for a stream and get an answer instead."""
    async with http.stream("GET", path, headers=headers) as answer:
        await answer.aread()
    return answer


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    """Whether it is this error, in the shape that all have."""
    if answer.headers.get("content-type") != PROBLEM_JSON:
        return False
    said = answer.json()
    return (answer.status_code, said["status"], said["code"]) == (status, status, code)


# one job


async def test_a_job_is_listened_to_from_its_acceptance_to_its_end(live: Gateway, jobs: Jobs) -> None:
    opened = await jobs.opened("one")
    async with listening(live.http, "/v1/jobs/one/events") as listener:
        events = listener.events()
        first = await anext(events)
        assert (first.name, first.id) == ("job", str(opened.revision))
        assert first.data == (await live.http.get("/v1/jobs/one")).json(), "the same job as a poll shows"
        started = await jobs.started(opened)
        second = await anext(events)
        await jobs.ended(await jobs.moved(started, 40))
        rest = [event async for event in events]

        assert (second.data["status"], second.id) == ("processing", str(started.revision))
        assert rest[-1].data["status"] == "succeeded"
        assert rest[-1].data["outputUrl"].startswith(str(live.http.base_url))
        assert listener.retry == 3_000


async def test_the_stream_is_not_kept_and_not_buffered_on_its_way(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    async with listening(live.http, "/v1/jobs/one/events") as listener:
        headers = listener.response.headers

        assert headers["cache-control"] == "no-store"
        assert headers["x-accel-buffering"] == "no"
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert "x-request-id" in headers


async def test_an_ended_job_is_told_whole_and_the_stream_ends(live: Gateway, jobs: Jobs) -> None:
    ended = await jobs.ended(await jobs.opened("one"))
    async with listening(live.http, "/v1/jobs/one/events") as listener:
        events = [event async for event in listener.events()]

    assert [(event.id, event.data["done"]) for event in events] == [(str(ended.revision), True)]


async def test_the_time_at_which_it_vanishes_is_the_polls_own(live: Gateway, jobs: Jobs) -> None:
    await jobs.make_bucket(ttl=600)
    opened = await jobs.opened("one")
    async with listening(live.http, "/v1/jobs/one/events") as listener:
        events = listener.events()
        await anext(events)
        await jobs.ended(opened)
        last = [event async for event in events][-1]
        polled = (await live.http.get("/v1/jobs/one")).json()

    assert last.data["expiresAt"] is not None
    assert last.data == polled


async def test_a_poll_after_an_event_never_shows_an_older_job(live: Gateway, jobs: Jobs) -> None:
    """The status service is behind: the bucket still has the job in the queue."""
    await jobs.make_bucket()
    entry = await jobs.opened("one")
    await jobs.record(Record(entry, None))
    async with listening(live.http, "/v1/jobs/one/events") as listener:
        events = listener.events()
        await anext(events)
        entry = await jobs.started(entry)
        for step in range(10):
            told = await anext(events)
            assert (await live.http.get("/v1/jobs/one")).json()["updatedAt"] >= told.data["updatedAt"]
            entry = await jobs.moved(entry, step)


async def test_who_knows_how_it_ended_is_told_to_stop_asking(live: Gateway, jobs: Jobs) -> None:
    ended = await jobs.ended(await jobs.opened("one"))
    path = "/v1/jobs/one/events"

    knows = await refused(live.http, path, **{"last-event-id": str(ended.revision)})
    async with listening(live.http, path, last_id=str(ended.revision - 1)) as listener:
        told = [event.id async for event in listener.events()]

    assert (knows.status_code, knows.content) == (204, b"")
    assert told == [str(ended.revision)]


async def test_who_knows_it_of_logs_that_are_gone_is_told_anew(live: Gateway, jobs: Jobs) -> None:
    """NATS came back empty, and a job of the same name has a lower place now."""
    ended = await jobs.ended(await jobs.opened("one"))
    async with listening(live.http, "/v1/jobs/one/events", last_id=str(ended.revision + 1_000)) as listener:
        assert [event.id async for event in listener.events()] == [str(ended.revision)]


async def test_who_knows_how_it_ended_before_the_bucket_does_is_told_to_stop_asking(live: Gateway, jobs: Jobs) -> None:
    await jobs.make_bucket()
    started = await jobs.started(await jobs.opened("one"))
    await jobs.record(Record(started, None))
    ended = await jobs.ended(started)

    answer = await refused(live.http, "/v1/jobs/one/events", **{"last-event-id": str(ended.revision)})

    assert answer.status_code == 204


async def test_a_job_goes_on_where_its_stream_was_cut(live: Gateway, jobs: Jobs) -> None:
    started = await jobs.started(await jobs.opened("one"))
    async with listening(live.http, "/v1/jobs/one/events", last_id=str(started.revision)) as listener:
        ended = await jobs.ended(started)
        told = [event.id async for event in listener.events()]

    assert told == [str(ended.revision)]


async def test_an_id_that_is_none_of_ours_is_no_id(live: Gateway, jobs: Jobs) -> None:
    """A browser sends whatever it saw last, and a refusal would make it give up for good."""
    opened = await jobs.opened("one")
    for wrong in ("x", "-1", "1.5", "", "9" * 40):
        async with listening(live.http, "/v1/jobs/one/events", last_id=wrong) as listener:
            assert (await anext(listener.events())).id == str(opened.revision), wrong


async def test_no_such_job_and_one_no_longer_kept(live: Gateway, jobs: Jobs) -> None:
    await jobs.make_bucket(ttl=0)
    await jobs.ended(await jobs.opened("gone"))

    assert is_problem(await refused(live.http, "/v1/jobs/nobody/events"), 404, "job_not_found")
    assert is_problem(await refused(live.http, "/v1/jobs/not%20one/events"), 404, "job_not_found")
    assert is_problem(await refused(live.http, "/v1/jobs/gone/events"), 410, "job_pruned")


# a show, or everything


async def told_of(listener_events: AsyncIterator[Event], count: int) -> list[Event]:
    return [await anext(listener_events) for _ in range(count)]


async def test_everything_and_a_show(live: Gateway, jobs: Jobs) -> None:
    before = await jobs.opened("before", "tide")
    await live.heard(before)
    async with (
        listening(live.http, "/v1/events") as everything,
        listening(live.http, "/v1/events", params={"showId": "tide"}) as show,
    ):
        all_events, show_events = everything.events(), show.events()
        hellos = [await anext(all_events), await anext(show_events)]
        one, two = await jobs.opened("one", "tide"), await jobs.opened("two", "dune")
        await jobs.ended(one)
        await jobs.ended(two)
        heard, of_show = await told_of(all_events, 6), await told_of(show_events, 3)

    assert [(hello.name, hello.data) for hello in hellos] == [("hello", {})] * 2
    assert hellos[0].id == str(before.revision), "what was before is not told, but a cut from here on can be resumed"
    assert [event.data["jobId"] for event in heard] == ["one", "two", "one", "one", "two", "two"]
    assert [event.data["status"] for event in of_show] == ["starting", "processing", "succeeded"]
    assert [int(event.id or 0) for event in heard] == sorted({int(event.id or 0) for event in heard})
    assert everything.retry == 3_000


async def test_what_was_missed_comes_first_and_then_hello(live: Gateway, jobs: Jobs) -> None:
    opened = await jobs.opened("one", "tide")
    await jobs.ended(opened)
    other = await jobs.opened("two", "dune")
    await live.heard(other)
    async with listening(live.http, "/v1/events", last_id=str(opened.revision), params={"showId": "tide"}) as listener:
        events = listener.events()
        missed, hello = await anext(events), await anext(events)

    assert (missed.data["jobId"], missed.data["status"]) == ("one", "succeeded")
    assert (hello.name, hello.id) == ("hello", str(other.revision))


async def test_a_show_that_cannot_be_one_is_refused(live: Gateway) -> None:
    for query in ("showId=", "showId=" + "x" * 257):
        assert is_problem(await refused(live.http, f"/v1/events?{query}"), 422, "invalid_request"), query


# those who leave, those who are too many, and the end


async def test_a_client_that_leaves_is_forgotten(live: Gateway, jobs: Jobs) -> None:
    await jobs.opened("one")
    async with AsyncExitStack() as stack:
        for path in ("/v1/jobs/one/events", "/v1/events"):
            await stack.enter_async_context(listening(live.http, path))
        waiting = asyncio.create_task(live.http.get("/v1/jobs/one?wait=60"))
        await eventually(lambda: live.listeners() == 3)
        waiting.cancel()
        await eventually(lambda: live.listeners() == 2)

    await eventually(lambda: live.listeners() == 0)


async def test_over_the_limit_streams_are_refused_and_waits_answered(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path, jobs: Jobs
) -> None:
    await jobs.opened("one")
    async with gateway(server, topology, tmp_path, live_max_clients=1) as small:
        async with listening(small.http, "/v1/events"):
            for path in ("/v1/events", "/v1/jobs/one/events"):
                answer = await refused(small.http, path)
                assert is_problem(answer, 503, "no_capacity")
                assert int(answer.headers["retry-after"]) >= 1
            waited = await small.http.get("/v1/jobs/one", headers={"prefer": "wait=60"})
            assert waited.json()["status"] == "starting"
            assert "preference-applied" not in waited.headers, "it was not heeded"

        async def free() -> bool:
            return (await small.http.get("/v1/jobs/one", headers={"prefer": "wait=0"})).status_code == 200

        assert await eventually(free)


async def test_nobody_listens_while_nats_is_away(live: Gateway, jobs: Jobs, server: NatsServer) -> None:
    await jobs.opened("one")
    server.stop()

    async def away() -> bool:
        return is_problem(await refused(live.http, "/v1/jobs/one/events"), 503, "unavailable")

    assert await eventually(away, within=20)


async def test_when_the_gateway_stops_streams_end_and_waits_are_answered(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path, jobs: Jobs
) -> None:
    await jobs.opened("one")
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(gateway(server, topology, tmp_path))
        listener = await stack.enter_async_context(listening(served.http, "/v1/events"))
        events = listener.events()
        await anext(events)
        waiting = asyncio.create_task(served.http.get("/v1/jobs/one?wait=60"))
        ending = asyncio.create_task(anext(events, None))
        await eventually(lambda: served.listeners() == 2)
        await served.stop()

        assert await ending is None
        assert (await waiting).json()["status"] == "starting"
