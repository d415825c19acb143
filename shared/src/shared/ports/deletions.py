"""The deletions: which ended jobs somebody wanted gone, kept for as long as their logs could bring them back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.ids import JobId
from shared.domain.job import Job


@dataclass(frozen=True, slots=True)
class Deletion:
    """One deletion. ``request`` is the sequence of the job's request: a jobId may be used anew after its log's time."""

    job_id: JobId
    request: int
    at: datetime

    def is_of(self, job: Job) -> bool:
        """Whether it was this job that was deleted."""
        return (self.job_id, self.request) == (job.job_id, job.request)


class Deletions(Protocol):
    """Write and ask. Every method may raise ``BusUnavailable``."""

    async def add(self, deletion: Deletion) -> None:
        """Write a deletion down, durably; the status service hears of it. Once more does no harm."""
        ...

    async def has(self, job: Job) -> bool:
        """Whether the job was deleted."""
        ...

    async def all(self) -> dict[JobId, Deletion]:
        """Return every deletion there is."""
        ...
