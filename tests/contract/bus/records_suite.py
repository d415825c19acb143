"""What the bucket of records promises to both its sides, as tests that run over every implementation."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Fact, accept, fail, past_deadline, start
from shared.ports.records import BucketState, Record, RecordConflict, RecordLost, RecordReader, RecordStore
from tests.contract.bus.bench import Later
from tests.support.eventually import eventually
from tests.support.jobs import NOON, a_request

JOB = JobId("job-1")


def active(revision: int = 1, job_id: str = "job-1") -> Record:
    """Return the record of a job that waits."""
    return Record(Entry(revision, Fact.ACCEPTED, accept(a_request(job_id), 1).job), None)


def running(revision: int = 2, worker: str = "w") -> Record:
    """Return the record of a job that a worker holds."""
    change = start(active().entry.job, worker, "local", NOON)
    return Record(Entry(revision, change.fact, change.job), None)


def ended(revision: int = 3) -> Record:
    """Return the record of a failed job that vanishes half an hour later."""
    job = running().entry.job
    change = fail(job, past_deadline(job), NOON)
    return Record(Entry(revision, change.fact, change.job), NOON + timedelta(minutes=30))


@dataclass(frozen=True)
class RecordsBench:
    """One bucket, not made yet. ``lose`` takes it away; ``wait`` lets so many seconds pass."""

    store: RecordStore
    reader: RecordReader
    lose: Callable[[], Later[object]]
    wait: Callable[[float], Later[None]]


class RecordStoreSuite:
    async def test_what_was_put_is_read_back(self, bench: RecordsBench) -> None:
        await bench.store.make()
        for record, version in [(active(), None), (running(), 1), (ended(), 2)]:
            known = await bench.store.get(JOB)
            assert (known is None) == (version is None)
            await bench.store.put(record, known.version if known else None, None)

            found = await bench.store.get(JOB)
            assert found is not None
            assert found.record == record

    async def test_nobodys_record_is_none(self, bench: RecordsBench) -> None:
        await bench.store.make()

        assert await bench.store.get(JOB) is None

    async def test_who_writes_over_a_version_that_is_gone_is_told(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(active(), None, None)
        first = await bench.store.get(JOB)
        assert first is not None
        await bench.store.put(running(), first.version, None)

        with pytest.raises(RecordConflict):
            await bench.store.put(ended(), first.version, None)
        with pytest.raises(RecordConflict):
            await bench.store.put(ended(), None, None)

        known = await bench.store.get(JOB)
        assert known is not None
        assert known.record == running()

    async def test_a_record_vanishes_after_its_time_and_can_be_written_anew(self, bench: RecordsBench) -> None:
        await bench.store.make()
        clock = asyncio.get_running_loop().time
        began = clock()
        await bench.store.put(ended(), None, 2.5)
        assert await bench.store.get(JOB) is not None

        for _ in range(80):
            if await bench.store.get(JOB) is None:
                break
            await bench.wait(0.25)
        assert await bench.store.get(JOB) is None
        assert clock() - began >= 2.5, "it may not go early"
        await bench.store.put(active(), None, None)
        assert await bench.store.get(JOB) is not None

    async def test_a_time_to_live_goes_with_the_version_it_was_given_to(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(ended(), None, 4.5)
        known = await bench.store.get(JOB)
        assert known is not None
        await bench.store.put(ended(9), known.version, None)

        await bench.wait(6.6)

        assert await bench.store.get(JOB) is not None

    async def test_a_removed_record_is_gone_and_nobody_who_looked_before_brings_it_back(
        self, bench: RecordsBench
    ) -> None:
        await bench.store.make()
        await bench.store.put(running(), None, None)
        known = await bench.store.get(JOB)
        assert known is not None

        await bench.store.remove(JOB)
        await bench.store.remove(JobId("never-was"))

        assert await bench.store.get(JOB) is None
        for version in (known.version, None):
            with pytest.raises(RecordConflict):
                await bench.store.put(ended(), version, 60.0)
        with pytest.raises(RecordConflict):
            await bench.store.put(active(job_id="never-was"), None, None)

    async def test_without_a_bucket_reading_and_writing_say_that_it_is_lost(self, bench: RecordsBench) -> None:
        with pytest.raises(RecordLost):
            await bench.store.get(JOB)
        with pytest.raises(RecordLost):
            await bench.store.put(active(), None, None)
        with pytest.raises(RecordLost):
            await bench.store.remove(JOB)

    async def test_a_bucket_is_complete_once_that_is_said_until_it_is_lost(self, bench: RecordsBench) -> None:
        assert await bench.store.state() is None
        await bench.store.make()
        assert await bench.store.state() is None
        await bench.store.put(active(), None, None)
        await bench.store.complete(BucketState(1800.0))
        assert await bench.store.state() == BucketState(1800.0)
        await bench.store.complete(BucketState(60.0))
        assert await bench.store.state() == BucketState(60.0)

        await bench.lose()

        assert await bench.store.state() is None
        with pytest.raises(RecordLost):
            await bench.store.get(JOB)

    async def test_making_it_again_keeps_what_is_there(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(active(), None, None)
        await bench.store.complete(BucketState(1800.0))

        await bench.store.make()

        assert await bench.store.get(JOB) is not None
        assert await bench.store.state() == BucketState(1800.0)

    async def test_a_bucket_made_anew_is_empty_and_not_complete(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(active(), None, None)
        await bench.store.complete(BucketState(1800.0))
        await bench.lose()

        await bench.store.make()

        assert await bench.store.get(JOB) is None
        assert await bench.store.state() is None


class RecordReaderSuite:
    async def test_it_shows_what_was_written(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(active(), None, None)

        assert await bench.reader.get(JOB) == active()
        assert await bench.reader.get(JobId("other")) is None

    async def test_it_comes_to_show_what_was_written_since(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(active(), None, None)
        assert await bench.reader.get(JOB) == active()
        known = await bench.store.get(JOB)
        assert known is not None
        await bench.store.put(running(), known.version, None)

        async def shown() -> bool:
            return await bench.reader.get(JOB) == running()

        assert await eventually(shown, within=30.0)

    async def test_it_comes_to_tell_that_a_record_was_removed(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(ended(), None, None)
        assert await bench.reader.get(JOB) == ended()

        await bench.store.remove(JOB)

        async def gone() -> bool:
            return await bench.reader.get(JOB) is None

        assert await eventually(gone, within=30.0)

    async def test_without_a_bucket_there_is_no_record_and_no_state(self, bench: RecordsBench) -> None:
        assert await bench.reader.get(JOB) is None
        assert await bench.reader.state() is None

    async def test_it_comes_to_tell_that_the_bucket_was_lost_and_made_anew(self, bench: RecordsBench) -> None:
        await bench.store.make()
        await bench.store.put(active(), None, None)
        await bench.store.complete(BucketState(1800.0))
        assert await bench.reader.get(JOB) == active()
        assert await bench.reader.state() == BucketState(1800.0)

        await bench.lose()

        async def gone() -> bool:
            return await bench.reader.get(JOB) is None and await bench.reader.state() is None

        assert await eventually(gone, within=30.0)
        await bench.store.make()
        await bench.store.put(running(), None, None)
        await bench.store.complete(BucketState(60.0))

        async def back() -> bool:
            return await bench.reader.get(JOB) == running() and await bench.reader.state() == BucketState(60.0)

        assert await eventually(back, within=30.0)

    async def test_what_was_told_from_the_log_is_not_followed_by_something_older(self, bench: RecordsBench) -> None:
        await bench.store.make()

        assert bench.reader.note(running()) == running()
        await bench.store.put(active(), None, None)

        assert await bench.reader.get(JOB) == running()
        assert bench.reader.note(active()) == running()

    async def test_the_bucket_adds_when_a_record_told_from_the_log_will_vanish(self, bench: RecordsBench) -> None:
        await bench.store.make()
        bench.reader.note(Record(ended().entry, None))
        await bench.store.put(ended(), None, None)

        async def shown() -> bool:
            return await bench.reader.get(JOB) == ended()

        assert await eventually(shown, within=30.0)
