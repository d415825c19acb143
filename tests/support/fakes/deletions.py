"""The deletions in memory: written by the gateway, asked for by everyone, heard by the status service."""

import asyncio
from dataclasses import dataclass, field

from shared.domain.ids import JobId
from shared.domain.job import Job
from shared.ports.deletions import Deletion
from shared.ports.job_log import BusUnavailable
from tests.support.fakes.batches import MemoryBatch


@dataclass(slots=True)
class MemoryDeletions:
    """:class:`shared.ports.deletions.Deletions`. ``away`` makes every call fail; ``waiting`` is not yet carried out."""

    away: bool = False
    known: dict[JobId, Deletion] = field(default_factory=dict)
    waiting: list[Deletion] = field(default_factory=list)

    async def add(self, deletion: Deletion) -> None:
        await self._answer()
        self.known[deletion.job_id] = deletion
        self.waiting.append(deletion)

    async def has(self, job: Job) -> bool:
        await self._answer()
        found = self.known.get(job.job_id)
        return found is not None and found.is_of(job)

    async def all(self) -> dict[JobId, Deletion]:
        await self._answer()
        return dict(self.known)

    async def next_batch(self) -> MemoryBatch[Deletion]:
        """Return what waits, as the status service gets it."""
        await self._answer()
        taken, self.waiting = self.waiting, []
        return MemoryBatch(taken, self.waiting)

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise BusUnavailable("the fake deletions are away")
