"""How long a record stays: for ever while its job is active, a while after its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.fold import Entry
from shared.ports.records import Record


@dataclass(frozen=True, slots=True)
class Retention:
    """``ttl`` is how long a record stays after its job's end."""

    ttl: timedelta

    def record(self, entry: Entry) -> Record:
        """Return the record of a job whose fold is ``entry``."""
        ended = entry.job.completed_at
        return Record(entry, None if ended is None else ended + self.ttl)


def seconds_left(record: Record, now: datetime) -> float | None:
    """Return the seconds the record still has, possibly none or fewer; None while its job is active."""
    return None if record.expires_at is None else (record.expires_at - now).total_seconds()
