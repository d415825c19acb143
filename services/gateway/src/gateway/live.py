"""What happens, told as it happens: one feed a process, and whoever waits here for a job to change or to end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import structlog

from gateway.live_fanout import Fanout, Interest, Subscription, TooManyWaiting
from gateway.live_retelling import Retelling
from gateway.lookup import Lookup
from shared.domain.fold import Entry, precedence
from shared.ports.event_feed import EventFeed, Heard
from shared.ports.job_log import BusUnavailable
from shared.ports.records import Record
from shared.tasks import Expired, first, stop, within

log = structlog.get_logger()

MOST_WAIT = 60
"""Seconds that a caller may wait at the most."""

_FAREWELL = 2.0
"""Seconds that those who wait are given to be answered when the process stops."""


@dataclass(frozen=True, slots=True)
class Waited:
    """The job after the wait. Not ``honoured``: too many wait here, so this is the job as it was asked for."""

    record: Record
    honoured: bool


class Live:
    """Feeds the fan-out, and waits on it. What a client is told here, no poll afterwards is older than."""

    def __init__(self, feed: EventFeed, lookup: Lookup, fanout: Fanout, retelling: Retelling) -> None:
        self._feed = feed
        self._lookup = lookup
        self._fanout = fanout
        self._retelling = retelling
        self.begun = asyncio.Event()

    def clients(self) -> int:
        """How many listen or wait just now."""
        return len(self._fanout)

    async def run(self) -> NoReturn:
        """Follow the feed for ever."""
        await self._feed.follow(self._hear)

    async def _hear(self, heard: Heard) -> None:
        if not self.begun.is_set() or heard.position < self._fanout.position:
            await self._retelling.remember(self._feed, heard.position)
        for entry in heard.entries:
            record = await self._lookup.heard(entry)
            if record.entry.revision == entry.revision:
                self._fanout.tell(record)
                self._retelling.note(record)
            else:
                # A later one is known already, from the bucket or the log; it is on its way here too.
                self._fanout.skip_to(entry.revision)
        self._fanout.skip_to(heard.position)
        self.begun.set()

    async def until_done(self, record: Record, seconds: float) -> Waited:
        """Return the job's record when it has ended, or after ``seconds`` as it then is. Never raises."""
        return await self._wait(record, seconds, lambda entry: entry.job.done, retold=False)

    async def until_changed(self, record: Record, seconds: float) -> Waited:
        """Return the job's record at the first event after ``record``, or as it is after ``seconds``. Never raises.

        Another explanation of why it waits counts as one.
        """
        known = record.entry.revision
        return await self._wait(record, seconds, lambda entry: entry.revision != known, retold=True)

    async def _wait(self, record: Record, seconds: float, enough: Callable[[Entry], bool], *, retold: bool) -> Waited:
        job = record.entry.job
        if job.done or seconds <= 0:
            return Waited(record, honoured=True)
        try:
            with self._fanout.subscribed(Interest(job.owner, job_id=job.job_id)) as subscription:
                self._retelling.note(record)
                return Waited(await self._watched(subscription, record, seconds, enough, retold), honoured=True)
        except TooManyWaiting:
            return Waited(record, honoured=False)

    async def _watched(
        self,
        subscription: Subscription,
        record: Record,
        seconds: float,
        enough: Callable[[Entry], bool],
        retold: bool,
    ) -> Record:
        end = asyncio.get_running_loop().time() + seconds
        # Read once the subscription is there: between the two of them nothing is missed.
        now = await self._newest(record)
        while not enough(now.entry):
            told = await subscription.next(end - asyncio.get_running_loop().time())
            if not told:
                # The feed may be behind, as after a restart of NATS; what the answer says should not be.
                return now if subscription.closed else await self._newest(now)
            now = max(now, told[-1].record, key=lambda known: precedence(known.entry))
            if retold and told[-1].retold and told[-1].revision == now.entry.revision:
                return now
        return now

    async def _newest(self, record: Record) -> Record:
        try:
            return await self._lookup.newest(record)
        except BusUnavailable:
            return record


def _stop_if_broken(stopping: asyncio.Event, following: "asyncio.Task[NoReturn]") -> None:
    # A gateway that answers polls and tells nobody anything would go unnoticed; one that ends is started again.
    if not following.cancelled():
        log.error("The feed of events broke", action="live_broken", exc_info=following.exception())
        stopping.set()


@asynccontextmanager
async def open_live(
    feed: EventFeed, lookup: Lookup, fanout: Fanout, retelling: Retelling, stopping: asyncio.Event
) -> AsyncIterator[Live]:
    """Yield it once it hears, or when ``stopping`` is set. At the end everybody who waits is answered at once."""
    live = Live(feed, lookup, fanout, retelling)
    tasks = [asyncio.create_task(live.run(), name="live"), asyncio.create_task(retelling.keep(), name="retelling")]
    for task in tasks:
        task.add_done_callback(partial(_stop_if_broken, stopping))
    try:
        await first(live.begun.wait(), stopping.wait())
        yield live
    finally:
        fanout.close()
        # Who is left after that hangs on a client that does not read, and is cut off by the server.
        with suppress(Expired):
            await within(fanout.emptied(), _FAREWELL)
        await stop(tasks)
