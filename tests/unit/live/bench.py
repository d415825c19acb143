"""A gateway's live half over the fakes, and a hand that writes jobs' logs."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gateway.live import Live, open_live
from gateway.live_fanout import MOST_PENDING, Fanout, News
from gateway.live_retelling import Retelling
from gateway.live_streams import Streams, Told
from gateway.lookup import Lookup
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, accept, progressed, start, succeed
from shared.domain.states import Stage
from shared.ports.records import BucketState, Record
from tests.support.fakes.bus import MemoryBus, MemoryJobLog
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.event_feed import MemoryEventFeed
from tests.support.fakes.records import MemoryBucket, MemoryRecordReader, MemoryRecords
from tests.support.jobs import a_request, an_output

TTL = 1_800.0


class Bench:
    """Everything at hand. The bucket is made but stays empty: the status service is not there.

    ``reasons`` are why jobs wait.
    """

    def __init__(self, most: int, most_pending: int, page: int) -> None:
        self.bus, self.bucket, self.clock = MemoryBus(), MemoryBucket(), FakeClock()
        self.records = MemoryRecords(self.bucket, self.clock)
        reader, log = MemoryRecordReader(self.bucket, self.clock), MemoryJobLog(self.bus, "gateway")
        self.deletions = MemoryDeletions()
        self.lookup = Lookup(reader, log, self.clock, self.deletions)
        self.feed = MemoryEventFeed(self.bus)
        self.fanout = Fanout(most, most_pending)
        self.reasons: dict[str, str] = {}
        self.retelling = Retelling(self.fanout, lambda: lambda job: self.reasons.get(job.job_id), self.clock)
        self.streams = Streams(self.feed, self.lookup, self.fanout, self.retelling, page)
        self.stopping = asyncio.Event()
        self.live: Live
        self._log = MemoryJobLog(self.bus, "hand")

    async def say(self, change: Change, after: Entry | None) -> Entry:
        """Write one event."""
        return await self._log.append(change, after)

    async def opened(self, job_id: str = "job-1", **more: Any) -> Entry:
        """Accept a job."""
        return await self.say(accept(a_request(job_id, **more), 1), None)

    async def started(self, entry: Entry) -> Entry:
        """Have a worker take it."""
        return await self.say(start(entry.job, "w", "local", self.clock.now()), entry)

    async def moved(self, entry: Entry, progress: int) -> Entry:
        """Get on."""
        return await self.say(progressed(entry.job, Stage.RENDERING, progress, self.clock.now()), entry)

    async def ended(self, entry: Entry) -> Entry:
        """End it well."""
        held = entry if entry.job.holder else await self.started(entry)
        return await self.say(succeed(held.job, an_output(), self.clock.now()), held)

    async def found(self, job_id: str = "job-1") -> Record:
        """Return the job's record as a poll finds it."""
        found = await self.lookup.find(JobId(job_id))
        assert isinstance(found, Record)
        return found


@asynccontextmanager
async def bench(
    most: int = 100, most_pending: int = MOST_PENDING, page: int = MOST_PENDING, already: int = 0
) -> AsyncIterator[Bench]:
    """Yield a bench whose feed is followed. ``already`` so many jobs wait when it begins, ``old-0`` and so on."""
    made = Bench(most, most_pending, page)
    for n in range(already):
        await made.opened(f"old-{n}")
    await made.records.make()
    await made.records.complete(BucketState(TTL))
    async with open_live(made.feed, made.lookup, made.fanout, made.retelling, made.stopping) as live:
        made.live = live
        yield made


async def settled() -> None:
    """Let everybody run until they wait for something that is yet to come."""
    await asyncio.sleep(0.001)


def revisions(told: list[Told]) -> list[int]:
    """Return which events were told."""
    return [each.revision for each in told if isinstance(each, News)]


class Reader:
    """Reads a stream in the background, as a connection does; ``told`` is what has come.

    No more than ``window`` are on their way at a time: who reads calls :meth:`take`.
    """

    def __init__(self, stream: AsyncGenerator[Told, None], window: int = 1_000) -> None:
        self.told: list[Told] = []
        self._stream = stream
        self._taken = 0
        self._room = asyncio.Semaphore(window)
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for each in self._stream:
                self.told.append(each)
                await self._room.acquire()
        finally:
            await self._stream.aclose()

    def take(self) -> Told | None:
        """Return the next of what has come, None when there is none."""
        if self._taken == len(self.told):
            return None
        self._room.release()
        self._taken += 1
        return self.told[self._taken - 1]

    @property
    def over(self) -> bool:
        """Whether the stream has ended."""
        return self._task.done()

    async def leave(self) -> None:
        """Go away, as a client does: in the midst of whatever."""
        self._task.cancel()
        await asyncio.wait([self._task])
