"""Deleting waits for the record to be gone, for a while, and can be asked for again."""

import asyncio

import pytest

from gateway.deleting import Deleter
from shared.domain.fold import Entry
from shared.domain.job import accept, start, succeed
from shared.ports.job_log import BusUnavailable
from shared.ports.media import StoreUnavailable
from shared.ports.records import Record
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.media import MemoryMediaStore
from tests.support.fakes.records import MemoryBucket, MemoryRecordReader, MemoryRecords
from tests.support.jobs import NOON, a_request, an_output

HELD = start(accept(a_request(), 1).job, "w", "local", NOON)
DONE = succeed(HELD.job, an_output("out.png"), NOON)


class Desk:
    """A gateway's deleter, over a bucket that holds one ended job's record."""

    def __init__(self) -> None:
        self.clock, self.deletions, self.bucket = ManualClock(), MemoryDeletions(), MemoryBucket()
        self.media = MemoryMediaStore(files={"out.png": b"x", "other.png": b"x"})
        self.records = MemoryRecords(self.bucket, self.clock)
        reader = MemoryRecordReader(self.bucket, self.clock)
        self.deleter = Deleter(self.deletions, reader, self.media, self.clock)

    async def fill(self) -> None:
        """Put the record there."""
        await self.records.make()
        await self.records.put(Record(Entry(3, DONE.fact, DONE.job), None), None, None)


@pytest.fixture
async def desk() -> Desk:
    """Everything a deleter needs."""
    desk = Desk()
    await desk.fill()
    return desk


async def test_it_answers_once_the_record_is_gone(desk: Desk) -> None:
    async def status_service() -> None:
        while not desk.deletions.waiting:
            await asyncio.sleep(0)
        await desk.records.remove(DONE.job.job_id)

    gone, _ = await asyncio.gather(desk.deleter.delete(DONE.job), status_service())

    assert gone
    assert await desk.deletions.has(DONE.job)
    assert list(desk.media.files) == ["other.png"]


async def test_while_the_status_service_is_away_it_gives_up_after_a_while_and_stays_written(desk: Desk) -> None:
    assert not await desk.deleter.delete(DONE.job)
    assert await desk.deletions.has(DONE.job)

    await desk.records.remove(DONE.job.job_id)

    assert await desk.deleter.delete(DONE.job)


async def test_a_store_that_is_away_is_told_of_and_the_output_goes_the_next_time(desk: Desk) -> None:
    desk.media.away = True
    with pytest.raises(StoreUnavailable):
        await desk.deleter.delete(DONE.job)
    desk.media.away = False

    await desk.deleter.finish(DONE.job)

    assert list(desk.media.files) == ["other.png"]


async def test_nothing_is_removed_when_the_deletion_could_not_be_written(desk: Desk) -> None:
    desk.deletions.away = True

    with pytest.raises(BusUnavailable):
        await desk.deleter.delete(DONE.job)

    assert "out.png" in desk.media.files


async def test_the_output_of_a_job_that_was_only_pruned_stays(desk: Desk) -> None:
    await desk.deleter.finish(DONE.job)

    assert "out.png" in desk.media.files
