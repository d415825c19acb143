"""The records in memory: the status service's store and the gateway's reader over one bucket."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.domain.fold import precedence
from shared.domain.ids import JobId
from shared.ports.clock import Clock
from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, Record, RecordConflict, RecordLost, Versioned


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the bucket holds it; ``until`` is when it vanishes."""

    record: Record
    version: int
    until: datetime | None


@dataclass(slots=True)
class MemoryBucket:
    """One bucket, shared by the fakes over it. ``rows`` is None while there is no bucket."""

    away: bool = False
    rows: dict[JobId, Row] | None = None
    state: BucketState | None = None
    versions: int = 0
    puts: list[Record] = field(default_factory=list)
    removed: set[JobId] = field(default_factory=set)

    def lose(self) -> None:
        """Lose the bucket, as a server's restart loses one held in memory."""
        self.rows = self.state = None
        self.removed.clear()


class MemoryRecords:
    """:class:`shared.ports.records.RecordStore`, its times to live measured by ``clock``."""

    def __init__(self, bucket: MemoryBucket, clock: Clock) -> None:
        self._bucket = bucket
        self._clock = clock

    async def get(self, job_id: JobId) -> Versioned | None:
        row = (await self._rows()).get(job_id)
        return None if row is None or self._gone(row) else Versioned(row.record, row.version)

    async def put(self, record: Record, version: int | None, ttl: float | None) -> None:
        rows, job_id = await self._rows(), record.entry.job.job_id
        known = rows.get(job_id)
        if known is not None and self._gone(known):
            known = None
        if (known.version if known else None) != version or job_id in self._bucket.removed:
            raise RecordConflict
        self._bucket.versions += 1
        until = None if ttl is None else self._clock.now() + timedelta(seconds=ttl)
        rows[job_id] = Row(record, self._bucket.versions, until)
        self._bucket.puts.append(record)

    async def remove(self, job_id: JobId) -> None:
        (await self._rows()).pop(job_id, None)
        self._bucket.removed.add(job_id)

    async def state(self) -> BucketState | None:
        await self._answer()
        return self._bucket.state

    async def make(self) -> None:
        await self._answer()
        if self._bucket.rows is None:
            self._bucket.rows = {}

    async def complete(self, state: BucketState) -> None:
        await self._rows()
        self._bucket.state = state

    async def _rows(self) -> dict[JobId, Row]:
        await self._answer()
        if self._bucket.rows is None:
            raise RecordLost
        return self._bucket.rows

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self._bucket.away:
            raise BusUnavailable("the fake bucket is away")

    def _gone(self, row: Row) -> bool:
        return row.until is not None and row.until <= self._clock.now()


class MemoryRecordReader:
    """:class:`shared.ports.records.RecordReader` over the same bucket, always as new as it."""

    def __init__(self, bucket: MemoryBucket, clock: Clock) -> None:
        self._store = MemoryRecords(bucket, clock)
        self._told: dict[JobId, Record] = {}

    async def state(self) -> BucketState | None:
        return await self._store.state()

    def note(self, record: Record) -> Record:
        known = self._told.get(record.entry.job.job_id)
        if known is None or precedence(known.entry) <= precedence(record.entry):
            known = self._told[record.entry.job.job_id] = record
        return known

    async def get(self, job_id: JobId) -> Record | None:
        try:
            found = await self._store.get(job_id)
        except RecordLost:
            return None
        if found is None:
            self._told.pop(job_id, None)
            return None
        return self.note(found.record)
