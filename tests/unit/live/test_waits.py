"""Waiting for a job: answered at the event, never later than asked, and never with less than is known."""

import asyncio
from datetime import timedelta

from gateway.live import Waited
from shared.ports.records import Record
from tests.unit.live.bench import TTL, Bench, bench, settled


def elapsed() -> float:
    return asyncio.get_running_loop().time()


async def ending(live: Bench, record: Record, seconds: float = 60) -> "asyncio.Task[Waited]":
    """Begin to wait for the end."""
    waiting = asyncio.create_task(live.live.until_done(record, seconds))
    await settled()
    return waiting


async def test_a_wait_for_the_end_is_answered_by_it() -> None:
    async with bench() as live:
        started = await live.started(await live.opened())
        waiting = await ending(live, await live.found())
        await live.moved(started, 10)
        await asyncio.sleep(20)
        assert not waiting.done()

        ended = await live.ended(await live.moved(live.bus.last("job-1"), 20))

        waited = await waiting
        assert waited == Waited(Record(ended, ended.job.updated_at + timedelta(seconds=TTL)), honoured=True)
        assert elapsed() < 21


async def test_a_wait_for_a_change_is_answered_by_the_first() -> None:
    async with bench() as live:
        opened = await live.opened()
        waiting = asyncio.create_task(live.live.until_changed(await live.found(), 60))
        await asyncio.sleep(5)
        started = await live.started(opened)

        assert (await waiting).record.entry == started
        assert elapsed() < 6


async def test_after_its_time_a_wait_is_answered_with_the_job_as_it_is() -> None:
    async with bench() as live:
        opened = await live.opened()
        waiting = await ending(live, await live.found(), 10)
        started = await live.started(opened)

        assert (await waiting).record.entry == started
        assert 10 <= elapsed() < 11


async def test_an_ended_job_and_a_wait_of_nothing_are_answered_at_once() -> None:
    async with bench() as live:
        opened = await live.opened()
        record = await live.found()
        assert await live.live.until_done(record, 0) == Waited(record, honoured=True)
        await live.ended(opened)
        record = await live.found()
        assert await live.live.until_changed(record, 60) == Waited(record, honoured=True)
        assert elapsed() < 1


async def test_what_happened_between_the_look_and_the_wait_is_not_waited_for() -> None:
    """The record came from a bucket that lags; the event went by before there was a subscription."""
    async with bench() as live:
        opened = await live.opened()
        stale = await live.found()
        ended = await live.ended(opened)
        await settled()

        assert (await live.live.until_done(stale, 60)).record.entry == ended
        assert elapsed() < 1


async def test_a_feed_that_is_behind_costs_time_and_not_the_truth() -> None:
    async with bench() as live:
        opened = await live.opened()
        waiting = await ending(live, await live.found(), 10)
        live.feed.hearing.clear()
        await live.moved(await live.started(opened), 1)
        ended = await live.ended(live.bus.last("job-1"))
        await live.ended(await live.opened("other"))

        assert (await waiting).record.entry == ended


async def test_while_nats_is_away_a_wait_lasts_its_time_and_answers_what_was_known() -> None:
    async with bench() as live:
        await live.opened()
        record = await live.found()
        live.bus.away = True

        assert await live.live.until_done(record, 10) == Waited(record, honoured=True)


async def test_over_the_limit_a_wait_is_a_plain_answer() -> None:
    async with bench(most=1) as live:
        await live.opened()
        record = await live.found()
        waiting = await ending(live, record)

        assert await live.live.until_done(record, 60) == Waited(record, honoured=False)
        assert elapsed() < 1
        waiting.cancel()


async def test_who_leaves_is_forgotten() -> None:
    async with bench() as live:
        await live.opened()
        waiting = await ending(live, await live.found())
        assert len(live.fanout) == 1
        waiting.cancel()
        await settled()

        assert len(live.fanout) == 0


async def test_when_the_process_stops_those_who_wait_are_answered() -> None:
    async with bench() as live:
        opened = await live.opened()
        waiting = await ending(live, await live.found())

    assert waiting.done()
    assert (await waiting).record.entry == opened
    assert elapsed() < 1


async def test_no_poll_shows_less_than_somebody_was_told() -> None:
    """The bucket still says that the job runs."""
    async with bench() as live:
        started = await live.started(await live.opened())
        await live.records.put(Record(started, None), None, None)
        waiting = await ending(live, await live.found())
        ended = await live.ended(started)
        await waiting

        assert await live.found() == Record(ended, ended.job.updated_at + timedelta(seconds=TTL))


async def test_a_feed_that_breaks_stops_the_process() -> None:
    """Or nobody would notice that nobody is told anything."""
    async with bench() as live:
        live.feed.fault = ValueError("a bug")
        await live.opened()
        await asyncio.wait_for(live.stopping.wait(), 5)
