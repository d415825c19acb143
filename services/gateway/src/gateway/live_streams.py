"""What a client that listens is told, in which order: what it missed, then what happens, without gap or repetition."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass

from gateway.live_fanout import MOST_PENDING, Fanout, Interest, News, Subscription, in_order, interests_in, is_news
from gateway.live_retelling import Retelling
from gateway.lookup import Lookup
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.ports.event_feed import EventFeed
from shared.ports.records import Record

KEEP_ALIVE = 15.0
"""Seconds without news after which a client is told that there are none."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The stream stands."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What was missed has been told; from here on it is live. ``position`` is where to resume."""

    position: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing happened for a while. ``position`` is where to resume, None where the last news says it."""

    position: int | None


Told = Opened | Hello | News | Quiet


class Streams:
    """Makes streams. They end by themselves when a job has ended, a client is too slow, or the process stops.

    ``page`` is how many jobs' news of the past one of them holds at a time.
    """

    def __init__(
        self, feed: EventFeed, lookup: Lookup, fanout: Fanout, retelling: Retelling, page: int = MOST_PENDING
    ) -> None:
        self._feed = feed
        self._lookup = lookup
        self._fanout = fanout
        self._retelling = retelling
        self._most = page

    async def of_job(self, record: Record, after: int | None) -> AsyncGenerator[Told, None]:
        """Tell the job as it is, unless the client knows all up to ``after``; then each change, to its end.

        Raises ``TooManyWaiting`` or ``BusUnavailable`` before anything is told.
        """
        job = record.entry.job
        with self._fanout.subscribed(Interest(job.owner, job_id=job.job_id)) as subscription:
            known = await self.known(after) or 0
            now = await self._lookup.newest(record)
            self._retelling.note(now)
            yield Opened()
            if now.entry.revision > known:
                yield News(now)
                known = now.entry.revision
            done = now.entry.job.done
            while not (done or subscription.closed):
                news = await subscription.next(KEEP_ALIVE)
                for each in news:
                    if each.revision > known or (each.retold and each.revision == known):
                        yield each
                        known, done = each.revision, each.record.entry.job.done
                if not (news or subscription.closed):
                    yield Quiet(None)

    async def of_all(self, interest: Interest, after: int | None) -> AsyncGenerator[Told, None]:
        """Tell what happened after ``after`` to jobs of this interest, if given; then what happens, for ever.

        Raises ``TooManyWaiting`` or ``BusUnavailable`` before anything is told. The latter later only ends it.
        """
        with self._fanout.subscribed(interest) as subscription:
            known = await self.known(after)
            yield Opened()
            if known is not None:
                async with aclosing(self._missed(interest, known, subscription)) as missed:
                    async for news in missed:
                        yield news
            if subscription.closed:
                return  # not all that was missed was told: no position may say so
            position = max(known or 0, subscription.began_at)
            yield Hello(position)
            while not subscription.closed:
                news_now = await subscription.next(KEEP_ALIVE)
                for each in news_now:
                    # Who was with a quicker gateway before may know more of a job than we do.
                    if each.revision > position or (each.retold and self._fanout.position >= position):
                        yield each
                if not (news_now or subscription.closed):
                    # Nothing is left untold up to here: who resumes there reads no more again than it must.
                    yield Quiet(max(position, self._fanout.position))

    async def known(self, after: int | None) -> int | None:
        """Return ``after``, or 0 for a position that no event has: the logs began anew since, and all is news.

        May raise ``BusUnavailable``.
        """
        if after is not None and after > self._fanout.position and after > await self._feed.last():
            return 0
        return after

    async def _missed(self, interest: Interest, after: int, subscription: Subscription) -> AsyncGenerator[News, None]:
        """Yield what was told before the subscription began, by the pageful: so much is in memory and no more."""
        until = subscription.began_at
        while after < until and not subscription.closed:
            page, after = await self._page(interest, after, until)
            for news in page:
                yield news

    async def _page(self, interest: Interest, after: int, until: int) -> tuple[list[News], int]:
        """Read on until there is the latest news of many jobs; return them in order, and up to where they say all."""
        latest: dict[JobId, Entry] = {}
        async with aclosing(self._feed.replay(after, until)) as entries:
            async for entry in entries:
                if interest in interests_in(entry.job) and is_news(entry):
                    latest[entry.job.job_id] = entry
                if len(latest) >= self._most:
                    return await self._news(latest.values()), entry.revision
        return await self._news(latest.values()), until

    async def _news(self, entries: Iterable[Entry]) -> list[News]:
        # What ended may have been deleted since, or be over: nobody who polls finds it any more.
        kept = [await self._lookup.kept(entry) for entry in entries]
        return in_order(News(record) for record in kept if record is not None)
