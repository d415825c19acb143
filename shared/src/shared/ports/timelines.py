"""A job's log as it can be told: every event of it, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.kinds import Kind


@dataclass(frozen=True, slots=True)
class Logged:
    """One event: its id, the process that wrote it, and the entry it is."""

    event_id: str
    source: str
    entry: Entry


class Timelines(Protocol):
    """Reads whole logs. May raise ``BusUnavailable``."""

    async def events(self, kind: Kind, job_id: JobId) -> Sequence[Logged]:
        """Return a job's events of the last day, oldest first, but for those that cannot be read."""
        ...
