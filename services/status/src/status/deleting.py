"""Carrying deletions out: the record goes, and with it the request that the list knows the job by."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

from shared.ports.bus import Requests
from shared.ports.deletions import Deletion
from shared.ports.job_log import BusUnavailable
from shared.ports.records import RecordLost, RecordStore

log = structlog.get_logger()


class DeletionBatch(Protocol):
    """Deletions delivered to this service and not yet acknowledged."""

    @property
    def deletions(self) -> Sequence[Deletion]:
        """The readable ones."""
        ...

    async def ack(self) -> None:
        """They are carried out; deliver them no more."""
        ...

    async def hand_back(self) -> None:
        """They are not; deliver them again soon."""
        ...


class DeletionFeed(Protocol):
    """Where deletions come from."""

    async def next_batch(self) -> DeletionBatch:
        """Return what has come, possibly nothing after a while; raises ``BusUnavailable``."""
        ...


class Remover:
    """Carries deletions out as they come. Doing one twice changes nothing."""

    def __init__(self, feed: DeletionFeed, records: RecordStore, requests: Requests) -> None:
        self._feed = feed
        self._records = records
        self._requests = requests

    async def once(self) -> None:
        """Carry one batch out; raises ``BusUnavailable`` and ``RecordLost`` when it has to wait."""
        batch = await self._feed.next_batch()
        try:
            await asyncio.gather(*(self._carry_out(deletion) for deletion in batch.deletions))
        except (BusUnavailable, RecordLost):
            await batch.hand_back()
            raise
        await batch.ack()

    async def _carry_out(self, deletion: Deletion) -> None:
        known = await self._records.get(deletion.job_id)
        # Also where there is no record: one may just be on its way into the bucket.
        if known is None or deletion.is_of(known.record.entry.job):
            await self._records.remove(deletion.job_id)
        await self._requests.remove(deletion.request)
        log.info("Removed a job that was deleted", action="job_deleted", job_id=deletion.job_id)
