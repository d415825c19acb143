"""What waits for workers: the requests that none has been given yet, as the bus itself knows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.kinds import Kind


@dataclass(frozen=True, slots=True, order=True)
class Queued:
    """A request by its sequence in ``JOBS``, and since when it waits."""

    sequence: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the workers of a kind have come.

    No request up to sequence ``delivered`` waits for its first delivery. ``undelivered`` is how many after it do, those
    among them whose job has ended already; ``unfinished`` how many were delivered and are not acknowledged.
    """

    delivered: int
    undelivered: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that lies beyond sequence ``delivered``, in order: who waits, and the requests whose jobs ended waiting."""

    delivered: int
    waiting: Sequence[Queued]
    ended: Sequence[int]


class Backlog(Protocol):
    """Reads it. Every method may raise ``BusUnavailable``."""

    async def progress(self, kind: Kind) -> Progress:
        """Return how far the workers of a kind have come: one question to the bus, however much waits."""
        ...

    async def snapshot(self, kind: Kind) -> Snapshot:
        """Read the headers of every request of a kind that was not delivered yet, and the ends of their jobs' logs."""
        ...
