"""Finding a job: the cached record, else the bucket, else the job's own log, before it is called unknown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.fold import Entry, precedence
from shared.domain.ids import JobId
from shared.domain.job import Job
from shared.ports.clock import Clock
from shared.ports.deletions import Deletions
from shared.ports.job_log import BusUnavailable, JobLog, LogUnreadable
from shared.ports.records import Record, RecordReader


@dataclass(frozen=True, slots=True)
class Pruned:
    """There was such a job; its record's time has passed, or it was deleted."""

    job: Job


class Lookup:
    """Reads jobs. May raise ``BusUnavailable``."""

    def __init__(self, records: RecordReader, log: JobLog, clock: Clock, deletions: Deletions) -> None:
        self._records = records
        self._log = log
        self._clock = clock
        self._deletions = deletions

    async def find(self, job_id: JobId) -> Record | Pruned | None:
        """Return the job's record, that it was pruned, or None when no such job was accepted within a day."""
        record = await self._records.get(job_id)
        if record is None:
            entry = await self._log.last(job_id)
            if entry is None:
                return None
            told = await self.kept(entry)
            if told is None:
                return Pruned(entry.job)
            record = self._records.note(told)
        return Pruned(record.entry.job) if self._over(record) else record

    async def kept(self, entry: Entry) -> Record | None:
        """Return the record that a log's event makes, None when its job's time has passed, or it was deleted."""
        told = Record(entry, await self._expiry(entry))
        gone = self._over(told) or (entry.job.done and await self._deletions.has(entry.job))
        return None if gone else told

    def _over(self, record: Record) -> bool:
        return record.expires_at is not None and record.expires_at <= self._clock.now()

    async def newest(self, record: Record) -> Record:
        """Return a record found here as the job's log itself has it, for whoever will hear only what comes next.

        While the status service is behind, so is the bucket.
        """
        try:
            entry = await self._log.last(record.entry.job.job_id)
        except LogUnreadable:
            return record
        if entry is None or precedence(entry) <= precedence(record.entry):
            return record
        return await self.heard(entry)

    async def heard(self, entry: Entry) -> Record:
        """Remember an event that somebody is about to be told of: no poll afterwards shows an older one.

        Return the record it makes, or the later one already known.
        """
        return self._records.note(await self.record_of(entry))

    async def record_of(self, entry: Entry) -> Record:
        """Return the record that an event makes; without its end's time while the bucket cannot be asked."""
        try:
            return Record(entry, await self._expiry(entry))
        except BusUnavailable:
            return Record(entry, None)

    async def _expiry(self, entry: Entry) -> datetime | None:
        # While the bucket is away nobody says how long records stay, and what is known is better told than not.
        ended = entry.job.completed_at
        state = await self._records.state() if ended is not None else None
        return ended + timedelta(seconds=state.ttl_seconds) if ended is not None and state is not None else None
