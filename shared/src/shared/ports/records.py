"""The records: the fold of each job's log, kept where polls are answered from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.fold import Entry
from shared.domain.ids import JobId


@dataclass(frozen=True, slots=True)
class Record:
    """A job's record: the entry it shows, and when it vanishes (None while the job is active)."""

    entry: Entry
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Versioned:
    """A record as the bucket holds it, with the revision to compare and set against."""

    record: Record
    version: int


class RecordLost(Exception):
    """The bucket is gone; it must be made and filled again."""


class RecordConflict(Exception):
    """Somebody else wrote the record since it was read."""


@dataclass(frozen=True, slots=True)
class BucketState:
    """What the status service says of a bucket that holds every record: how long ended ones stay, in seconds."""

    ttl_seconds: float


class RecordStore(Protocol):
    """The status service's side: the only writer. Every method may raise ``BusUnavailable`` or :class:`RecordLost`."""

    async def get(self, job_id: JobId) -> Versioned | None:
        """Return the record, or None."""
        ...

    async def put(self, record: Record, version: int | None, ttl: float | None) -> None:
        """Write the record over ``version`` (None: there must be none), to vanish after ``ttl`` seconds if given.

        Raises :class:`RecordConflict`.
        """
        ...

    async def remove(self, job_id: JobId) -> None:
        """Take a record away, if there is one; for some minutes afterwards :meth:`put` finds no free place.

        Whoever was about to write one where there was none meets a :class:`RecordConflict`, and looks again.
        """
        ...

    async def state(self) -> BucketState | None:
        """Return what :meth:`complete` last wrote, None when the bucket is not complete; never :class:`RecordLost`."""
        ...

    async def make(self) -> None:
        """Make sure that there is a bucket, empty or not."""
        ...

    async def complete(self, state: BucketState) -> None:
        """Say that every record is in the bucket."""
        ...


class RecordReader(Protocol):
    """The gateway's side."""

    async def state(self) -> BucketState | None:
        """Return the bucket's state, None while no bucket is complete; may raise ``BusUnavailable``."""
        ...

    async def get(self, job_id: JobId) -> Record | None:
        """Return the record or None, at least as new as every write answered before the call.

        May raise ``BusUnavailable``.
        """
        ...

    def note(self, record: Record) -> Record:
        """Remember a record read from the job's log; return it, or the later one already told."""
        ...
