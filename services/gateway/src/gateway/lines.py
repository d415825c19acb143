"""Keeping every kind's waiting line true: by the jobs' events, and by asking the bus what it still has to give."""

import asyncio
from typing import NoReturn

import structlog

from gateway.line import Line
from shared.domain.job import Job
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.ports.backlog import Backlog, Progress
from shared.ports.clock import Clock
from shared.ports.event_feed import Heard
from shared.ports.job_log import BusUnavailable

log = structlog.get_logger()

CHECK_EVERY = 2.0
"""Seconds between two questions to the bus about a kind."""

FRESH_FOR = 10.0
"""Seconds that an answer counts: a line that could not be checked for longer is not known."""

DRIFTED_AFTER = 3
"""Checks in a row that find the same thing missing: fewer may only have met events that are on their way."""

REREAD_AFTER = 30.0
"""Least seconds between two readings of one line for its drift."""


class _Kept:
    """One kind's line, and what is known of how true it is."""

    def __init__(self) -> None:
        self.line = Line()
        self.progress: Progress | None = None
        self.read_at = self.checked_at = float("-inf")
        self.missing = 0
        self.drifting = 0

    def compare(self, missing: int) -> None:
        """Note how many more the bus has to give than the line knows of."""
        same = missing != 0 and (missing > 0) is (self.missing > 0)
        self.drifting = self.drifting + 1 if same else int(missing != 0)
        self.missing = missing


class Lines:
    """The lines. They are not known before events come, and the bus has been asked after that."""

    def __init__(self, backlog: Backlog, clock: Clock) -> None:
        self._backlog = backlog
        self._clock = clock
        self._kept = {kind: _Kept() for kind in Kind}
        self._position: int | None = None
        self._begun = asyncio.Event()

    def hear(self, heard: Heard) -> None:
        """Take in what was written to the jobs' logs."""
        if self._position is None or heard.position < self._position:
            # Before the first event, or after all of them are lost, whatever a line holds is hearsay.
            self._kept = {kind: _Kept() for kind in Kind}
        self._position = heard.position
        self._begun.set()
        for entry in heard.entries:
            self._move(entry.job)

    def _move(self, job: Job) -> None:
        line = self._kept[job.kind].line
        if job.status is Status.STARTING:
            line.join(job.request, job.created_at)
        else:
            line.leave(job.request)

    def line(self, kind: Kind) -> Line | None:
        """Return a kind's line, None while it is not known."""
        kept = self._kept[kind]
        fresh = self._clock.monotonic() - kept.checked_at < FRESH_FOR
        return kept.line if kept.line.known and fresh else None

    def unfinished(self, kind: Kind) -> int:
        """Return how many jobs of a kind a worker has begun, whether or not one still has them, when last asked."""
        progress = self._kept[kind].progress
        return progress.unfinished if progress else 0

    async def keep(self) -> NoReturn:
        """Check the lines for ever, from the first word of the events on."""
        await self._begun.wait()
        while True:
            for kind in Kind:
                try:
                    await self.check(kind)
                except BusUnavailable as error:
                    log.debug("A line could not be checked", action="line_unchecked", kind=kind, error=str(error))
            await self._clock.sleep(CHECK_EVERY)

    async def check(self, kind: Kind) -> None:
        """Ask the bus how far the workers have come, and read a line that drifted; may raise ``BusUnavailable``."""
        kept = self._kept[kind]
        if not kept.line.known or self._has_drifted(kept):
            await self._read(kind, kept)
        kept.progress = await self._backlog.progress(kind)
        kept.compare(kept.line.advance(kept.progress))
        kept.checked_at = self._clock.monotonic()

    def _has_drifted(self, kept: _Kept) -> bool:
        drifted = kept.drifting >= DRIFTED_AFTER and self._clock.monotonic() - kept.read_at >= REREAD_AFTER
        if drifted:
            log.info("Reading a line anew", action="line_drifted", missing=kept.missing)
        return drifted

    async def _read(self, kind: Kind, kept: _Kept) -> None:
        kept.line.begin()
        kept.line.settle(await self._backlog.snapshot(kind))
        kept.read_at, kept.drifting = self._clock.monotonic(), 0
