"""A worker says how it is: at once when that changes, every two seconds in any case, and goodbye at its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from shared.domain.kinds import Kind
from shared.ports.workers import Load
from shared.worker.announcing import Announcing
from tests.support.fakes.workers import MemoryAnnouncements
from tests.support.jobs import NOON
from tests.unit.worker.bench import Bench, WorkerProcess


@asynccontextmanager
async def announced(bench: Bench, worker: WorkerProcess) -> AsyncIterator[MemoryAnnouncements]:
    """Announce a worker, as its wiring does."""
    told = MemoryAnnouncements()
    async with Announcing(Kind.PORTRAIT, worker.worker, worker.parts, told).announced():
        yield told


def loads(told: MemoryAnnouncements) -> list[Load]:
    """Return what was announced, without goodbyes."""
    return [load for _, load in told.said if load is not None]


def about(at: datetime, expected: datetime) -> bool:
    """Whether two times are the same but for what the virtual loop's own turns take."""
    return abs((at - expected).total_seconds()) < 0.01


async def test_a_worker_is_known_from_its_start_and_says_so_again(bench: Bench) -> None:
    async with announced(bench, bench.worker("w1", concurrency=3)) as told:
        [load] = loads(told)
        assert (load.worker, load.kind, load.provider) == ("w1", Kind.PORTRAIT, "replicate")
        assert (load.running, load.capacity, load.draining, load.throttled_until) == (0, 3, False, None)
        assert about(load.since, NOON)

        await asyncio.sleep(7)

    assert len(loads(told)) == 1 + 3


async def test_what_it_takes_and_what_ends_is_told_at_once(bench: Bench) -> None:
    bench.world.seconds = 1.0
    async with announced(bench, bench.worker("w1")) as told:
        await bench.submit()
        await bench.until(lambda: loads(told)[-1].running == 1, within=0.2)
        await bench.ended()
        await bench.until(lambda: loads(told)[-1].running == 0, within=0.2)


async def test_a_burst_of_jobs_is_no_burst_of_announcements(bench: Bench) -> None:
    bench.world.seconds = 60
    async with announced(bench, bench.worker("w1", concurrency=200)) as told:
        for n in range(200):
            await bench.submit(f"job-{n}")
        await bench.until(lambda: loads(told)[-1].running == 200)

        assert len(loads(told)) < 50


async def test_the_end_of_the_providers_pause_is_told(bench: Bench) -> None:
    bench.world.held_off_until = 30.0
    async with announced(bench, bench.worker()) as told:
        until = loads(told)[-1].throttled_until
        assert until is not None
        assert about(until, NOON + timedelta(seconds=30))

        await bench.until(lambda: loads(told)[-1].throttled_until is None, within=33)


async def test_a_stopped_worker_says_that_it_drains_and_then_goodbye(bench: Bench) -> None:
    bench.world.seconds = 60
    worker = bench.worker("w1")
    async with announced(bench, worker) as told:
        await bench.submit()
        await bench.until(lambda: loads(told)[-1].running == 1)
        await worker.stop()
        await bench.until(lambda: loads(told)[-1].draining)

    assert told.said[-1] == ("w1", None)
