"""Hints: "look at this job now". They may be lost; what they point at is in the log, and is looked at anyway."""

from typing import Protocol

from shared.domain.ids import JobId


class Hints(Protocol):
    """The sending side. Never fails and never waits for anybody."""

    async def nudge(self, worker: str, job_id: JobId) -> None:
        """Tell the worker of this name to look at the job's log, and at its prediction."""
        ...
