"""The fold: many events in any order, doubled or not, give one record.

Every event carries the whole job as its producer knew it, so folding is choosing the event that says most. The choice
is a maximum under one total order, hence idempotent, commutative and associative: a pure fold by construction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.job import Fact, Job
from shared.domain.states import rank


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in a job's log: what it said, and its sequence in ``STATUS`` (the record's revision)."""

    revision: int
    fact: Fact
    job: Job


def precedence(entry: Entry) -> tuple[int, int]:
    """Order entries: further right first, then later; but of two ends the first, since an end is final."""
    return rank(entry.job.status), -entry.revision if entry.job.done else entry.revision


def later(known: Entry | None, entry: Entry) -> Entry:
    """Return whichever of the two the record should show."""
    return entry if known is None else max(known, entry, key=precedence)


def fold(entries: Iterable[Entry]) -> Entry | None:
    """Fold a whole log; None for an empty one."""
    return max(entries, key=precedence, default=None)
