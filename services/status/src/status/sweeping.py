"""The sweep over ``JOBS``: ends jobs whose deadline nobody kept, and removes requests along with their records.

Each request is looked at when something may be due and not before: a heap of times, filled from the requests' headers.
"""

import heapq
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import fail, past_deadline
from shared.ports.bus import Requests, Waiting
from shared.ports.clock import Clock
from shared.ports.job_log import Fenced, JobLog, LogUnreadable

log = structlog.get_logger()

GRACE = timedelta(seconds=15)
"""What a worker is given past a deadline to say so itself: it can stop the prediction, the sweep can not."""

_SOON = timedelta(seconds=1)


class Filings(Protocol):
    """The requests by their headers."""

    def requests_after(self, sequence: int) -> AsyncIterator[Waiting]:
        """Yield every request filed after ``sequence``, oldest first; raises ``BusUnavailable``.

        All of them when the stream has not come that far: its server came back empty, and it counts from one again.
        """
        ...


class Sweep:
    """One service's sweep; any number of services may sweep the same streams. May raise ``BusUnavailable``."""

    def __init__(
        self,
        filings: Filings,
        requests: Requests,
        log_: JobLog,
        clock: Clock,
        ttl: timedelta,
        grace: timedelta = GRACE,
    ) -> None:
        self._filings = filings
        self._requests = requests
        self._log = log_
        self._clock = clock
        self._ttl = max(ttl, _SOON)
        self._grace = grace
        self._seen = 0
        self._due: list[tuple[datetime, int, Waiting]] = []

    async def once(self) -> None:
        """Take note of what was filed since the last time, and deal with all that is due."""
        async for waiting in self._filings.requests_after(self._seen):
            self._seen = waiting.sequence
            self._plan(waiting, self._next_look(waiting))
        now = self._clock.now()
        while self._due and self._due[0][0] <= now:
            _, _, waiting = self._due[0]
            again = await self._look(waiting)
            heapq.heappop(self._due)
            if again is not None:
                self._plan(waiting, max(again, now + _SOON))

    def _plan(self, waiting: Waiting, when: datetime) -> None:
        heapq.heappush(self._due, (when, waiting.sequence, waiting))

    def _next_look(self, waiting: Waiting) -> datetime:
        return min(self._clock.now() + self._ttl, waiting.deadline + self._grace)

    async def _look(self, waiting: Waiting) -> datetime | None:
        """Return when to look again, None when the request is gone."""
        try:
            entry = await self._log.last(JobId(waiting.job_id))
        except LogUnreadable as error:
            log.warning("A log cannot be read", action="log_unreadable", job_id=waiting.job_id, error=str(error))
            return self._next_look(waiting)
        late = self._clock.now() >= waiting.deadline + self._grace
        if entry is None:
            # Filed, but neither its gateway nor a worker came to open the log: nobody was promised anything.
            return self._next_look(waiting) if not late else await self._removed(waiting)
        if entry.job.request != waiting.sequence:
            return await self._removed(waiting)
        if entry.job.completed_at is not None:
            expiry = entry.job.completed_at + self._ttl
            return expiry if expiry > self._clock.now() else await self._removed(waiting)
        return await self._end(entry) if late else self._next_look(waiting)

    async def _removed(self, waiting: Waiting) -> datetime | None:
        await self._requests.remove(waiting.sequence)
        log.debug("Removed a request", action="request_removed", job_id=waiting.job_id)
        return None

    async def _end(self, entry: Entry) -> datetime:
        now = self._clock.now()
        try:
            await self._log.append(fail(entry.job, past_deadline(entry.job), now), entry)
        except Fenced:
            return now + _SOON
        log.warning("Ended a job past its deadline", action="deadline_swept", job_id=entry.job.job_id)
        return now + self._ttl
