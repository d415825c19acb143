"""Why a job waits, and how a kind's workers are, in words for people: what is wrong, and what happens next."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.job import Job
from shared.domain.kinds import Kind
from shared.ports.workers import Load


class State(StrEnum):
    """How a kind's workers are, for programs."""

    OK = "ok"
    NO_WORKERS = "no_workers"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Situation:
    """A kind, the workers alive, and when that was so."""

    kind: Kind
    workers: list[Load]
    now: datetime

    @property
    def ready(self) -> list[Load]:
        """The workers that can begin a job now; when their provider lets none, all of them."""
        free = [load for load in self.workers if not self._held_off(load)]
        return free or self.workers

    @property
    def throttled_until(self) -> datetime | None:
        """When the first worker may begin again; None unless all of them must wait for their provider."""
        waits = [load.throttled_until for load in self.workers if self._held_off(load) and load.throttled_until]
        return min(waits) if waits and len(waits) == len(self.workers) else None

    @property
    def state(self) -> State:
        """The same as one word."""
        if not self.workers:
            return State.NO_WORKERS
        return State.THROTTLED if self.throttled_until else State.OK

    def _held_off(self, load: Load) -> bool:
        return load.throttled_until is not None and load.throttled_until > self.now


def why_it_waits(situation: Situation) -> str | None:
    """Explain the wait of a queued job, None when it just waits for its turn."""
    if not situation.workers:
        return f"No {situation.kind} worker is running; the job starts as soon as one does."
    until = situation.throttled_until
    return f"{_held_off(situation, until)}; the job starts after that." if until else None


def explain(job: Job, situation: Situation) -> str:
    """Explain what becomes of a job that a worker had begun and none has now."""
    goes_on = "is stopped" if job.cancel_requested_at else "goes on"
    gone = "The worker that had this job " + ("stopped" if job.holder is None else "went away")
    if not situation.workers:
        return f"{gone}, and no {situation.kind} worker is running; the job {goes_on} as soon as one does."
    if job.holder is None:
        return f"{gone}; the job {goes_on} as soon as another one has room for it."
    return f"{gone}; the job {goes_on} with another one within half a minute."


def describe(situation: Situation, queued: int, begun: int) -> str | None:
    """Say what is wrong with a kind and what happens next, None when all is well.

    ``begun`` is how many jobs workers had begun and have not finished.
    """
    until = situation.throttled_until
    if until is not None:
        return f"{_held_off(situation, until)}; {_waiting(queued, 0) or 'what is asked for waits'} until then."
    if situation.workers:
        return None
    waiting = _waiting(queued, begun)
    comes = f"{waiting} until one starts" if waiting else "what is asked for waits until one starts"
    return f"No {situation.kind} worker is running; {comes}."


def _waiting(queued: int, begun: int) -> str:
    jobs = queued + begun
    return f"{jobs} job{'s wait' if jobs != 1 else ' waits'}" if jobs else ""


def _held_off(situation: Situation, until: datetime) -> str:
    names = " and ".join(sorted({load.provider for load in situation.workers}))
    return f"The provider ({names}) lets no {situation.kind} begin before {until:%H:%M:%S} UTC"
