"""Deleting an ended job: written down first, so that whatever happens next it stays deleted."""

from shared.domain.ids import JobId
from shared.domain.job import Job
from shared.ports.clock import Clock
from shared.ports.deletions import Deletion, Deletions
from shared.ports.media import StoredFiles
from shared.ports.records import RecordReader

PATIENCE = 3.0
"""Seconds that the status service is given to remove the record before the client is asked to come again."""

_LOOK_EVERY = 0.02


class Deleter:
    """Deletes jobs. May raise ``BusUnavailable`` and ``StoreUnavailable``; asking again is then safe."""

    def __init__(
        self,
        deletions: Deletions,
        records: RecordReader,
        media: StoredFiles,
        clock: Clock,
        patience: float = PATIENCE,
    ) -> None:
        self._deletions = deletions
        self._records = records
        self._media = media
        self._clock = clock
        self._patience = patience

    async def delete(self, job: Job) -> bool:
        """Delete a job that has ended; False when its record is still there, and will be gone in a while."""
        await self._deletions.add(Deletion(job.job_id, job.request, self._clock.now()))
        await self._remove_output(job)
        return await self._gone(job.job_id)

    async def finish(self, job: Job) -> None:
        """Do what may be left to do for a job whose record is gone: its deletion may have been broken off."""
        if job.output is not None and await self._deletions.has(job):
            await self._remove_output(job)

    async def _remove_output(self, job: Job) -> None:
        if job.output is not None:
            await self._media.delete(job.output.name)

    async def _gone(self, job_id: JobId) -> bool:
        end = self._clock.monotonic() + self._patience
        while await self._records.get(job_id) is not None:
            if self._clock.monotonic() >= end:
                return False
            await self._clock.sleep(_LOOK_EVERY)
        return True
