"""The bucket and what polls are told from it, as they have to be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.domain.fold import Entry
from tests.chaos.stateful.filings import Broken

_SURE = timedelta(minutes=2)
"""A record with less time than this left may be gone already: the server's time is not the test's."""


@dataclass
class Shelf:
    """``records`` is what the bucket holds, None when there is none; ``whole`` whether it says that it holds all.

    ``told`` is the last entry that each gateway showed of each job, ``fleeting`` the jobs whose record may vanish.
    """

    ttl: timedelta
    records: dict[str, Entry] | None = None
    whole: bool = False
    told: dict[tuple[str, str], Entry] = field(default_factory=dict)
    fleeting: set[str] = field(default_factory=set)

    def fold(self, entry: Entry, last: Entry, now: datetime) -> None:
        """Fold one event of a job whose log ends with ``last`` into the bucket there is."""
        assert self.records is not None
        job_id = entry.job.job_id
        known = self.records.get(job_id)
        newest = entry if known and job_id not in self.fleeting else last
        if known is not None and newest.revision <= known.revision:
            return
        left = self._left(newest, now)
        if left is None or left > timedelta(0) or known is not None:
            self.records[job_id] = newest
            if left is not None and left < _SURE:
                self.fleeting.add(job_id)

    def rebuild(self, lasts: Iterable[Entry], now: datetime) -> None:
        """Make sure that the bucket is whole."""
        if self.whole:
            return
        self.records, self.whole = self.records or {}, True
        for last in lasts:
            self.fold(last, last, now)

    def lose(self) -> None:
        """The bucket is gone."""
        self.records, self.whole = None, False

    def hold_against(self, found: dict[str, Entry] | None) -> None:
        """Compare with what the real bucket holds."""
        if self.records is None or found is None:
            if self.records is not found:
                raise Broken(f"the bucket is {'there' if found is not None else 'gone'}, against expectation")
            return
        for job_id in self.records.keys() | found.keys():
            want, have = self.records.get(job_id), found.get(job_id)
            if want != have and not (have is None and job_id in self.fleeting):
                raise Broken(f"the record shows {_told(have)}, not {_told(want)}", job_id)

    def lookup(self, gateway: str, job_id: str, last: Entry | None) -> Entry | None:
        """Return what a gateway has to show of a job now, and remember that it did."""
        known = (self.records or {}).get(job_id) or last
        if known is None:
            return None
        before = self.told.get((gateway, job_id), known)
        shown = max(before, known, key=lambda entry: entry.revision)
        self.told[gateway, job_id] = shown
        return shown

    def pruned(self, entry: Entry, now: datetime) -> bool:
        """Whether a record's time is over."""
        left = self._left(entry, now)
        return left is not None and left <= timedelta(0)

    def _left(self, entry: Entry, now: datetime) -> timedelta | None:
        ended = entry.job.completed_at
        return None if ended is None else ended + self.ttl - now


def _told(entry: Entry | None) -> str:
    return "nothing" if entry is None else f"{entry.fact} at {entry.revision}"
