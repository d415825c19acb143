"""Keeping owners to their active jobs: a new job is filed only where there is room; whatever is there already is free.

It stands at the one place that every new job passes, a retry as well as a submit, and that no answer with a job that
is there already does.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from gateway.lookup import Lookup
from gateway.queue import Overheard
from gateway.quotas import Quotas
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.ports.bus import Filed, Requests
from shared.ports.event_feed import EventFeed
from shared.ports.filings import FilingIndex
from shared.ports.job_log import BusUnavailable, LogUnreadable
from shared.ports.records import Record
from shared.tasks import stop

log = structlog.get_logger()

MOST_HEADERS = 20_000
"""Requests looked at when a gateway starts, newest first: what is still active is seldom older."""

_AT_ONCE = 16


class LimitedRequests:
    """:class:`shared.ports.bus.Requests`, where filing may also raise :class:`gateway.quotas.OverLimit`."""

    def __init__(self, requests: Requests, quotas: Quotas) -> None:
        self._requests = requests
        self._quotas = quotas

    async def last_for(self, kind: Kind, claim: str) -> Filed | int | None:
        """See :meth:`shared.ports.bus.Requests.last_for`."""
        return await self._requests.last_for(kind, claim)

    async def at(self, sequence: int) -> JobRequest | None:
        """See :meth:`shared.ports.bus.Requests.at`."""
        return await self._requests.at(sequence)

    async def file(self, request: JobRequest, after: int) -> int:
        """See :meth:`shared.ports.bus.Requests.file`. A retry is a submit, too, that its client need not spell out."""
        with self._quotas.filing(request) as filed:
            if request.retry_of is not None:
                self._quotas.submit(request.owner)
            sequence = await self._requests.file(request, after)
            filed(sequence)
            return sequence

    async def remove(self, sequence: int) -> None:
        """See :meth:`shared.ports.bus.Requests.remove`."""
        self._quotas.withdraw(sequence)
        await self._requests.remove(sequence)


@asynccontextmanager
async def counted(
    quotas: Quotas | None, feed: EventFeed, index: FilingIndex, lookup: Lookup
) -> AsyncIterator[EventFeed]:
    """Keep the quotas while the context is open; yield the feed to follow in place of ``feed``.

    What was active before the first event is heard is looked up meanwhile. Without quotas there is nothing to keep.
    """
    if quotas is None:
        yield feed
        return
    counting = asyncio.create_task(_recount(quotas, index, lookup), name="quotas")
    try:
        yield Overheard(feed, quotas.hear)
    finally:
        await stop([counting])


async def _recount(quotas: Quotas, index: FilingIndex, lookup: Lookup) -> None:
    await quotas.begun.wait()
    try:
        async for window in index.newest_first(None, MOST_HEADERS):
            ids = [filing.job_id for filing in window.filings if filing.owner]
            for at in range(0, len(ids), _AT_ONCE):
                await _count(quotas, lookup, ids[at : at + _AT_ONCE])
    except BusUnavailable as error:
        # Until those jobs have ended their owners may have a few more than they should.
        log.warning("Could not count what is active", action="recount_failed", error=str(error))


async def _count(quotas: Quotas, lookup: Lookup, ids: Sequence[JobId]) -> None:
    for found in await asyncio.gather(*(lookup.find(job_id) for job_id in ids), return_exceptions=True):
        if isinstance(found, Record):
            quotas.note(found.entry.job)
        elif isinstance(found, BaseException) and not isinstance(found, LogUnreadable):
            raise found
