"""How a held job meets trouble: it fails, is canceled, or says that it waits and does so."""

from datetime import datetime, timedelta

from shared.domain.failures import Failure, FailureCode
from shared.domain.job import Change, Job, throttled
from shared.domain.retry import FIRST_PAUSE, GiveUp, decide
from shared.ports.meters import Happening
from shared.ports.provider import ProviderTrouble
from shared.worker.hold import Hold
from shared.worker.parts import Parts

_STOP_WITHIN = timedelta(seconds=10)


class JobFailed(Exception):
    """The job ends with this failure; ``stop`` says that its prediction may still be running and must not."""

    def __init__(self, failure: Failure, *, stop: bool = False) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.stop = stop


class CancelRequested(Exception):
    """Somebody asked for the job to stop."""


def stopped_by(parts: Parts, job: Job) -> datetime:
    """Until when to try to stop what a job runs at the provider: its deadline, or a moment longer when that is past."""
    return max(job.deadline, parts.clock.now() + _STOP_WITHIN)


def again(trouble: ProviderTrouble, tries: int, left: float) -> float | None:
    """Return the seconds until a call that stops something is worth another try; None when it no longer is."""
    decision = decide(trouble.trouble, str(trouble), tries=tries, left=left, retry_after=trouble.retry_after)
    return None if isinstance(decision, GiveUp) else max(FIRST_PAUSE, decision.seconds)


def unknown_outcome(why: str) -> Failure:
    """The failure of a job whose create was never answered and can not be looked up: not paid for twice, for sure."""
    message = f"Whether the provider made this could not be found out, so it was not asked again: {why}"
    return Failure(FailureCode.UNKNOWN_OUTCOME, message)


async def wait_throttled(parts: Parts, hold: Hold, seconds: float, why: str) -> None:
    """Say that the job waits, and until when; then wait. Short pauses are not worth an event."""
    clock = parts.clock
    if seconds >= 1.0:
        parts.meters.count(hold.job.kind, Happening.THROTTLED)
        until = clock.now() + timedelta(seconds=seconds)

        def step(job: Job, at: datetime) -> Change:
            return throttled(job, until, f"Waiting for the provider until {until:%H:%M:%S} UTC: {why}", at)

        await hold.say_if_possible(step)
    if hold.cancel_requested:
        raise CancelRequested
    await clock.sleep(seconds)
