"""Folding entries into the bucket, one compare-and-set each, so that replicas and repeats do no harm.

A job that was deleted is left out: its log is still there, and would bring it back.
"""

import asyncio
from collections.abc import Iterable

from shared.domain.fold import Entry, later
from shared.ports.clock import Clock
from shared.ports.deletions import Deletions
from shared.ports.job_log import BusUnavailable, JobLog, LogUnreadable
from shared.ports.records import Record, RecordConflict, RecordStore, Versioned
from status.retention import Retention, seconds_left

_ROUNDS = 20
_AT_ONCE = 128


class Folder:
    """Brings records up to entries. May raise ``BusUnavailable`` and ``RecordLost``; folding again is then safe."""

    def __init__(
        self, records: RecordStore, log: JobLog, deletions: Deletions, clock: Clock, retention: Retention
    ) -> None:
        self._records = records
        self._log = log
        self._deletions = deletions
        self._clock = clock
        self._retention = retention

    async def fold_all(self, entries: Iterable[Entry], *, into_empty: bool = False) -> None:
        """Fold many entries of any jobs, in any order; ``into_empty`` expects their records not to be there."""
        latest: dict[str, Entry] = {}
        for entry in entries:
            latest[entry.job.job_id] = later(latest.get(entry.job.job_id), entry)
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(entry: Entry) -> None:
            async with gate:
                await (self._insert(entry) if into_empty else self.fold(entry))

        done = await asyncio.gather(*(one(entry) for entry in latest.values()), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome

    async def fold(self, entry: Entry) -> None:
        """Fold one entry."""
        for _ in range(_ROUNDS):
            known = await self._records.get(entry.job.job_id)
            newest = later(known.record.entry, entry) if known else await self._newest(entry)
            record = self._retention.record(newest)
            settled = record == known.record if known else await self._is_over(record)
            if settled:
                return
            try:
                await self._put(record, known)
            except RecordConflict:
                continue
            return
        raise BusUnavailable(f"the record of {entry.job.job_id} changes faster than it can be written")

    async def _newest(self, entry: Entry) -> Entry:
        # No record: the job is new, or its record has been pruned and this is an old event delivered again. Only the
        # log knows, and an old event must not raise the dead.
        try:
            last = await self._log.last(entry.job.job_id)
        except LogUnreadable:
            return entry
        return entry if last is None else later(entry, last)

    async def _is_over(self, record: Record) -> bool:
        """Whether a record that is not there is not to be made: its time has passed, or its job was deleted."""
        ttl = seconds_left(record, self._clock.now())
        return ttl is not None and (ttl <= 0 or await self._deletions.has(record.entry.job))

    async def _insert(self, entry: Entry) -> None:
        try:
            await self._put(self._retention.record(entry), None)
        except RecordConflict:
            await self.fold(entry)

    async def _put(self, record: Record, known: Versioned | None) -> None:
        ttl = seconds_left(record, self._clock.now())
        if known is None and ttl is not None and ttl <= 0:
            return
        # An end that comes when its time has passed still has a record to take away: one that says "processing".
        await self._records.put(record, known.version if known else None, None if ttl is None else max(ttl, 0.0))
