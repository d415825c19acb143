"""The status service as it runs, over a real server: the records follow the logs, whatever happens to the bucket."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from nats.js import JetStreamContext

from shared.domain.fold import Entry, fold
from shared.domain.ids import JobId
from shared.domain.job import Change, accept
from shared.events import subjects
from shared.events.codec import encode_change
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import BUCKET_STREAM, JOBS, STATUS, Topology
from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, RecordLost
from shared.runtime.clock import SystemClock
from shared.runtime.settings import load_settings
from status.config import Settings
from status.wiring import Readiness, running
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer
from tests.unit.domain.moves import random_life

TTL = 3_600.0


@asynccontextmanager
async def status_services(server: NatsServer, topology: Topology, count: int, ttl: float = TTL) -> AsyncIterator[None]:
    """Run so many status services."""
    settings = load_settings(Settings, {"nats_url": server.url, "status_ttl_seconds": ttl})
    async with AsyncExitStack() as stack:
        for _ in range(count):
            await stack.enter_async_context(running(settings, asyncio.Event(), topology, Readiness()))
        yield


async def write(js: JetStreamContext, life: list[Entry]) -> list[Entry]:
    """Put a life into its job's log, as of now so that no record's time has passed; return it as it lies there."""
    written = []
    for entry in life:
        change = Change(entry.fact, entry.job)
        body = encode_change(change, f"{entry.job.job_id}-{entry.revision}", "x").body
        ack = await js.publish(subjects.log(entry.job.kind, entry.job.job_id), body)
        written.append(Entry(ack.seq, entry.fact, entry.job))
    return written


async def write_lives(js: JetStreamContext, chance: random.Random, jobs: range) -> dict[str, Entry]:
    """Write so many jobs' lives, interleaved; return what each should fold to."""
    now = SystemClock().now()
    lives = [random_life(chance, job_id=f"job-{n}", created_at=now) for n in jobs]
    written = await asyncio.gather(*(write(js, life) for life in lives))
    return {life[0].job.job_id: folded for life in written if (folded := fold(life)) is not None}


async def shown(js: JetStreamContext, topology: Topology, expected: dict[str, Entry]) -> bool:
    """Whether the bucket shows every job as expected."""
    records = JetStreamRecords(js, topology)
    try:
        found = await asyncio.gather(*(records.get(JobId(job_id)) for job_id in expected))
        whole = await records.state() is not None
    except (BusUnavailable, RecordLost):
        return False
    return whole and [each.record.entry if each else None for each in found] == list(expected.values())


@pytest.mark.parametrize("services", [1, 2])
async def test_records_follow_the_logs(
    js: JetStreamContext, server: NatsServer, topology: Topology, seed: int, services: int
) -> None:
    chance = random.Random(seed)
    before = await write_lives(js, chance, range(60))
    async with status_services(server, topology, services):
        during = await write_lives(js, chance, range(60, 120))

        assert await eventually(lambda: shown(js, topology, before | during), within=20)
        assert await JetStreamRecords(js, topology).state() == BucketState(TTL)


@pytest.mark.parametrize("fault", ["deleted", "restarted"])
async def test_a_bucket_lost_while_running_comes_back_equal(
    js: JetStreamContext, server: NatsServer, topology: Topology, seed: int, fault: str
) -> None:
    chance = random.Random(seed)
    async with status_services(server, topology, 2):
        expected = await write_lives(js, chance, range(100))
        assert await eventually(lambda: shown(js, topology, expected), within=20)

        await (js.delete_stream(BUCKET_STREAM) if fault == "deleted" else server.restart())

        assert await eventually(lambda: shown(js, topology, expected), within=20)
        expected |= await write_lives(js, chance, range(100, 120))
        assert await eventually(lambda: shown(js, topology, expected), within=20)


async def test_nothing_is_left_of_what_is_over(js: JetStreamContext, server: NatsServer, topology: Topology) -> None:
    """Ended jobs' records and requests go after their time, those nobody finished are ended, and their logs stay."""
    requests, log = JetStreamRequests(js, "g"), JetStreamJobLog(js, "g")
    now = SystemClock().now()
    for n in range(5):
        request = a_request(f"job-{n}", created_at=now - timedelta(minutes=10), deadline=now - timedelta(minutes=1))
        await log.append(accept(request, await requests.file(request, 0)), None)

    async with status_services(server, topology, 2, ttl=1.0):

        async def all_gone() -> bool:
            records = JetStreamRecords(js, topology)
            try:
                left = [await records.get(JobId(f"job-{n}")) for n in range(5)]
            except RecordLost:
                return False
            return (await js.stream_info(JOBS)).state.messages == 0 and left == [None] * 5

        assert await eventually(all_gone, within=20, every=0.2)

    ends = [await log.last(JobId(f"job-{n}")) for n in range(5)]
    assert [entry.fact.value for entry in ends if entry] == ["failed"] * 5
    assert (await js.stream_info(STATUS)).state.messages == 10
