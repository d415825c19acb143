"""Waiting for a prediction: polls it until it is over, and tells the job's log how it gets on."""

import asyncio

from shared.domain.failures import Failure, FailureCode
from shared.domain.job import progressed
from shared.domain.retry import GiveUp, Trouble, decide
from shared.domain.states import Stage
from shared.ports.provider import Ended, Finished, ProviderTrouble, Running
from shared.tasks import first
from shared.worker.hold import Hold
from shared.worker.parts import Parts
from shared.worker.trouble import CancelRequested, JobFailed, wait_throttled


class Watch:
    """Follows one prediction of one held job. ``nudged`` is set by whoever knows that there is news of it."""

    def __init__(self, parts: Parts, hold: Hold, nudged: asyncio.Event) -> None:
        self._parts = parts
        self._hold = hold
        self._nudged = nudged
        self._provider = parts.provider
        self._clock = parts.clock
        self._reported_at = float("-inf")
        self._sign: tuple[object, ...] = ()
        self._alive_at = parts.clock.monotonic()

    async def outputs(self, prediction: str) -> tuple[str, ...]:
        """Return the references of what was rendered.

        Raises :class:`JobFailed` when the prediction ended otherwise, :class:`CancelRequested`, and ``Lost``.
        """
        tries = 0
        while True:
            if self._hold.cancel_requested:
                raise CancelRequested
            # Before the look, not after it: news that comes while its answer is told is news of something later.
            self._nudged.clear()
            asked = self._clock.monotonic()
            try:
                seen = await self._provider.poll(prediction)
            except ProviderTrouble as trouble:
                tries += 1
                await self._after(trouble, tries)
                # While nobody could look, the prediction may well have shown that it lives.
                self._alive_at += self._clock.monotonic() - asked
                continue
            tries = 0
            match seen:
                case Finished(outputs):
                    return outputs
                case Ended(failure):
                    raise JobFailed(failure)
                case Running() as running:
                    self._check_alive(running)
                    await self._report(running.stage, running.progress)
                    await first(self._nudged.wait(), self._clock.sleep(running.look_again))

    def _check_alive(self, seen: Running) -> None:
        now, sign = self._clock.monotonic(), (seen.stage, seen.progress, seen.sign)
        if sign != self._sign:
            self._sign, self._alive_at = sign, now
        silence = now - self._alive_at
        if silence >= self._parts.limits.silent_for:
            message = f"The provider showed no sign of life for {silence / 60:.0f} minutes."
            raise JobFailed(Failure(FailureCode.PROVIDER_STALLED, message), stop=True)

    async def _report(self, stage: Stage, progress: int | None) -> None:
        job, now = self._hold.job, self._clock.monotonic()
        further = progress is not None and progress > (job.progress or 0)
        due = now - self._reported_at >= self._parts.limits.progress_every
        if stage is not job.stage or (further and due):
            self._reported_at = now
            await self._hold.say_if_possible(lambda job, at: progressed(job, stage, progress, at))

    async def _after(self, trouble: ProviderTrouble, tries: int) -> None:
        left = (self._hold.job.deadline - self._clock.now()).total_seconds()
        decision = decide(trouble.trouble, str(trouble), tries=tries, left=left, retry_after=trouble.retry_after)
        if isinstance(decision, GiveUp):
            # What could not be looked at until the deadline runs on, and bills on.
            raise JobFailed(decision.failure, stop=trouble.trouble is not Trouble.GONE)
        await wait_throttled(self._parts, self._hold, decision.seconds, str(trouble))
