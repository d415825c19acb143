"""Carrying deletions out: the record goes, and with it the request that the list knows the job by."""

import asyncio

import structlog

from shared.ports.batches import Batches
from shared.ports.bus import Requests
from shared.ports.deletions import Deletion
from shared.ports.job_log import BusUnavailable
from shared.ports.records import RecordLost, RecordStore

log = structlog.get_logger()


class Remover:
    """Carries deletions out as they come. Doing one twice changes nothing."""

    def __init__(self, feed: Batches[Deletion], records: RecordStore, requests: Requests) -> None:
        self._feed = feed
        self._records = records
        self._requests = requests

    async def once(self) -> None:
        """Carry one batch out; raises ``BusUnavailable`` and ``RecordLost`` when it has to wait."""
        batch = await self._feed.next_batch()
        try:
            await asyncio.gather(*(self._carry_out(deletion) for deletion in batch.items))
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
