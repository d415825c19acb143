"""All that a gateway knows of the queue, and what keeps it: the events, the workers' announcements, the bus."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import NoReturn

import structlog

from gateway.lines import Lines
from gateway.outlook import Outlook
from gateway.queue_report import QueueReporter
from gateway.roster import Roster
from gateway.run_times import RunTimes
from shared.domain.fold import Entry
from shared.ports.backlog import Backlog
from shared.ports.clock import Clock
from shared.ports.event_feed import EventFeed, Heard
from shared.ports.job_log import BusUnavailable
from shared.tasks import stop

log = structlog.get_logger()

REMEMBERED_EVENTS = 5_000
"""Events read again at the start, so that run times are known: some hundred jobs, half a second."""


class Queue:
    """The parts, put together."""

    def __init__(self, backlog: Backlog, clock: Clock) -> None:
        self._clock = clock
        self.roster = Roster(clock)
        self.lines = Lines(backlog, clock)
        self.run_times = RunTimes()
        self.outlook = Outlook(self.roster, self.lines, self.run_times, clock)
        self.reporter = QueueReporter(self.roster, self.lines, self.run_times, self.outlook, clock)

    def hear(self, heard: Heard) -> None:
        """Take in what was written to the jobs' logs."""
        self.lines.hear(heard)
        for entry in heard.entries:
            self.run_times.note(entry, self._clock.now())

    async def remember(self, feed: EventFeed) -> None:
        """Learn from what happened lately how long jobs take. Without it that is learnt from what happens next."""
        try:
            last = await feed.last()
            async with aclosing(feed.replay(max(0, last - REMEMBERED_EVENTS), last)) as entries:
                async for entry in entries:
                    self.run_times.note(entry, self._clock.now())
        except BusUnavailable as error:
            log.debug("What happened before is not known", action="past_unread", error=str(error))

    @asynccontextmanager
    async def kept(self, feed: EventFeed) -> AsyncIterator[EventFeed]:
        """Keep the queue known while the context is open; yield the feed to follow in place of ``feed``."""
        tasks = [
            asyncio.create_task(self.lines.keep(), name="lines"),
            asyncio.create_task(self.remember(feed), name="run-times"),
        ]
        try:
            yield Overheard(feed, self.hear)
        finally:
            await stop(tasks)


class Overheard:
    """A feed whose one follower is overheard: ``hear`` is called first with whatever that one is told."""

    def __init__(self, feed: EventFeed, hear: Callable[[Heard], None]) -> None:
        self._feed = feed
        self._hear = hear

    async def follow(self, hear: Callable[[Heard], Awaitable[None]]) -> NoReturn:
        """See :meth:`shared.ports.event_feed.EventFeed.follow`."""

        async def both(heard: Heard) -> None:
            self._hear(heard)
            await hear(heard)

        await self._feed.follow(both)

    async def last(self) -> int:
        """See :meth:`shared.ports.event_feed.EventFeed.last`."""
        return await self._feed.last()

    def replay(self, after: int, until: int) -> AsyncGenerator[Entry, None]:
        """See :meth:`shared.ports.event_feed.EventFeed.replay`."""
        return self._feed.replay(after, until)
