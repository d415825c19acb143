"""The jobs' logs: one linear log a job, in which the first writer of the next event wins."""

from typing import Protocol

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change


class Fenced(Exception):
    """Somebody else wrote next. ``last`` is the log's last entry as read afterwards (None: the log is gone)."""

    def __init__(self, last: Entry | None) -> None:
        super().__init__(f"the log moved on to {last.fact} at {last.revision}" if last else "the log is gone")
        self.last = last


class BusUnavailable(Exception):
    """NATS is away or has no room; the message says which. Nothing is known to have been written."""


class LogUnreadable(BusUnavailable):
    """The log's last entry cannot be read by this release: nobody here may write after it. Others' logs are fine."""


class BusFull(BusUnavailable):
    """The stream holds all it may; it takes no more until work is finished."""


class TooLarge(Exception):
    """The document is larger than the bus carries."""


class JobLog(Protocol):
    """Read and extend jobs' logs. Every method may raise :class:`BusUnavailable`."""

    async def last(self, job_id: JobId) -> Entry | None:
        """Return the last entry of the job's log, of whichever kind, or None when there is no such log.

        Raises :class:`LogUnreadable` when that entry cannot be read.
        """
        ...

    async def append(self, change: Change, after: Entry | None) -> Entry:
        """Write ``change`` as the entry right after ``after`` (None: as the first), durably, exactly once.

        Raises :class:`Fenced` when another entry is there already. An answer that was lost is cleared up before this
        returns: it returns the entry if ours is the one in the log.
        """
        ...
