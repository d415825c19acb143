"""What every feed of the jobs' logs keeps."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from shared.domain.fold import Entry
from shared.domain.job import accept, start
from shared.ports.event_feed import EventFeed, Heard
from shared.ports.job_log import JobLog
from shared.tasks import stop
from tests.support.eventually import eventually
from tests.support.jobs import NOON, a_request


@dataclass(frozen=True, slots=True)
class FeedBench:
    """A feed, a log to write with, and how to put any bytes into a job's log (returns their revision)."""

    feed: EventFeed
    log: JobLog
    put_event: Callable[[str, bytes], Awaitable[int]]


@dataclass(slots=True)
class Ear:
    """What a feed told."""

    entries: list[Entry] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    async def hear(self, heard: Heard) -> None:
        """Keep it."""
        self.entries += heard.entries
        self.positions.append(heard.position)


@asynccontextmanager
async def following(feed: EventFeed) -> AsyncIterator[Ear]:
    """Yield what is heard, once the feed has begun."""
    ear = Ear()
    task = asyncio.create_task(feed.follow(ear.hear))
    try:
        await eventually(lambda: ear.positions)
        yield ear
    finally:
        await stop([task])


async def opened(bench: FeedBench, count: int, first: int = 0) -> list[Entry]:
    """Open so many logs."""
    return [await bench.log.append(accept(a_request(f"job-{n}"), n), None) for n in range(first, first + count)]


async def replayed(bench: FeedBench, after: int, until: int) -> list[Entry]:
    """Read the past."""
    async with aclosing(bench.feed.replay(after, until)) as entries:
        return [entry async for entry in entries]


class EventFeedSuite:
    """Subclass it with a fixture ``bench``."""

    async def test_it_begins_with_what_happens_next(self, bench: FeedBench) -> None:
        (before,) = await opened(bench, 1)
        async with following(bench.feed) as ear:
            assert (ear.entries, ear.positions) == ([], [before.revision])
            after = await opened(bench, 5, first=1)
            await eventually(lambda: len(ear.entries) >= 5)

            assert ear.entries == after
            assert ear.positions == sorted(ear.positions)
            assert ear.positions[-1] == after[-1].revision

    async def test_two_jobs_logs_come_in_the_order_they_were_written_in(self, bench: FeedBench) -> None:
        async with following(bench.feed) as ear:
            one, two = await opened(bench, 2)
            later = await bench.log.append(start(two.job, "w", "local", NOON), two)
            last = await bench.log.append(start(one.job, "w", "local", NOON), one)
            await eventually(lambda: len(ear.entries) >= 4)

            assert ear.entries == [one, two, later, last]

    async def test_what_cannot_be_read_is_passed_over(self, bench: FeedBench) -> None:
        async with following(bench.feed) as ear:
            await bench.put_event("odd", b"nonsense")
            (entry,) = await opened(bench, 1)
            await eventually(lambda: ear.entries)

            assert ear.entries == [entry]
            assert ear.positions[-1] == entry.revision

    async def test_the_past_is_told_from_one_revision_to_another(self, bench: FeedBench) -> None:
        entries = await opened(bench, 6)
        revisions = [entry.revision for entry in entries]

        assert await replayed(bench, revisions[1], revisions[4]) == entries[2:5]
        assert await replayed(bench, 0, revisions[-1]) == entries
        assert await replayed(bench, revisions[-1], revisions[-1]) == []
        assert await bench.feed.last() == revisions[-1]

    async def test_a_past_with_nonsense_in_it_is_told_without(self, bench: FeedBench) -> None:
        before = await opened(bench, 1)
        last = await bench.put_event("odd", b"nonsense")

        assert await replayed(bench, 0, last) == before

    async def test_there_is_no_last_event_of_nothing(self, bench: FeedBench) -> None:
        assert await bench.feed.last() == 0

    @pytest.mark.parametrize("taken", [0, 1])
    async def test_who_stops_reading_the_past_can_read_it_again(self, bench: FeedBench, taken: int) -> None:
        entries = await opened(bench, 3)
        async with aclosing(bench.feed.replay(0, entries[-1].revision)) as past:
            for expected in entries[:taken]:
                assert await anext(past) == expected

        assert await replayed(bench, 0, entries[-1].revision) == entries
