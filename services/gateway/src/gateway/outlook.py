"""What is to be expected of an unfinished job just now: its place in the line, when it should be done, why it waits."""

from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.explaining import Situation, explain, why_it_waits
from gateway.lines import Lines
from gateway.roster import Roster
from gateway.run_times import RunTimes
from shared.domain.job import Job
from shared.domain.kinds import Kind
from shared.domain.states import Stage, Status
from shared.ports.clock import Clock
from shared.ports.workers import BELIEVED_FOR, Load
from shared.views import Prospect


class Outlook:
    """Looks ahead with what this gateway has heard; whatever it does not know it leaves out."""

    def __init__(self, roster: Roster, lines: Lines, run_times: RunTimes, clock: Clock) -> None:
        self._roster = roster
        self._lines = lines
        self._run_times = run_times
        self._clock = clock

    def situation(self, kind: Kind) -> Situation:
        """Return how the workers of a kind are."""
        return Situation(kind, self._roster.alive(kind), self._clock.now())

    def look_ahead(self, job: Job) -> Prospect:
        """See :data:`shared.views.LookAhead`."""
        position = self._position(job)
        if not self._roster.known:
            return Prospect(queue_position=position)
        situation = self.situation(job.kind)
        if job.status is Status.STARTING:
            return Prospect(position, self._eta_of_queued(job, position, situation), why_it_waits(situation))
        explanation = self._why_nobody_has_it(job, situation)
        return Prospect(None, None if explanation else self._eta_of_running(job, situation.now), explanation)

    def explainer(self) -> Callable[[Job], str | None]:
        """Return what explains unfinished jobs as :meth:`look_ahead` does just now, made for very many of them."""
        if not self._roster.known:
            return lambda job: None
        situations = {kind: self.situation(kind) for kind in Kind}
        waits = {kind: why_it_waits(situation) for kind, situation in situations.items()}

        def explanation(job: Job) -> str | None:
            queued = job.status is Status.STARTING
            return waits[job.kind] if queued else self._why_nobody_has_it(job, situations[job.kind])

        return explanation

    def _why_nobody_has_it(self, job: Job, situation: Situation) -> str | None:
        return explain(job, situation) if self._is_adrift(job, situation) else None

    def _position(self, job: Job) -> int | None:
        line = self._lines.line(job.kind)
        return line.position(job.request) if line and job.status is Status.STARTING else None

    def _is_adrift(self, job: Job, situation: Situation) -> bool:
        """Whether no worker that is there has the job. Silence is judged from the job's own last word on."""
        if job.holder is None and not situation.ready:
            return True
        silent = situation.now - job.updated_at >= timedelta(seconds=BELIEVED_FOR)
        return silent and (job.holder is None or not self._roster.is_here(job.holder))

    def _eta_of_queued(self, job: Job, position: int | None, situation: Situation) -> datetime | None:
        usual, ahead = self._run_times.usual(job.kind, job.model), self._run_times.median_of(job.kind)
        if position is None or usual is None or ahead is None or not situation.ready:
            return None
        begin = max(situation.now, situation.throttled_until or situation.now)
        return _whole(begin + timedelta(seconds=_wait(position, situation.ready, ahead) + usual))

    def _eta_of_running(self, job: Job, now: datetime) -> datetime | None:
        usual = self._run_times.usual(job.kind, job.model)
        if usual is None or job.started_at is None or job.cancel_requested_at is not None:
            return None
        end = job.started_at + timedelta(seconds=usual)
        if job.stage is Stage.THROTTLED:
            if job.throttled_until is None:
                return None
            # Without a prediction nothing has begun yet; with one it runs on while nobody may ask how.
            left = timedelta(seconds=usual) if job.prediction is None else timedelta(0)
            end = max(end, job.throttled_until + left)
        return _whole(end) if end > now else None


def _wait(position: int, workers: list[Load], run: float) -> float:
    """Return the seconds until ``position`` is taken, jobs of ``run`` seconds ending evenly over all that are held."""
    capacity = sum(load.capacity for load in workers)
    free = sum(max(0, load.capacity - load.running) for load in workers)
    return max(0, position - free) * run / max(1, capacity)


def _whole(at: datetime) -> datetime:
    """Round up to a second: nothing here is known more exactly, and what lies ahead stays ahead."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)
