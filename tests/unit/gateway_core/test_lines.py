"""Keeping the lines: when they are known, what moves them, and how they find back to the truth."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from gateway.lines import CHECK_EVERY, DRIFTED_AFTER, FRESH_FOR, REREAD_AFTER, Lines
from shared.domain.fold import Entry
from shared.domain.job import accept, cancel, start
from shared.domain.kinds import Kind
from shared.ports.event_feed import Heard
from shared.ports.job_log import BusUnavailable
from shared.tasks import stop
from tests.support.fakes.backlog import MemoryBacklog
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.queue import MemoryConsumer, MemoryQueue
from tests.support.jobs import NOON, a_request


@dataclass
class Bench:
    """A bus whose events are told when a test says so."""

    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: ManualClock = field(default_factory=ManualClock)
    told: int = 0

    def __post_init__(self) -> None:
        consumers = {kind: MemoryConsumer(self.bus, self.clock, kind) for kind in Kind}
        self.queue = MemoryQueue(consumers[Kind.PORTRAIT])
        self.backlog = MemoryBacklog(self.bus, consumers)
        self.requests, self.log = MemoryRequests(self.bus), MemoryJobLog(self.bus)
        self.lines = Lines(self.backlog, self.clock)

    async def submit(self, job_id: str) -> Entry:
        request = a_request(job_id)
        return await self.log.append(accept(request, await self.requests.file(request, 0)), None)

    def tell(self) -> None:
        """Tell the gateway of every event that it was not told of yet."""
        news = [entry for entry in self.bus.all_entries() if entry.revision > self.told]
        self.told = self.bus.revisions
        self.lines.hear(Heard(news, self.told))

    async def check(self, times: int = 1) -> None:
        for _ in range(times):
            await self.lines.check(Kind.PORTRAIT)
            self.clock.advance(CHECK_EVERY)

    def position(self, entry: Entry) -> int | None:
        line = self.lines.line(Kind.PORTRAIT)
        return line.position(entry.job.request) if line else None


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_a_gateway_that_starts_knows_who_waited_before_it(bench: Bench) -> None:
    jobs = [await bench.submit(f"job-{n}") for n in range(3)]
    bench.told = bench.bus.revisions
    assert bench.lines.line(Kind.PORTRAIT) is None

    bench.tell()
    await bench.check()

    assert [bench.position(entry) for entry in jobs] == [1, 2, 3]


async def test_events_move_the_line_without_asking_anybody(bench: Bench) -> None:
    bench.tell()
    await bench.check()
    first, second, third = [await bench.submit(f"job-{n}") for n in range(3)]
    bench.tell()
    assert [bench.position(entry) for entry in (first, second, third)] == [1, 2, 3]

    await bench.log.append(start(first.job, "w1", "local", NOON), first)
    await bench.log.append(cancel(second.job, NOON), second)
    bench.tell()

    assert [bench.position(entry) for entry in (first, second, third)] == [None, None, 1]


async def test_what_a_worker_was_given_waits_no_more_though_it_has_said_nothing(bench: Bench) -> None:
    bench.tell()
    first, second = [await bench.submit(f"job-{n}") for n in range(2)]
    bench.tell()
    await bench.queue.pull(1, 1.0)

    await bench.check()

    assert (bench.position(first), bench.position(second)) == (None, 1)
    assert bench.lines.unfinished(Kind.PORTRAIT) == 1


async def test_a_line_that_cannot_be_checked_is_soon_not_known(bench: Bench) -> None:
    bench.tell()
    await bench.check()
    bench.bus.away = True
    with pytest.raises(BusUnavailable):
        await bench.check()
    assert bench.lines.line(Kind.PORTRAIT) is not None

    bench.clock.advance(FRESH_FOR)

    assert bench.lines.line(Kind.PORTRAIT) is None


async def test_a_request_nobody_told_of_is_found_by_counting(bench: Bench) -> None:
    """Its gateway died between filing it and opening its log."""
    bench.tell()
    await bench.check()
    await bench.requests.file(a_request("orphan"), 0)
    later = await bench.submit("job-1")
    bench.tell()
    assert bench.position(later) == 1

    await bench.check(DRIFTED_AFTER)
    assert bench.backlog.snapshots == 1, "it may only have been on its way"
    bench.clock.advance(REREAD_AFTER)
    await bench.check()

    assert bench.position(later) == 2
    assert bench.backlog.snapshots == 2
    bench.clock.advance(REREAD_AFTER)
    await bench.check(2 * DRIFTED_AFTER)
    assert bench.backlog.snapshots == 2, "and then it is at peace"


async def test_whoever_ended_while_waiting_is_no_drift(bench: Bench) -> None:
    bench.tell()
    gone, stays = await bench.submit("gone"), await bench.submit("stays")
    await bench.log.append(cancel(gone.job, NOON), gone)
    bench.tell()

    await bench.check()
    bench.clock.advance(REREAD_AFTER)
    await bench.check(2 * DRIFTED_AFTER)

    assert bench.backlog.snapshots == 1
    assert bench.position(stays) == 1


async def test_a_log_that_began_anew_is_read_anew(bench: Bench) -> None:
    bench.tell()
    lost = await bench.submit("lost")
    bench.tell()
    await bench.check()
    assert bench.position(lost) == 1
    bench.bus.logs.clear()
    bench.bus.requests.clear()

    bench.lines.hear(Heard((), 0))
    assert bench.lines.line(Kind.PORTRAIT) is None
    await bench.check()

    line = bench.lines.line(Kind.PORTRAIT)
    assert line is not None
    assert len(line) == 0


@asynccontextmanager
async def kept(lines: Lines) -> AsyncIterator[None]:
    keeping = asyncio.create_task(lines.keep())
    try:
        yield
    finally:
        await stop([keeping])


async def test_keeping_goes_on_through_an_absence(bench: Bench) -> None:
    entry = await bench.submit("job-1")
    bench.bus.away = True
    async with kept(bench.lines):
        bench.tell()
        for _ in range(20):
            await asyncio.sleep(0)
        assert bench.position(entry) is None
        bench.bus.away = False
        for _ in range(50):
            await asyncio.sleep(0)

        assert bench.position(entry) == 1
