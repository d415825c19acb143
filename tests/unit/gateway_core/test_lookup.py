"""Finding a job: never unknown while its log knows it, and pruned when its time has passed."""

from datetime import timedelta

import pytest

from gateway.lookup import Lookup, Pruned
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, accept, fail, past_deadline, start
from shared.events.codec import encode_change
from shared.ports.deletions import Deletion
from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, Record
from tests.support.fakes.bus import MemoryBus, MemoryJobLog
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.records import MemoryBucket, MemoryRecordReader, MemoryRecords
from tests.support.jobs import a_request

JOB = JobId("job-1")
TTL = 1_800.0


class Desk:
    """A gateway's lookup, over a bus and a bucket that the test fills."""

    def __init__(self) -> None:
        self.bus, self.bucket, self.clock = MemoryBus(), MemoryBucket(), ManualClock()
        self.records = MemoryRecords(self.bucket, self.clock)
        self.deletions = MemoryDeletions()
        reader, log = MemoryRecordReader(self.bucket, self.clock), MemoryJobLog(self.bus, "gateway")
        self.lookup = Lookup(reader, log, self.clock, self.deletions)

    def say(self, change: Change) -> Entry:
        """Write an event."""
        self.bus.put_event(change.job.job_id, encode_change(change, "id", "x").body)
        return self.bus.last(change.job.job_id)

    def opened(self) -> Entry:
        """Open the job's log."""
        return self.say(accept(a_request(), 1))

    def ended(self) -> Entry:
        """Take the job and end it."""
        held = self.say(start(self.opened().job, "w", "local", self.clock.now()))
        return self.say(fail(held.job, past_deadline(held.job), self.clock.now()))

    async def whole_bucket(self) -> None:
        """Make the bucket, as the status service does."""
        await self.records.make()
        await self.records.complete(BucketState(TTL))


@pytest.fixture
def desk() -> Desk:
    """Everything a lookup needs."""
    return Desk()


async def test_a_job_nobody_accepted_is_unknown(desk: Desk) -> None:
    await desk.whole_bucket()

    assert await desk.lookup.find(JOB) is None


async def test_a_job_is_found_right_after_its_acceptance(desk: Desk) -> None:
    """Status has not seen it yet, or is not even running."""
    opened = desk.opened()

    assert await desk.lookup.find(JOB) == Record(opened, None)


async def test_a_record_is_told_as_the_bucket_has_it(desk: Desk) -> None:
    await desk.whole_bucket()
    opened = desk.opened()
    await desk.records.put(Record(opened, None), None, None)
    desk.bus.away = True

    assert await desk.lookup.find(JOB) == Record(opened, None)


async def test_an_ended_job_is_told_with_its_time_though_the_bucket_lacks_it(desk: Desk) -> None:
    await desk.whole_bucket()
    ended = desk.ended()

    assert await desk.lookup.find(JOB) == Record(ended, desk.clock.now() + timedelta(seconds=TTL))


async def test_a_job_whose_time_has_passed_was_pruned(desk: Desk) -> None:
    """That is how one pruned is told from one never issued."""
    await desk.whole_bucket()
    ended = desk.ended()
    desk.clock.advance(TTL + 1)

    assert await desk.lookup.find(JOB) == Pruned(ended.job)


async def test_a_record_the_server_has_not_removed_yet_is_pruned_on_time(desk: Desk) -> None:
    await desk.whole_bucket()
    ended = desk.ended()
    await desk.records.put(Record(ended, desk.clock.now() + timedelta(seconds=TTL)), None, TTL + 60)
    desk.clock.advance(TTL + 1)

    assert await desk.lookup.find(JOB) == Pruned(ended.job)


async def test_a_job_that_was_deleted_is_pruned_before_its_time(desk: Desk) -> None:
    """Its log still tells of it for a day."""
    await desk.whole_bucket()
    ended = desk.ended()
    await desk.deletions.add(Deletion(JOB, ended.job.request, desk.clock.now()))

    assert await desk.lookup.find(JOB) == Pruned(ended.job)


async def test_a_job_under_the_id_of_a_deleted_one_is_found(desk: Desk) -> None:
    await desk.whole_bucket()
    ended = desk.ended()
    await desk.deletions.add(Deletion(JOB, ended.job.request + 1, desk.clock.now()))

    assert isinstance(await desk.lookup.find(JOB), Record)


async def test_while_no_bucket_says_how_long_records_stay_what_is_known_is_told(desk: Desk) -> None:
    ended = desk.ended()
    desk.clock.advance(TTL * 10)

    assert await desk.lookup.find(JOB) == Record(ended, None)


async def test_without_nats_it_says_so_rather_than_unknown(desk: Desk) -> None:
    await desk.whole_bucket()
    desk.bus.away = desk.bucket.away = True

    with pytest.raises(BusUnavailable):
        await desk.lookup.find(JOB)


async def test_a_poller_sees_no_status_go_back_between_log_and_bucket(desk: Desk) -> None:
    """Told from the log while the bucket still lacks it, then the bucket comes with something older."""
    await desk.whole_bucket()
    opened = desk.opened()
    ended = desk.say(fail(opened.job, past_deadline(opened.job), desk.clock.now()))
    first = await desk.lookup.find(JOB)
    await desk.records.put(Record(opened, None), None, None)

    second = await desk.lookup.find(JOB)

    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.entry == second.entry == ended
