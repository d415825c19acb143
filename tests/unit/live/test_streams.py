"""Listening: what was missed, then what happens, each once and in order; and the streams end when they should."""

import asyncio

import pytest

from gateway.live_fanout import Interest, News, TooManyWaiting
from gateway.live_streams import KEEP_ALIVE, Hello, Opened, Quiet
from shared.ports.deletions import Deletion
from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, Record
from tests.unit.live.bench import Bench, Reader, bench, revisions, settled

ALL = Interest("")


async def job_reader(live: Bench, after: int | None = None) -> Reader:
    """Listen to the one job."""
    reader = Reader(live.streams.of_job(await live.found(), after))
    await settled()
    return reader


async def reader_of(live: Bench, after: int | None = None, interest: Interest = ALL) -> Reader:
    """Listen to an interest."""
    reader = Reader(live.streams.of_all(interest, after))
    await settled()
    return reader


async def test_a_job_is_told_as_it_is_then_as_it_changes_to_its_end() -> None:
    async with bench() as live:
        opened = await live.opened()
        reader = await job_reader(live)
        assert [type(each) for each in reader.told] == [Opened, News]
        started = await live.started(opened)
        await settled()
        await live.ended(started)
        await settled()

        assert revisions(reader.told) == [1, 2, 3]
        assert reader.over
        assert len(live.fanout) == 0


async def test_an_ended_job_is_told_once_and_that_is_all() -> None:
    async with bench() as live:
        ended = await live.ended(await live.opened())
        reader = await job_reader(live)

        assert revisions(reader.told) == [ended.revision]
        assert reader.over


async def test_a_jobs_stream_goes_on_where_it_was_cut() -> None:
    async with bench() as live:
        started = await live.started(await live.opened())
        knows_all = await job_reader(live, started.revision)
        missed = await job_reader(live, 1)
        await live.ended(started)
        await settled()

        assert revisions(knows_all.told) == [3]
        assert revisions(missed.told) == [2, 3]


async def test_a_quiet_job_is_kept_alive() -> None:
    async with bench() as live:
        await live.opened()
        reader = await job_reader(live)
        await asyncio.sleep(KEEP_ALIVE * 2)

        assert reader.told[2:] == [Quiet(None), Quiet(None)]


async def test_everybody_is_told_where_the_stream_begins_then_what_happens() -> None:
    async with bench() as live:
        one, two = await live.opened("one", show_id="tide"), await live.opened("two", show_id="dune")
        await settled()
        everything, tide = await reader_of(live), await reader_of(live, interest=Interest("", show_id="tide"))
        assert everything.told == tide.told == [Opened(), Hello(2)]
        await live.started(one)
        await live.started(two)
        await settled()
        await live.ended(live.bus.last("one"))
        await settled()

        assert revisions(everything.told) == [3, 4, 5]
        assert revisions(tide.told) == [3, 5]
        assert not everything.over


async def test_what_was_missed_is_told_first_each_jobs_latest_in_order() -> None:
    async with bench() as live:
        one = await live.started(await live.opened("one"))
        two = await live.opened("two")
        await live.ended(one)
        await live.started(two)
        await settled()
        reader = await reader_of(live, after=1)
        await live.opened("three")
        await settled()

        assert revisions(reader.told) == [4, 5, 6]
        assert reader.told[3] == Hello(5), "from here on it is live"


async def test_what_was_deleted_or_is_over_by_now_was_not_missed() -> None:
    async with bench() as live:
        ends = {name: await live.ended(await live.opened(name)) for name in ("kept", "deleted")}
        runs = await live.started(await live.opened("runs"))
        gone = ends["deleted"].job
        await live.deletions.add(Deletion(gone.job_id, gone.request, live.clock.now()))
        await settled()

        reader = await reader_of(live, after=0)
        assert revisions(reader.told) == [ends["kept"].revision, runs.revision]
        assert reader.told[-1] == Hello(runs.revision)

        await live.records.complete(BucketState(ttl_seconds=0))
        assert revisions((await reader_of(live, after=0)).told) == [runs.revision]


async def test_what_was_missed_is_read_by_the_pageful() -> None:
    async with bench(page=3) as live:
        for n in range(10):
            await live.ended(await live.opened(f"job-{n}"))
        await settled()
        reader = await reader_of(live, after=0)

        told = [each.record.entry.job for each in reader.told if isinstance(each, News)]
        assert {job.job_id for job in told if job.done} == {f"job-{n}" for n in range(10)}
        assert sum(job.done for job in told) == 10
        assert revisions(reader.told) == sorted(revisions(reader.told))


async def test_what_comes_while_the_past_is_told_is_told_once_after_it() -> None:
    async with bench() as live:
        opened = await live.opened()
        await live.started(opened)
        await settled()
        stream = live.streams.of_all(ALL, 0)
        assert isinstance(await anext(stream), Opened)
        await live.ended(live.bus.last("job-1"))
        await settled()

        told = [await anext(stream) for _ in range(3)]
        await stream.aclose()

        assert revisions(told) == [2, 3]
        assert told[1] == Hello(2)


async def test_a_position_ahead_of_this_gateway_is_not_told_again() -> None:
    """The client comes from another gateway, which is quicker."""
    async with bench() as live:
        started = await live.started(await live.opened())
        await settled()
        live.feed.hearing.clear()
        moved = await live.moved(started, 10)
        await live.moved(moved, 20)
        reader = await reader_of(live, after=3)
        live.feed.hearing.set()
        live.bus.tell()
        await settled()

        assert reader.told[1] == Hello(3)
        assert revisions(reader.told) == [4]


async def test_a_position_of_a_log_that_is_gone_is_told_everything() -> None:
    async with bench() as live:
        await live.opened()
        await settled()
        reader = await reader_of(live, after=1_000)

        assert revisions(reader.told) == [1]


async def test_a_quiet_stream_moves_the_position_on() -> None:
    """Or a client of a quiet show would one day have the whole log read again."""
    async with bench() as live:
        reader = await reader_of(live, interest=Interest("", show_id="quiet"))
        await live.ended(await live.opened("other"))
        await asyncio.sleep(KEEP_ALIVE + 1)

        assert reader.told[2:] == [Quiet(3)]


async def test_the_position_never_runs_ahead_of_what_is_told() -> None:
    """News that come in the very moment in which a stream is found quiet."""
    async with bench() as live:
        stream = live.streams.of_all(ALL, None)
        assert [await anext(stream), await anext(stream)] == [Opened(), Hello(0)]
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(KEEP_ALIVE - 0.000_01)
        await live.opened()
        told = await waiting
        await stream.aclose()

        assert isinstance(told, News) or told == Quiet(0)


async def test_too_many_are_turned_away_before_anything_is_told() -> None:
    async with bench(most=1) as live:
        await live.opened()
        kept = await reader_of(live)
        with pytest.raises(TooManyWaiting):
            await anext(live.streams.of_all(ALL, None))
        with pytest.raises(TooManyWaiting):
            await anext(live.streams.of_job(await live.found(), None))
        await kept.leave()
        assert isinstance(await anext(live.streams.of_all(ALL, None)), Opened)


async def test_a_bus_that_is_away_is_said_before_anything_is_told() -> None:
    async with bench() as live:
        await live.opened()
        record = await live.found()
        live.bus.away = True

        with pytest.raises(BusUnavailable):
            await anext(live.streams.of_job(record, None))


async def test_a_log_that_a_newer_release_wrote_is_told_as_far_as_it_can_be_read() -> None:
    async with bench() as live:
        opened = await live.opened()
        await live.records.put(Record(opened, None), None, None)
        live.bus.put_event("job-1", b"of another time")
        reader = await job_reader(live)

        assert revisions(reader.told) == [opened.revision]
        assert not reader.over


async def test_a_client_that_is_too_slow_is_let_go_and_resumes() -> None:
    async with bench(most_pending=5) as live:
        slow = live.streams.of_all(ALL, None)
        assert [await anext(slow), await anext(slow)] == [Opened(), Hello(0)]
        for n in range(20):
            await live.opened(f"job-{n}")
        await settled()
        with pytest.raises(StopAsyncIteration):
            await anext(slow)
        again = await reader_of(live, after=0)

        assert revisions(again.told) == list(range(1, 21))


async def test_who_leaves_is_forgotten() -> None:
    async with bench() as live:
        await live.opened()
        readers = [await reader_of(live), await job_reader(live)]
        assert len(live.fanout) == 2
        for reader in readers:
            await reader.leave()

        assert len(live.fanout) == 0


async def test_when_the_process_stops_all_streams_end() -> None:
    async with bench() as live:
        await live.opened()
        readers = [await reader_of(live), await job_reader(live)]
    await settled()

    assert all(reader.over for reader in readers)


async def test_when_the_logs_began_anew_streams_end_and_begin_anew() -> None:
    async with bench() as live:
        await live.started(await live.opened("old"))
        await settled()
        reader = await reader_of(live)
        live.bus.logs.clear()
        live.bus.revisions = 0
        await live.opened("new")
        await settled()
        assert reader.over

        assert revisions((await reader_of(live, after=2)).told) == [1]
