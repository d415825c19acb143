"""Bringing a rendered output into our own store: ``succeeded`` means readable, so this comes first."""

from shared.domain.failures import Failure, FailureCode
from shared.domain.job import Output, progressed
from shared.domain.states import Stage
from shared.ports.media import NotMedia, StoreUnavailable
from shared.ports.provider import OutputInterrupted, OutputUnreadable, ProviderTrouble
from shared.worker.hold import Hold
from shared.worker.parts import Parts
from shared.worker.trouble import JobFailed


class Storing:
    """Fetches and stores one held job's output, without redoing its prediction."""

    def __init__(self, parts: Parts, hold: Hold) -> None:
        self._hold = hold
        self._provider = parts.provider
        self._media = parts.media
        self._clock = parts.clock
        self._pauses = parts.limits.downloads

    async def store(self, output: str) -> Output:
        """Return the stored file; raises :class:`JobFailed` and ``Lost``."""
        await self._hold.say_if_possible(lambda job, at: progressed(job, Stage.STORING, job.progress, at))
        for pause in self._pauses:
            try:
                return await self._once(output)
            except (OutputInterrupted, ProviderTrouble, StoreUnavailable):
                await self._clock.sleep(pause)
        try:
            return await self._once(output)
        except (OutputInterrupted, ProviderTrouble) as error:
            raise JobFailed(Failure(FailureCode.OUTPUT_UNREADABLE, str(error))) from error
        except StoreUnavailable as error:
            raise JobFailed(Failure(FailureCode.STORAGE_FAILED, str(error))) from error

    async def _once(self, output: str) -> Output:
        job = self._hold.job
        stem = job.media_token
        if stem is None:
            raise JobFailed(Failure(FailureCode.INTERNAL, "The job has a prediction but never announced one."))
        try:
            return await self._media.put(stem, job.kind, self._provider.open(output))
        except (NotMedia, OutputUnreadable) as error:
            raise JobFailed(Failure(FailureCode.OUTPUT_UNREADABLE, str(error))) from error
