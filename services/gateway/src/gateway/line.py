"""One kind's waiting line: the requests that no worker was given yet, sorted so that a place is found fast."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime

from shared.ports.backlog import Progress, Snapshot


class Line:
    """Who waits, by their requests' sequences. Not to be believed before :meth:`settle` has been called once.

    A job that ends while it waits leaves the line, but its request is still there for a worker to find: such ghosts
    are remembered, so that the line can be counted against what the bus says.
    """

    def __init__(self) -> None:
        self._sequences: list[int] = []
        self._since: dict[int, datetime] = {}
        self._ghosts: list[int] = []
        self._delivered = 0
        self._joined: dict[int, datetime] | None = None
        self._left: set[int] = set()
        self.known = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._sequences)

    def position(self, sequence: int) -> int | None:
        """Return 1 for the next, None for who does not wait here."""
        at = bisect_left(self._sequences, sequence)
        return at + 1 if _stands(self._sequences, at, sequence) else None

    def oldest(self) -> datetime | None:
        """Return since when the first in line waits, None when nobody does."""
        return self._since[self._sequences[0]] if self._sequences else None

    def join(self, sequence: int, since: datetime) -> None:
        """Somebody came. Who joined before, was delivered, or is known to have ended does not wait again."""
        if self._joined is not None:
            self._joined[sequence] = since
        ended = _stands(self._ghosts, bisect_left(self._ghosts, sequence), sequence)
        if sequence > self._delivered and sequence not in self._since and not ended:
            insort(self._sequences, sequence)
            self._since[sequence] = since

    def leave(self, sequence: int) -> None:
        """A worker took somebody, or their job ended."""
        if self._joined is not None:
            self._left.add(sequence)
        if self._since.pop(sequence, None) is not None:
            del self._sequences[bisect_left(self._sequences, sequence)]
            insort(self._ghosts, sequence)

    def advance(self, progress: Progress) -> int:
        """Drop whom the workers were given; return how many more the bus still has to give than we know of."""
        self._delivered = progress.delivered
        served = bisect_right(self._sequences, progress.delivered)
        for sequence in self._sequences[:served]:
            del self._since[sequence]
        del self._sequences[:served]
        del self._ghosts[: bisect_right(self._ghosts, progress.delivered)]
        return progress.undelivered - len(self._sequences) - len(self._ghosts)

    def begin(self) -> None:
        """From now on remember who comes and goes: the truth is being read anew, and :meth:`settle` will bring it."""
        self._joined, self._left = {}, set()

    def settle(self, found: Snapshot) -> None:
        """Take ``found`` for the truth, but for what happened since :meth:`begin`."""
        since = {queued.sequence: queued.since for queued in found.waiting} | (self._joined or {})
        beyond = {at: when for at, when in since.items() if at > found.delivered}
        gone = {*found.ended, *(beyond.keys() & self._left)}
        self._since = {at: when for at, when in beyond.items() if at not in gone}
        self._sequences, self._ghosts = sorted(self._since), sorted(gone)
        self._joined, self._left = None, set()
        self._delivered = found.delivered
        self.known = True


def _stands(line: list[int], at: int, sequence: int) -> bool:
    return at < len(line) and line[at] == sequence
