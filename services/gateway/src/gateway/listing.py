"""Listing jobs, newest first, without ever holding them all: ``JOBS`` is the index, its headers choose the candidates.

A request in ``JOBS`` is a job from its acceptance until its record is pruned, and its sequence is the order of
acceptance. So a page is "the next jobs below this sequence", which new jobs do not disturb. What a request may cost is
bounded twice: headers looked at, and records looked up. A page that comes to a bound is short and can be gone on from.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.lookup import Lookup
from shared.domain.claims import claim_of
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.ports.filings import Filing, FilingIndex
from shared.ports.job_log import LogUnreadable
from shared.ports.records import Record

T = TypeVar("T")

MOST_HEADERS = 8192
"""Headers that a page may look at: a fifth of a second, and most pages need a few hundred."""

MOST_RECORDS = 1024
"""Records that a page may look up before its statuses are found to be others than wanted."""

_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs to list: ``owner``'s, and of those the ones that every other field fits; None fits all."""

    owner: str = ""
    kind: Kind | None = None
    statuses: frozenset[Status] = frozenset(Status)
    show_id: str | None = None
    character_id: str | None = None

    @property
    def claim(self) -> str | None:
        """The claim that all wanted jobs share, if they do."""
        if self.kind is None or not (self.show_id and self.character_id):
            return None
        return claim_of(self.owner, self.kind, self.show_id, self.character_id, content="")

    def may_be(self, filing: Filing) -> bool:
        """Whether a request's headers leave it possible that its job is wanted."""
        if self.kind not in (None, filing.kind):
            return False
        if filing.owner is None:
            return True
        fits = self.show_id in (None, filing.show_id) and self.character_id in (None, filing.character_id)
        return filing.owner == self.owner and fits

    def fits(self, record: Record) -> bool:
        """Whether a job is wanted."""
        job = record.entry.job
        return (
            job.owner == self.owner
            and self.kind in (None, job.kind)
            and job.status in self.statuses
            and self.show_id in (None, job.show_id)
            and self.character_id in (None, job.character_id)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs, newest first. What comes next was filed ``below`` that sequence; None when nothing can come."""

    records: Sequence[Record]
    below: int | None


class Listing:
    """Lists jobs, each page within its bounds. May raise ``BusUnavailable``."""

    def __init__(
        self,
        index: FilingIndex,
        lookup: Lookup,
        most_headers: int = MOST_HEADERS,
        most_records: int = MOST_RECORDS,
    ) -> None:
        self._index = index
        self._lookup = lookup
        self._most_headers = most_headers
        self._most_records = most_records

    async def page(self, wanted: Wanted, limit: int, below: int | None = None) -> Page:
        """Return up to ``limit`` jobs filed below a sequence (None: the newest); fewer say nothing of there being more.

        Active jobs, and ended ones whose record is kept: not those that were deleted or whose time has passed.
        """
        records: list[Record] = []
        looked_up = 0
        reached: int | None = None
        async for window in self._index.newest_first(below, self._most_headers, wanted.kind, wanted.claim):
            candidates = [filing for filing in window.filings if wanted.may_be(filing)]
            for some in _in_parts(candidates):
                looked_up += len(some)
                for filing, record in zip(some, await self._jobs_of(some), strict=True):
                    reached = filing.sequence
                    if record is not None and wanted.fits(record):
                        records.append(record)
                    if len(records) == limit:
                        over = window.last and filing is candidates[-1]
                        return Page(records, None if over else reached)
                if looked_up >= self._most_records:
                    return Page(records, reached)
            reached = None if window.last else window.floor
        return Page(records, reached)

    async def of_ids(self, wanted: Wanted, ids: Iterable[JobId], limit: int, below: int | None = None) -> Page:
        """Return the same of the jobs named, leaving out those that are not known."""
        found = [record for some in _in_parts(list(dict.fromkeys(ids))) for record in await self._records(some)]
        fitting = [record for record in found if record is not None and wanted.fits(record)]
        lower = [record for record in fitting if below is None or record.entry.job.request < below]
        lower.sort(key=lambda record: record.entry.job.request, reverse=True)
        return Page(lower[:limit], lower[limit - 1].entry.job.request if len(lower) > limit else None)

    async def _jobs_of(self, filings: Sequence[Filing]) -> list[Record | None]:
        """Return the job of each request, None where it has none: its jobId is another request's, or it is gone."""
        found = await self._records([filing.job_id for filing in filings])
        return [
            record if record is not None and record.entry.job.request == filing.sequence else None
            for filing, record in zip(filings, found, strict=True)
        ]

    async def _records(self, ids: Iterable[JobId]) -> list[Record | None]:
        return await asyncio.gather(*(self._record(job_id) for job_id in ids))

    async def _record(self, job_id: JobId) -> Record | None:
        try:
            found = await self._lookup.find(job_id)
        except LogUnreadable:
            # One job that only another release understands must not hide all the others.
            return None
        return found if isinstance(found, Record) else None


def _in_parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield so many at a time as are looked up at once."""
    return (things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE))
