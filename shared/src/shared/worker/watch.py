"""Waiting for a prediction: polls it until it is over, and tells the job's log how it gets on."""

from shared.domain.job import progressed
from shared.domain.retry import GiveUp, decide
from shared.domain.states import Stage
from shared.ports.clock import Clock
from shared.ports.provider import Ended, Finished, Provider, ProviderTrouble, Running
from shared.worker.hold import Hold
from shared.worker.prediction import CancelRequested, JobFailed, wait_throttled


class Watch:
    """Follows one prediction of one held job. ``report_every`` is in seconds."""

    def __init__(self, hold: Hold, provider: Provider, clock: Clock, report_every: float) -> None:
        self._hold = hold
        self._provider = provider
        self._clock = clock
        self._report_every = report_every
        self._reported_at = float("-inf")

    async def outputs(self, prediction: str) -> tuple[str, ...]:
        """Return the references of what was rendered.

        Raises :class:`JobFailed` when the prediction ended otherwise, :class:`CancelRequested`, and ``Lost``.
        """
        tries = 0
        while True:
            if self._hold.cancel_requested:
                raise CancelRequested
            try:
                seen = await self._provider.poll(prediction)
            except ProviderTrouble as trouble:
                tries += 1
                await self._after(trouble, tries)
                continue
            tries = 0
            match seen:
                case Finished(outputs):
                    return outputs
                case Ended(failure):
                    raise JobFailed(failure)
                case Running(stage, progress, look_again):
                    await self._report(stage, progress)
                    await self._clock.sleep(look_again)

    async def _report(self, stage: Stage, progress: int | None) -> None:
        job, now = self._hold.job, self._clock.monotonic()
        further = progress is not None and progress > (job.progress or 0)
        due = now - self._reported_at >= self._report_every
        if stage is not job.stage or (further and due):
            self._reported_at = now
            await self._hold.say_if_possible(lambda job, at: progressed(job, stage, progress, at))

    async def _after(self, trouble: ProviderTrouble, tries: int) -> None:
        left = (self._hold.job.deadline - self._clock.now()).total_seconds()
        decision = decide(trouble.trouble, str(trouble), tries=tries, left=left, retry_after=trouble.retry_after)
        if isinstance(decision, GiveUp):
            raise JobFailed(decision.failure)
        await wait_throttled(self._hold, self._clock, decision.seconds, str(trouble))
