"""Canceling: durable, because it is written in the job's log before anybody is told of it."""

from dataclasses import dataclass

from shared.domain.fold import Entry
from shared.domain.job import Change, Job, cancel, request_cancel
from shared.domain.states import Status
from shared.ports.clock import Clock
from shared.ports.hints import Hints
from shared.ports.job_log import BusUnavailable, Fenced, JobLog

_ROUNDS = 50
"""Lost races in a row: each one is an event of the job's own, and a job does not write fifty in a blink."""


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """The job afterwards, and whether a worker still has to act."""

    entry: Entry
    pending: bool


class Canceler:
    """Cancels jobs, whatever state they are in. May raise ``BusUnavailable``; asking again is then safe."""

    def __init__(self, log: JobLog, hints: Hints, clock: Clock) -> None:
        self._log = log
        self._hints = hints
        self._clock = clock

    async def cancel(self, entry: Entry) -> CancelOutcome:
        """Cancel the job whose log's last known entry is ``entry``: at once while it is queued, by its worker later.

        A job that has ended, or ends first, stays as it ended.
        """
        for _ in range(_ROUNDS):
            if entry.job.done:
                return CancelOutcome(entry, pending=False)
            if entry.job.cancel_requested_at is None:
                try:
                    entry = await self._log.append(self._change(entry.job), entry)
                except Fenced as fenced:
                    if fenced.last is None:
                        raise BusUnavailable("the job's log is gone") from fenced
                    entry = fenced.last
                    continue
            if entry.job.holder is not None and not entry.job.done:
                await self._hints.nudge(entry.job.holder, entry.job.job_id)
            return CancelOutcome(entry, pending=not entry.job.done)
        raise BusUnavailable("the job's log moves faster than it can be written")

    def _change(self, job: Job) -> Change:
        # Untouched by any worker there is nothing to stop, and nobody to wait for.
        step = cancel if job.status is Status.STARTING else request_cancel
        return step(job, self._clock.now())
