"""The status service's two passes over a real server: whole, at scale, and leaving no consumer behind."""

import asyncio
from collections import Counter

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.domain.job import accept, start
from shared.events import subjects
from shared.events.codec import encode_change
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.outstanding import JetStreamScans
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import JOBS, STATUS
from shared.ports.job_log import BusUnavailable
from tests.support.jobs import NOON, a_request
from tests.support.nats_server import NatsServer

MANY = 3_000


@pytest.fixture
def scans(client: Client, js: JetStreamContext) -> JetStreamScans:
    """The passes."""
    return JetStreamScans(client, js)


async def consumers(js: JetStreamContext, stream: str) -> list[str]:
    """Return the names of a stream's consumers."""
    return sorted(info.name for info in await js.consumers_info(stream))


async def fill_logs(js: JetStreamContext, jobs: int, *, taken: int = 0) -> None:
    """Open so many logs; the first ``taken`` of the jobs are held by a worker."""

    async def one(number: int) -> None:
        job_id = f"job-{number}"
        opened = accept(a_request(job_id), 1)
        said = [opened, start(opened.job, "w", "local", NOON)] if number < taken else [opened]
        for n, change in enumerate(said):
            body = encode_change(change, f"{job_id}-{n}", "x").body
            await js.publish(subjects.log(change.job.kind, change.job.job_id), body)

    for first in range(0, jobs, 500):
        await asyncio.gather(*(one(n) for n in range(first, min(jobs, first + 500))))


async def test_the_last_entry_of_every_log_is_passed_over_once(js: JetStreamContext, scans: JetStreamScans) -> None:
    await fill_logs(js, MANY, taken=300)
    before = await consumers(js, STATUS)

    entries = [entry async for entry in scans.last_entries()]

    assert len(entries) == len({entry.job.job_id for entry in entries}) == MANY
    assert Counter(entry.fact.value for entry in entries) == {"accepted": MANY - 300, "started": 300}
    assert await consumers(js, STATUS) == before


async def test_a_pass_over_nothing_is_empty(js: JetStreamContext, scans: JetStreamScans) -> None:
    assert [entry async for entry in scans.last_entries()] == []
    assert [waiting async for waiting in scans.requests_after(0)] == []


async def test_nonsense_in_one_log_is_passed_over(js: JetStreamContext, scans: JetStreamScans) -> None:
    await fill_logs(js, 3)
    await js.publish("status.portrait.job-1", b"nonsense")

    assert {entry.job.job_id async for entry in scans.last_entries()} == {"job-0", "job-2"}


async def test_events_written_meanwhile_do_no_harm(js: JetStreamContext, scans: JetStreamScans) -> None:
    await fill_logs(js, 600)
    log = JetStreamJobLog(js, "writer")
    seen: list[Entry] = []
    async for entry in scans.last_entries():
        if not seen:
            await log.append(accept(a_request("new"), 1), None)
        seen.append(entry)

    assert {f"job-{n}" for n in range(600)} <= {entry.job.job_id for entry in seen}


@pytest.mark.parametrize("ended", ["broken off", "thrown"])
async def test_a_pass_that_is_broken_off_leaves_no_consumer(
    js: JetStreamContext, scans: JetStreamScans, ended: str
) -> None:
    await fill_logs(js, 20)
    before = await consumers(js, STATUS)
    passing = scans.last_entries()
    await anext(passing)

    if ended == "broken off":
        await passing.aclose()  # type: ignore[attr-defined]
    else:
        with pytest.raises(KeyError):
            await passing.athrow(KeyError("a bug"))  # type: ignore[attr-defined]

    assert await consumers(js, STATUS) == before


async def test_a_server_restarted_in_the_midst_is_an_absence_like_any_other(
    js: JetStreamContext, scans: JetStreamScans, server: NatsServer
) -> None:
    """The pass's consumer was in memory; what is raised must be what the service's loops wait out."""
    await fill_logs(js, 1_200)
    passing = scans.last_entries()
    await anext(passing)
    await server.restart()

    with pytest.raises(BusUnavailable):
        async for _ in passing:
            pass


async def test_every_request_of_many_is_passed_over_in_order(js: JetStreamContext, scans: JetStreamScans) -> None:
    requests = JetStreamRequests(js, "g")
    for first in range(0, 1_200, 300):
        await asyncio.gather(*(requests.file(a_request(f"job-{n}"), 0) for n in range(first, first + 300)))
    before = await consumers(js, JOBS)

    seen = [waiting.sequence async for waiting in scans.requests_after(100)]

    assert seen == list(range(101, 1_201))
    assert await consumers(js, JOBS) == before
