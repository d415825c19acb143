"""What each owner has used of its limits: submits in the last minute, and jobs that have not ended.

Each gateway counts what it is asked itself, and hears from the jobs' logs what the others accepted, a few milliseconds
later. So all of them keep one limit between them, but for what two are asked in the same moment; nothing is stored.
"""

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.caller import Limits
from shared.domain.job import Fact, Job
from shared.domain.request import JobRequest
from shared.ports.clock import Clock
from shared.ports.event_feed import Heard

WINDOW = 60.0
"""Seconds."""

_AGAIN = 5.0
"""Seconds after which another try pays while all of an owner's jobs run: nobody knows when the next one ends."""

_REMEMBERED_ENDS = 50_000
_OVERDUE = timedelta(minutes=1)
"""A job this long past its deadline has ended, or never was one: its request lost its jobId to another."""


def _counted(jobs: int, which: str = "") -> str:
    return f"{jobs} {which}job{'' if jobs == 1 else 's'}"


class OverLimit(Exception):
    """An owner has used up one of its limits; trying again pays after ``retry_after`` seconds."""

    def __init__(self, code: str, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Standing:
    """What an owner has left of its limits. ``resets_in`` is when the first submit counts no more, None for none."""

    limits: Limits
    submits: int
    resets_in: float | None
    jobs: int


@dataclass(slots=True)
class _Account:
    """One owner's. ``active`` is by the jobs' requests, each with its deadline; ``filing`` are on their way there."""

    submits: deque[float] = field(default_factory=deque)
    active: dict[int, datetime] = field(default_factory=dict)
    filing: int = 0

    def recent(self, now: float) -> int:
        """Forget the submits of more than a minute ago; return how many are left."""
        while self.submits and self.submits[0] <= now - WINDOW:
            self.submits.popleft()
        return len(self.submits)

    def room(self, most: int, now: datetime) -> int:
        """Return how many jobs more there may be; when there seem to be none, what must have ended is forgotten."""
        if len(self.active) + self.filing >= most:
            self.active = {at: deadline for at, deadline in self.active.items() if deadline + _OVERDUE >= now}
        return max(0, most - len(self.active) - self.filing)


class Quotas:
    """Keeps the accounts. ``limits`` says what an owner may have, None for one who is not limited."""

    def __init__(self, limits: Callable[[str], Limits | None], clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._accounts: dict[str, _Account] = {}
        self._ended: OrderedDict[int, None] = OrderedDict()
        self._position = 0
        self.begun = asyncio.Event()

    def submit(self, owner: str) -> None:
        """Count a submit; raises :class:`OverLimit`, and then counts nothing."""
        limits, account, now = self._limits(owner), self._account(owner), self._clock.monotonic()
        if limits is None:
            return
        most = limits.submits_per_minute
        if account.recent(now) >= most:
            wait = account.submits[-most] + WINDOW - now
            sentence = f"This key's owner may submit {_counted(most)} a minute; try again in {math.ceil(wait)} s."
            raise OverLimit("rate_limited", sentence, wait)
        account.submits.append(now)

    @contextmanager
    def filing(self, request: JobRequest) -> Iterator[Callable[[int], None]]:
        """Hold room for a job that is about to be filed; raises :class:`OverLimit` when its owner has none.

        Yields what is to be called with the sequence that it was filed at.
        """
        limits, account = self._limits(request.owner), self._account(request.owner)
        if limits is not None and not account.room(limits.active_jobs, self._clock.now()):
            active = _counted(limits.active_jobs, "active ")
            sentence = f"This key's owner has {active}, and may have no more; wait for one to end."
            raise OverLimit("too_many_jobs", sentence, _AGAIN)
        account.filing += 1
        try:
            yield lambda sequence: self._join(request.owner, sequence, request.deadline)
        finally:
            account.filing -= 1

    def withdraw(self, sequence: int) -> None:
        """Let go of the room of a request that was filed and taken back."""
        for account in self._accounts.values():
            account.active.pop(sequence, None)

    def standing(self, owner: str) -> Standing | None:
        """Return what an owner has left, None for one who is not limited."""
        limits, account, now = self._limits(owner), self._account(owner), self._clock.monotonic()
        if limits is None:
            return None
        used = account.recent(now)
        resets_in = account.submits[-min(used, limits.submits_per_minute)] + WINDOW - now if used else None
        room = account.room(limits.active_jobs, self._clock.now())
        return Standing(limits, max(0, limits.submits_per_minute - used), resets_in, room)

    def hear(self, heard: Heard) -> None:
        """Take in what was written to the jobs' logs, whoever accepted them."""
        if heard.position < self._position:
            # Other logs than before: whatever ran is gone with them.
            self._accounts.clear()
            self._ended.clear()
        self._position = heard.position
        for entry in heard.entries:
            self._take(entry.fact, entry.job)
        self.begun.set()

    def note(self, job: Job) -> None:
        """Take in a job that was found as it is: it was accepted at some time before."""
        if job.done:
            self._leave(job)
        else:
            self._join(job.owner, job.request, job.deadline)

    def _take(self, fact: Fact, job: Job) -> None:
        known = job.request in self._account(job.owner).active or job.request in self._ended
        if fact is Fact.ACCEPTED and not known and self._limits(job.owner) is not None:
            account, now = self._account(job.owner), self._clock.monotonic()
            # Of an owner who asks elsewhere alone nobody here would ever look what is over.
            account.recent(now)
            account.submits.append(now)
        self.note(job)

    def _join(self, owner: str, request: int, deadline: datetime) -> None:
        # A quick worker may have ended it before its gateway heard that it was filed.
        if request not in self._ended:
            self._account(owner).active[request] = deadline

    def _leave(self, job: Job) -> None:
        self._account(job.owner).active.pop(job.request, None)
        self._ended[job.request] = None
        if len(self._ended) > _REMEMBERED_ENDS:
            self._ended.popitem(last=False)

    def _account(self, owner: str) -> _Account:
        return self._accounts.setdefault(owner, _Account())
