"""A job is told again when why it waits has changed: without an id, to whom it concerns, and never as it was before."""

import asyncio

from gateway.live_fanout import Fanout, Interest, News
from gateway.live_retelling import LOOK_EVERY, Retelling
from gateway.live_streams import Told
from shared.domain.fold import Entry
from shared.ports.records import Record
from tests.unit.live.bench import Bench, Reader, bench, settled

ALL, TIDE = Interest(""), Interest("", show_id="tide")
NOBODY = "No portrait worker is running."


def again(told: list[Told]) -> list[int]:
    """Return which events were told once more."""
    return [each.revision for each in told if isinstance(each, News) and each.retold]


async def listening(live: Bench, entry: Entry) -> list[Reader]:
    """Listen to a job, to everything and to a show."""
    record = await live.found(entry.job.job_id)
    readers = [Reader(live.streams.of_job(record, None))]
    readers += [Reader(live.streams.of_all(interest, None)) for interest in (ALL, TIDE)]
    await settled()
    return readers


async def explained(live: Bench, **reasons: str) -> None:
    """Let this be why jobs wait, and a look be taken."""
    live.reasons.clear()
    live.reasons.update({name.replace("_", "-"): reason for name, reason in reasons.items()})
    await asyncio.sleep(LOOK_EVERY + 0.1)


async def test_who_listens_hears_each_change_of_an_explanation_once() -> None:
    async with bench() as live:
        opened = await live.opened(show_id="dune")
        of_job, of_all, of_tide = await listening(live, opened)
        await asyncio.sleep(LOOK_EVERY * 3)
        assert again(of_job.told) == []

        await explained(live, job_1=NOBODY)
        await asyncio.sleep(LOOK_EVERY * 3)
        await explained(live)

        assert again(of_job.told) == again(of_all.told) == [opened.revision] * 2
        assert again(of_tide.told) == []


async def test_it_goes_on_as_before_after_that() -> None:
    async with bench() as live:
        opened = await live.opened()
        of_job, of_all, _ = await listening(live, opened)
        await explained(live, job_1=NOBODY)
        ended = await live.ended(await live.started(opened))
        await settled()
        await explained(live)

        assert of_job.over
        last = [reader.told[-1] for reader in (of_job, of_all)]
        assert [(each.revision, each.retold) for each in last if isinstance(each, News)] == [
            (ended.revision, False)
        ] * 2


async def test_a_wait_for_a_change_ends_with_it_and_one_for_the_end_does_not() -> None:
    async with bench() as live:
        opened = await live.opened()
        record = await live.found()
        change = asyncio.create_task(live.live.until_changed(record, 60))
        end = asyncio.create_task(live.live.until_done(record, 60))
        await settled()
        await explained(live, job_1=NOBODY)

        assert change.done()
        assert (await change).record.entry == opened
        assert not end.done()
        await live.ended(opened)
        assert (await end).record.entry.job.done


async def test_a_job_that_waits_since_before_the_gateway_is_told_again_too() -> None:
    async with bench(already=1) as live:
        reader = Reader(live.streams.of_all(ALL, None))
        await settled()
        await explained(live, old_0=NOBODY)

        assert again(reader.told) == [1]


async def test_of_logs_that_are_gone_nothing_is_told_again() -> None:
    async with bench() as live:
        await live.started(await live.opened("old"))
        await settled()
        live.bus.logs.clear()
        live.bus.revisions = 0
        await live.opened("new")
        await settled()
        reader = Reader(live.streams.of_all(ALL, None))
        await settled()
        await explained(live, old=NOBODY)

        assert again(reader.told) == []


async def test_who_comes_from_a_quicker_gateway_is_not_told_how_a_job_was() -> None:
    async with bench() as live:
        opened = await live.opened()
        await settled()
        live.feed.hearing.clear()
        started = await live.started(opened)
        reader = Reader(live.streams.of_all(ALL, started.revision))
        await settled()
        await explained(live, job_1=NOBODY)

        assert again(reader.told) == []


async def test_only_so_many_are_looked_at_and_the_longest_silent_are_left() -> None:
    async with bench() as live:
        fanout, reasons = Fanout(1), dict[str, str]()
        retelling = Retelling(fanout, lambda: lambda job: reasons.get(job.job_id), live.clock, most=2)
        for name in ("one", "two", "three"):
            retelling.note(Record(await live.opened(name), None))
        retelling.note(Record(await live.started(live.bus.last("two")), None))
        retelling.note(Record(await live.opened("four"), None))
        reasons.update(dict.fromkeys(("one", "two", "three", "four"), NOBODY))

        with fanout.subscribed(ALL) as subscription:
            await retelling.look()
            assert [news.record.entry.job.job_id for news in await subscription.next(0)] == ["two", "four"]
