"""Keeping the bucket whole: noticing that it is gone or empty, and making it again from the logs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Protocol

import structlog

from shared.domain.fold import Entry
from shared.ports.deletions import Deletions
from shared.ports.records import BucketState, RecordStore
from status.folding import Folder

log = structlog.get_logger()

_BATCH = 1_000


class Logs(Protocol):
    """Every job's log at once."""

    def last_entries(self) -> AsyncIterator[Entry]:
        """Yield the last entry of each log; raises ``BusUnavailable``."""
        ...


class Rebuilder:
    """Makes the bucket again when it is not complete. ``ttl`` is what the bucket then says of itself."""

    def __init__(self, records: RecordStore, logs: Logs, deletions: Deletions, folder: Folder, ttl: timedelta) -> None:
        self._records = records
        self._logs = logs
        self._deletions = deletions
        self._folder = folder
        self._state = BucketState(ttl.total_seconds())

    async def ensure(self) -> bool:
        """Return False when the bucket was whole; rebuild it and return True otherwise.

        Raises ``BusUnavailable``, and ``RecordLost`` when it is lost again meanwhile; call again then.
        """
        state = await self._records.state()
        if state == self._state:
            return False
        await self._records.make()
        # Asked after the bucket is there: what is deleted from now on is removed from it as ever.
        deleted = await self._deletions.all()
        count = 0
        batch: list[Entry] = []
        async for entry in self._logs.last_entries():
            deletion = deleted.get(entry.job.job_id)
            if deletion is not None and deletion.is_of(entry.job):
                continue
            batch.append(entry)
            if len(batch) == _BATCH:
                await self._folder.fold_all(batch, into_empty=state is None)
                count += len(batch)
                batch = []
        await self._folder.fold_all(batch, into_empty=state is None)
        await self._records.complete(self._state)
        log.info(f"Made the bucket again from {count + len(batch)} logs", action="bucket_rebuilt")
        return True
