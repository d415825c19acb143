"""Telling many of one event: a letterbox for each who waits, filled from one feed, costing nothing but memory."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.domain.fold import Entry, precedence
from shared.domain.ids import JobId
from shared.domain.job import Fact, Job
from shared.ports.records import Record

MOST_PENDING = 1_000
"""Jobs with news that one client has not taken yet, some 2 MB: who is further behind is closed, and resumes."""

_ENDS = frozenset({Fact.SUCCEEDED, Fact.FAILED, Fact.CANCELED})


class TooManyWaiting(Exception):
    """This process already holds as many clients as it may, or is about to stop: come back, or ask without waiting."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Whose events to be told: of an owner's jobs one, those of one show, or with neither all of them."""

    owner: str
    job_id: JobId | None = None
    show_id: str | None = None


def interests_in(job: Job) -> tuple[Interest, ...]:
    """Return every interest that a job's event answers to."""
    one, everything = Interest(job.owner, job_id=job.job_id), Interest(job.owner)
    return (one, everything) if job.show_id is None else (one, everything, Interest(job.owner, show_id=job.show_id))


def is_news(entry: Entry) -> bool:
    """Whether clients are told of an entry: what is written to a log after its job's end changes nothing for them."""
    return not entry.job.done or entry.fact in _ENDS


@dataclass(slots=True, eq=False)
class News:
    """One event as everybody is told it. ``rendered`` keeps its bytes by the address clients reach us at.

    ``retold`` says that it is the event before, once more: what is told of the job beyond its log has changed.
    """

    record: Record
    retold: bool = False
    rendered: dict[str, bytes] = field(default_factory=dict)

    @property
    def revision(self) -> int:
        """The event's position in the log of all jobs."""
        return self.record.entry.revision


def in_order(news: Iterable[News]) -> list[News]:
    """Return news by their revisions: whoever was told one was told all before it, and may resume there."""
    return sorted(news, key=lambda each: each.revision)


class Subscription:
    """One client's letterbox: of each job at most the latest news, in the order of their revisions.

    ``began_at`` is the position it began at: it is told everything after that. Use ``next`` from one task.
    """

    def __init__(self, began_at: int, most_pending: int) -> None:
        self.began_at = began_at
        self.closed = False
        self._most_pending = most_pending
        self._pending: dict[JobId, News] = {}
        self._ready = asyncio.Event()

    def offer(self, news: News) -> None:
        """Keep the news until they are taken, instead of older ones of the same job; close when that is too many."""
        entry = news.record.entry
        known = self._pending.get(entry.job.job_id)
        if self.closed:
            return
        if known is not None and precedence(known.record.entry) >= precedence(entry):
            if news.retold:
                known.rendered.clear()  # it was not taken yet, and will say what is so by then
            return
        if news.retold and len(self._pending) >= self._most_pending:
            return  # no reason to lose a client
        self._pending[entry.job.job_id] = news
        self._ready.set()
        if len(self._pending) > self._most_pending:
            self.close()

    async def next(self, seconds: float) -> list[News]:
        """Return the news there are, at least one; none when ``seconds`` have passed or the subscription is closed."""
        if not self._ready.is_set():
            try:
                async with asyncio.timeout(max(0.0, seconds)):
                    await self._ready.wait()
            except TimeoutError:
                pass  # what came in the same moment is news all the same
        if self.closed or not self._ready.is_set():
            return []
        self._ready.clear()
        taken, self._pending = in_order(self._pending.values()), {}
        return taken

    def close(self) -> None:
        """Tell no more: whoever waits is woken, and what was not taken is forgotten."""
        self.closed = True
        self._pending.clear()
        self._ready.set()


class Fanout:
    """Everybody's subscriptions. ``most`` is how many there may be at a time."""

    def __init__(self, most: int, most_pending: int = MOST_PENDING) -> None:
        self.position = 0
        self._most = most
        self._most_pending = most_pending
        self._by_interest: dict[Interest, set[Subscription]] = {}
        self._count = 0
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        """How many subscriptions there are."""
        return self._count

    async def emptied(self) -> None:
        """Return when there are none."""
        await self._empty.wait()

    @contextmanager
    def subscribed(self, interest: Interest) -> Iterator[Subscription]:
        """Yield a subscription from the present position on; raises :class:`TooManyWaiting`."""
        if self._closed or self._count >= self._most:
            raise TooManyWaiting
        subscription = Subscription(self.position, self._most_pending)
        self._by_interest.setdefault(interest, set()).add(subscription)
        self._count += 1
        self._empty.clear()
        try:
            yield subscription
        finally:
            self._drop(interest, subscription)

    def _drop(self, interest: Interest, subscription: Subscription) -> None:
        self._count -= 1
        if not self._count:
            self._empty.set()
        interested = self._by_interest[interest]
        interested.discard(subscription)
        if not interested:
            del self._by_interest[interest]

    def tell(self, record: Record) -> None:
        """Offer a job's next event to all whom it interests, and move on to its position."""
        if is_news(record.entry):
            self._offer(News(record))
        self.position = record.entry.revision

    def retell(self, record: Record) -> None:
        """Offer a job's last event once more to all whom it interests."""
        self._offer(News(record, retold=True))

    def _offer(self, news: News) -> None:
        for interest in interests_in(news.record.entry.job):
            for subscription in self._by_interest.get(interest, ()):
                subscription.offer(news)

    def skip_to(self, position: int) -> None:
        """Move on without news; back, and everybody is closed: the log they knew is gone, and they must begin anew."""
        if position < self.position:
            self._close_all()
        self.position = position

    def close(self) -> None:
        """Close every subscription and take no more."""
        self._closed = True
        self._close_all()

    def _close_all(self) -> None:
        for interested in self._by_interest.values():
            for subscription in interested:
                subscription.close()
