"""Telling again a job to which nothing happened: why it waits has changed, and no log says so.

A gateway works out by itself why a job waits, from the workers it hears. So it looks again and again at the unfinished
jobs it knows, and tells those anew whose explanation is another than when they were told last.
"""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import NoReturn

import structlog

from gateway.live_fanout import Fanout
from shared.domain.fold import precedence
from shared.domain.ids import JobId
from shared.domain.job import Job
from shared.ports.clock import Clock
from shared.ports.event_feed import EventFeed
from shared.ports.job_log import BusUnavailable
from shared.ports.records import Record

log = structlog.get_logger()

Explainer = Callable[[Job], str | None]
"""Says why a job waits, as things were when it was made; None when there is nothing to explain."""

LOOK_EVERY = 1.0
"""Seconds between two looks at all jobs that are kept."""

MOST_KEPT = 10_000
"""Unfinished jobs looked at, some 20 MB and 5 ms a look; of more, those of which nothing was heard longest are left."""

REMEMBERED_EVENTS = 2_000
"""Events read again at the start, so that jobs are known that wait since before."""

_AT_A_TIME = 200
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class _Told:
    record: Record
    text: str | None


class Retelling:
    """The unfinished jobs this gateway knows, with what was said of each. ``explainer`` makes one for this moment."""

    def __init__(self, fanout: Fanout, explainer: Callable[[], Explainer], clock: Clock, most: int = MOST_KEPT) -> None:
        self._fanout = fanout
        self._explainer = explainer
        self._clock = clock
        self._most = most
        self._explain = explainer()
        self._kept: dict[JobId, _Told] = {}

    def note(self, record: Record) -> None:
        """A job is being told as this record has it, or somebody listens for what comes after that."""
        job = record.entry.job
        known = self._kept.get(job.job_id)
        if known is not None and precedence(known.record.entry) >= precedence(record.entry):
            return
        self._kept.pop(job.job_id, None)
        if not job.done:
            self._kept[job.job_id] = _Told(record, self._explain(job))
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    async def remember(self, feed: EventFeed, until: int) -> None:
        """Begin with what was written lately, up to revision ``until``, and nothing else."""
        self._kept.clear()
        try:
            async with aclosing(feed.replay(max(0, until - REMEMBERED_EVENTS), until)) as entries:
                async for entry in entries:
                    self.note(Record(entry, None))
        except BusUnavailable as error:
            log.debug("What happened before is not known", action="past_unread", error=str(error))

    async def keep(self) -> NoReturn:
        """Look for ever."""
        while True:
            await self._clock.sleep(LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Tell anew whose explanation has changed, a part at a time: no letterbox is to run over with it."""
        self._explain = self._explainer()
        changed = [job_id for job_id, told in self._kept.items() if self._explain(told.record.entry.job) != told.text]
        for number, job_id in enumerate(changed, start=1):
            self._retell(job_id)
            if number % _AT_A_TIME == 0:
                await self._clock.sleep(_PAUSE)

    def _retell(self, job_id: JobId) -> None:
        told = self._kept.get(job_id)
        if told is None:
            return
        text = self._explain(told.record.entry.job)
        if text != told.text:
            self._kept[job_id] = replace(told, text=text)
            self._fanout.retell(told.record)
