"""The jobs' logs as one: every event of every job, in the order in which they were written."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from shared.domain.fold import Entry


@dataclass(frozen=True, slots=True)
class Heard:
    """Some entries in ascending revision, and the position (a revision) up to which everything has now been heard.

    A position below the last one means that the logs are others than before: the bus came back without them.
    """

    entries: Sequence[Entry]
    position: int


class EventFeed(Protocol):
    """What happens from now on, and again what happened lately. What cannot be read is passed over."""

    async def follow(self, hear: Callable[[Heard], Awaitable[None]]) -> NoReturn:
        """Call ``hear`` with every event from now on, for ever, through whatever befalls the bus; nothing is left out.

        The first call, without entries, says where it begins. The next events wait until ``hear`` has returned.
        """
        ...

    async def last(self) -> int:
        """Return the revision of the last event there is, 0 for none; raises ``BusUnavailable``."""
        ...

    def replay(self, after: int, until: int) -> AsyncGenerator[Entry, None]:
        """Yield what was written after revision ``after``, up to ``until``, in ascending revision; close it when done.

        Entries of a job that a later one of the same job supersedes may be left out, if that one is at most ``until``
        or came after; the log begins with what it still keeps. Raises ``BusUnavailable``.
        """
        ...
