"""Who is working: workers say so themselves, again and again, and are believed for a while."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.kinds import Kind

ANNOUNCED_EVERY = 2.0
"""Seconds between two announcements of a worker to which nothing happens."""

BELIEVED_FOR = 7.0
"""Seconds an announcement counts: three may be lost in a row before a worker is taken for dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a worker's process says of itself.

    ``worker`` is the name it has in the jobs' logs, ``running`` how many jobs it holds of the ``capacity`` it can,
    ``since`` when it started. Until ``throttled_until`` its provider lets it begin nothing. ``draining`` says that it
    takes no more jobs.
    """

    worker: str
    kind: Kind
    provider: str
    running: int
    capacity: int
    since: datetime
    throttled_until: datetime | None = None
    draining: bool = False


class Announcer(Protocol):
    """A worker's side. Never fails: what is not heard is said again."""

    async def tell(self, load: Load) -> None:
        """Say how the worker is."""
        ...

    async def leave(self, load: Load) -> None:
        """Say that this was all: the worker holds nothing any more and ends."""
        ...


class Audience(Protocol):
    """The other side: whoever keeps track of the workers."""

    def asked(self) -> None:
        """Every worker has just been asked to announce itself; what was said meanwhile may have been missed."""
        ...

    def heard(self, load: Load) -> None:
        """A worker announced itself."""
        ...

    def left(self, worker: str) -> None:
        """A worker said goodbye."""
        ...

    def up_to_date(self, age: float) -> None:
        """All that was said until ``age`` seconds ago has been passed on."""
        ...
