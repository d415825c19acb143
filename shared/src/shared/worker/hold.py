"""A worker's hold on one job: it alone writes the job's log, until somebody else does."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from shared.domain.fold import Entry
from shared.domain.job import Change, Fact, Job
from shared.domain.retry import pause
from shared.ports.clock import Clock
from shared.ports.job_log import BusUnavailable, Fenced, JobLog
from shared.tasks import stop

log = structlog.get_logger()

_AGAIN_WITHIN = 2.0
"""Seconds between two tries to write an event, at most: what has ended must be said before anybody sweeps the job."""

Step = Callable[[Job, datetime], Change]
"""From the job as it is and the time to the next event of its log."""


class Lost(Exception):
    """The job is no longer ours: another worker holds it, or it has ended. Write nothing, ack nothing."""

    def __init__(self, last: Entry | None) -> None:
        super().__init__("the job's log went on without this worker")
        self.last = last


class Hold:
    """The job as this worker last wrote or read it. ``worker`` is the name the log knows this process by."""

    def __init__(self, log_: JobLog, clock: Clock, worker: str, entry: Entry) -> None:
        self._log = log_
        self._clock = clock
        self._worker = worker
        self._entry = entry
        self._taking: asyncio.Task[None] | None = None

    @property
    def job(self) -> Job:
        """The job as of the last entry known here."""
        return self._entry.job

    @property
    def cancel_requested(self) -> bool:
        """Whether somebody asked for the job to stop."""
        return self.job.cancel_requested_at is not None

    async def say(self, step: Step) -> None:
        """Write the next event, waiting for NATS as long as it takes; raises :class:`Lost` when fenced.

        A request to cancel that came in between is taken over, and the step made again on top of it.
        """
        tries, after = 0, self._entry
        change = step(after.job, self._clock.now())
        while True:
            try:
                # After the entry that the change was made from, though a refresh may know a newer one by now: written
                # after that, it would wipe out what the newer one says.
                self._entry = await self._log.append(change, after)
            except Fenced as fenced:
                self._entry = after = self._still_ours(fenced.last)
                change = step(after.job, self._clock.now())
            except BusUnavailable as error:
                tries += 1
                if tries == 1:
                    log.warning(
                        "NATS does not take an event; trying until it does",
                        action="event_waiting",
                        job_id=change.job.job_id,
                        fact=change.fact,
                        error=str(error),
                    )
                await self._clock.sleep(min(pause(tries), _AGAIN_WITHIN))
            else:
                return

    async def refresh(self) -> None:
        """Read what others wrote in the log, if NATS answers; raises :class:`Lost` when the job is no longer ours."""
        try:
            last = await self._log.last(self.job.job_id)
        except BusUnavailable as error:
            log.debug("A job's log could not be read", action="log_unread", job_id=self.job.job_id, error=str(error))
            return
        if last is None or last.revision > self._entry.revision:
            self._entry = self._still_ours(last)

    async def say_if_possible(self, step: Step) -> None:
        """Write the next event once; while NATS is away it is simply not said. Raises :class:`Lost` when fenced."""
        try:
            self._entry = await self._log.append(step(self.job, self._clock.now()), self._entry)
        except Fenced as fenced:
            self._entry = self._still_ours(fenced.last)
        except BusUnavailable as error:
            log.debug("An event was not said", action="event_skipped", job_id=self.job.job_id, error=str(error))

    async def take(self, step: Step) -> None:
        """Write the event by which the job becomes ours; raises :class:`Lost` when a rival was first.

        A request to cancel that came in between is nobody's hold: the job is taken with it, and then stopped. Whoever
        is interrupted while taking knows only after :meth:`settle` whether the job was taken.
        """
        self._taking = asyncio.create_task(self._take(step))
        await asyncio.shield(self._taking)

    async def settle(self, timeout: float) -> None:
        """Give a take that was on its way when its job was interrupted ``timeout`` seconds to be answered.

        Reading the log instead would not tell: the stream may answer a read before it stores what came before it.
        """
        if self._taking is not None:
            try:
                await asyncio.wait({self._taking}, timeout=timeout)
            finally:
                await stop([self._taking])

    async def _take(self, step: Step) -> None:
        while True:
            try:
                self._entry = await self._log.append(step(self.job, self._clock.now()), self._entry)
            except Fenced as fenced:
                last = fenced.last
                asked = last is not None and last.fact is Fact.CANCEL_REQUESTED
                if last is None or not asked or last.job.holder != self.job.holder:
                    raise Lost(last) from fenced
                self._entry = last
            else:
                return

    def _still_ours(self, last: Entry | None) -> Entry:
        # While the log names us, whatever came in between is a request to cancel, or an event of our own whose
        # answer was lost.
        if last is None or last.job.done or last.job.holder != self._worker:
            raise Lost(last)
        return last
