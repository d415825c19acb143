"""The fan-out: everybody interested is told, once a job and in order, and nobody can make it grow without bound."""

import asyncio
from typing import Any

import pytest

from gateway.live_fanout import Fanout, Interest, TooManyWaiting
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Fact, Job, accept, progressed, start, succeed
from shared.domain.states import Stage
from shared.ports.records import Record
from tests.support.jobs import NOON, a_request, an_output

ALL = Interest("")


def a_life(job_id: str = "job-1", **more: Any) -> list[tuple[Fact, Job]]:
    """Return what a job's log says: accepted, started, half done, succeeded."""
    opened = accept(a_request(job_id, **more), 1)
    taken = start(opened.job, "w", "local", NOON)
    moved = progressed(taken.job, Stage.RENDERING, 50, NOON)
    done = succeed(moved.job, an_output(), NOON)
    return [(each.fact, each.job) for each in (opened, taken, moved, done)]


def record(revision: int, said: tuple[Fact, Job]) -> Record:
    return Record(Entry(revision, *said), None)


async def taken(fanout: Fanout, interest: Interest, *told: Record) -> list[int]:
    """Subscribe, be told, and return the revisions of what is then in the letterbox."""
    with fanout.subscribed(interest) as subscription:
        for each in told:
            fanout.tell(each)
        return [news.revision for news in await subscription.next(0)]


async def test_of_each_job_only_the_latest_waits_and_in_order() -> None:
    one, two = a_life("one"), a_life("two")
    told = [record(1, one[0]), record(2, two[0]), record(3, one[1]), record(4, two[1]), record(5, one[2])]

    assert await taken(Fanout(10), ALL, *told) == [4, 5]


async def test_an_end_is_never_superseded() -> None:
    opened, started, _, ended = a_life()

    assert await taken(Fanout(10), ALL, record(1, opened), record(3, ended), record(2, started)) == [3]


async def test_what_is_written_after_the_end_is_no_news() -> None:
    ended = a_life()[3]

    assert await taken(Fanout(10), ALL, record(4, ended), record(5, (Fact.PROGRESSED, ended[1]))) == [4]
    assert await taken(Fanout(10), ALL, record(5, (Fact.PROGRESSED, ended[1]))) == []


@pytest.mark.parametrize(
    ("interest", "told"),
    [
        (ALL, [1, 2, 3]),
        (Interest("", show_id="tide"), [1]),
        (Interest("", show_id="dune"), [2]),
        (Interest("", job_id=JobId("one")), [1]),
        (Interest("", job_id=JobId("four")), []),
        (Interest("somebody"), []),
        (Interest("somebody", show_id="tide"), []),
    ],
)
async def test_one_is_told_what_one_is_interested_in(interest: Interest, told: list[int]) -> None:
    shows = [a_life("one", show_id="tide"), a_life("two", show_id="dune"), a_life("three")]

    assert await taken(Fanout(10), interest, *(record(n + 1, life[0]) for n, life in enumerate(shows))) == told


async def test_all_are_given_the_same_news_so_that_it_is_rendered_once() -> None:
    fanout = Fanout(10)
    with fanout.subscribed(ALL) as one, fanout.subscribed(Interest("", job_id=JobId("job-1"))) as other:
        fanout.tell(record(1, a_life()[0]))

        assert await one.next(0) == await other.next(0)


async def test_a_subscription_begins_where_the_feed_is() -> None:
    fanout = Fanout(10)
    fanout.tell(record(7, a_life()[0]))
    with fanout.subscribed(ALL) as subscription:
        assert subscription.began_at == 7
        assert await subscription.next(0) == []


async def test_who_waits_is_woken_at_once() -> None:
    fanout = Fanout(10)
    with fanout.subscribed(ALL) as subscription:
        waiting = asyncio.create_task(subscription.next(60))
        await asyncio.sleep(10)
        fanout.tell(record(1, a_life()[0]))

        assert [news.revision for news in await waiting] == [1]
        assert asyncio.get_running_loop().time() < 11


async def test_nothing_happens_for_a_while() -> None:
    fanout = Fanout(10)
    with fanout.subscribed(ALL) as subscription:
        assert await subscription.next(15) == []
    assert 15 <= asyncio.get_running_loop().time() < 16


async def test_there_are_no_more_than_may_be_and_who_leaves_makes_room() -> None:
    fanout = Fanout(2)
    with fanout.subscribed(ALL):
        with fanout.subscribed(ALL), pytest.raises(TooManyWaiting), fanout.subscribed(ALL):
            pass
        with fanout.subscribed(ALL):
            assert len(fanout) == 2
    assert len(fanout) == 0
    assert fanout._by_interest == {}


async def test_who_is_too_far_behind_is_closed_and_holds_nothing() -> None:
    fanout = Fanout(10, most_pending=3)
    with fanout.subscribed(ALL) as slow, fanout.subscribed(Interest("", job_id=JobId("job-0"))) as other:
        for n in range(5):
            fanout.tell(record(n + 1, a_life(f"job-{n}")[0]))

        assert slow.closed
        assert await slow.next(60) == []
        assert slow._pending == {}
        assert [news.revision for news in await other.next(0)] == [1]


async def test_to_be_told_again_closes_nobody() -> None:
    fanout = Fanout(10, most_pending=2)
    with fanout.subscribed(ALL) as slow:
        for n in range(5):
            fanout.retell(record(n + 1, a_life(f"job-{n}")[0]))

        assert [(news.revision, news.retold) for news in await slow.next(0)] == [(1, True), (2, True)]


async def test_what_waits_to_be_told_is_told_once_as_it_then_is() -> None:
    fanout, opened = Fanout(10), a_life()[0]
    with fanout.subscribed(ALL) as quick, fanout.subscribed(ALL) as slow:
        fanout.tell(record(1, opened))
        [news] = await quick.next(0)
        news.rendered["here"] = b"as it was"
        fanout.retell(record(1, opened))

        [waited] = await slow.next(0)
        assert (waited.retold, waited.rendered) == (False, {})
        assert [news.retold for news in await quick.next(0)] == [True]


async def test_a_log_that_began_anew_closes_everybody_once() -> None:
    fanout = Fanout(10)
    fanout.tell(record(7, a_life()[0]))
    with fanout.subscribed(ALL) as subscription:
        fanout.skip_to(0)
        assert subscription.closed
    with fanout.subscribed(ALL) as subscription:
        fanout.tell(record(1, a_life()[0]))
        assert [news.revision for news in await subscription.next(0)] == [1]


async def test_at_the_end_everybody_is_woken_and_nobody_comes_in() -> None:
    fanout = Fanout(10)
    with fanout.subscribed(ALL) as subscription:
        waiting = asyncio.create_task(subscription.next(60))
        await asyncio.sleep(1)
        fanout.close()
        assert await waiting == []
        assert asyncio.get_running_loop().time() < 2
    with pytest.raises(TooManyWaiting), fanout.subscribed(ALL):
        pass
    await fanout.emptied()
