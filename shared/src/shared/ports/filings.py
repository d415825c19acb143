"""The requests in ``JOBS`` as an index of jobs: by their headers alone, newest first, a window at a time."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.domain.ids import JobId
from shared.domain.kinds import Kind


@dataclass(frozen=True, slots=True)
class Filing:
    """A request by its headers. ``owner`` is None when an older release filed it: then they say nothing more."""

    sequence: int
    kind: Kind
    job_id: JobId
    owner: str | None = None
    show_id: str | None = None
    character_id: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the stream, ``filings`` newest first.

    ``looked`` is how many headers were read for it. With it and the windows before it, everything from sequence
    ``floor`` on has been seen; ``last`` says that nothing lies below.
    """

    filings: Sequence[Filing]
    looked: int
    floor: int
    last: bool


class FilingIndex(Protocol):
    """Reads the index. May raise ``BusUnavailable``."""

    def newest_first(
        self, below: int | None, budget: int, kind: Kind | None = None, claim: str | None = None
    ) -> AsyncIterator[Window]:
        """Yield windows going down from sequence ``below`` (None: from the newest), growing as long as they are asked.

        ``kind``, and with it ``claim``, leave out what is neither at its source; windows may hold others' all the same.
        Ends with a window that is ``last``, with none at all when nothing lies below, or after some ``budget`` headers.
        """
        ...
