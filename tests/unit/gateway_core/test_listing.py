"""Listing within bounds: a page looks at no more than it may, and the pages together miss and double nothing."""

import pytest

from gateway.cursors import BadCursor, read_cursor, write_cursor
from gateway.listing import Listing, Page, Wanted
from gateway.lookup import Lookup
from gateway.retrying import Retrier
from gateway.submission import Submitter
from shared.domain.ids import JobId
from shared.domain.job import accept, fail, past_deadline
from shared.domain.request import JobRequest
from shared.domain.states import Status
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.filings import MemoryFilings
from tests.support.fakes.records import MemoryBucket, MemoryRecordReader
from tests.support.jobs import NOON, a_request

FAILED = Wanted(statuses=frozenset({Status.FAILED}))


class Desk:
    """A gateway's listing, over a bus that the test fills."""

    def __init__(self, most_headers: int = 1_000, most_records: int = 1_000) -> None:
        self.bus, self.clock = MemoryBus(), ManualClock()
        self.index, self.log = MemoryFilings(self.bus), MemoryJobLog(self.bus, "gateway")
        reader = MemoryRecordReader(MemoryBucket(), self.clock)
        lookup = Lookup(reader, self.log, self.clock, MemoryDeletions())
        self.listing = Listing(self.index, lookup, most_headers, most_records)

    async def accepted(self, job_id: str, *, failed: bool = False, owner: str = "") -> None:
        """Accept a job, and perhaps have it fail."""
        request = a_request(job_id, owner=owner)
        entry = await self.log.append(accept(request, await MemoryRequests(self.bus).file(request, 0)), None)
        if failed:
            await self.log.append(fail(entry.job, past_deadline(entry.job), NOON), entry)

    async def pages(self, wanted: Wanted, limit: int) -> list[Page]:
        """Return all pages."""
        pages = [await self.listing.page(wanted, limit)]
        while pages[-1].below is not None:
            pages.append(await self.listing.page(wanted, limit, pages[-1].below))
        return pages

    def looked(self) -> int:
        """How many headers were looked at so far."""
        return sum(window.looked for window in self.index.windows)


def ids(pages: list[Page]) -> list[str]:
    """Return the jobs of some pages."""
    return [record.entry.job.job_id for page in pages for record in page.records]


async def test_a_page_that_comes_to_its_bound_is_short_and_can_be_gone_on_from() -> None:
    for desk in (Desk(most_headers=9), Desk(most_records=9)):
        for n in range(60):
            await desk.accepted(f"job-{n}", failed=n in (2, 31, 58))

        pages = await desk.pages(FAILED, 2)

        assert ids(pages) == ["job-58", "job-31", "job-2"]
        assert any(page.records == [] for page in pages[:-1])
        assert len(pages) >= 2


async def test_a_page_looks_at_no_more_than_it_needs() -> None:
    desk = Desk()
    for n in range(60):
        await desk.accepted(f"job-{n}")

    page = await desk.listing.page(Wanted(), 10)

    assert len(page.records) == 10
    assert desk.looked() <= 12


async def test_the_last_page_says_so() -> None:
    desk = Desk()
    for n in range(8):
        await desk.accepted(f"job-{n}")

    told = [(len(page.records), page.below is None) for page in await desk.pages(Wanted(), 4)]

    assert told == [(4, False), (4, True)]


async def test_another_owners_jobs_are_nobodys() -> None:
    desk = Desk()
    await desk.accepted("mine", owner="me")
    await desk.accepted("theirs", owner="them")

    assert ids(await desk.pages(Wanted("me"), 10)) == ["mine"]
    named = [JobId("mine"), JobId("theirs")]
    assert ids([await desk.listing.of_ids(Wanted("me"), named, 10)]) == ["mine"]


async def test_a_log_that_only_another_release_can_read_hides_no_other_job() -> None:
    desk = Desk()
    await desk.accepted("first")
    await desk.accepted("odd")
    desk.bus.put_event("odd", b"from the future")
    await desk.accepted("last")

    assert ids(await desk.pages(Wanted(), 10)) == ["last", "first"]


async def test_retrying_all_that_failed_goes_on_where_it_stopped() -> None:
    desk = Desk()
    requests = MemoryRequests(desk.bus, "gateway")
    retrier = Retrier(requests, Submitter(requests, desk.log), desk.log, desk.listing, desk.clock, most=100)
    for n in range(120):
        await desk.accepted(f"job-{n}", failed=True)

    first = await retrier.retry_failed(Wanted(), None)
    second = await retrier.retry_failed(Wanted(), None, first.below)
    third = await retrier.retry_failed(Wanted(), None)

    retried = [entry.job.retry_of for entry in (*first.entries, *second.entries)]
    assert retried == [f"job-{n}" for n in reversed(range(120))]
    assert (len(first.entries), second.below) == (100, None)
    assert list(third.entries) == []


class Forgetful(MemoryRequests):
    """Requests of which the first was removed after the list was read."""

    async def at(self, sequence: int) -> JobRequest | None:
        return None if sequence == 1 else await super().at(sequence)


async def test_one_whose_request_is_gone_keeps_no_other_from_being_retried() -> None:
    desk = Desk()
    requests = Forgetful(desk.bus, "gateway")
    retrier = Retrier(requests, Submitter(requests, desk.log), desk.log, desk.listing, desk.clock)
    for name in ("gone", "there"):
        await desk.accepted(name, failed=True)

    retried = await retrier.retry_failed(Wanted(), None)

    assert [entry.job.retry_of for entry in retried.entries] == ["there"]


@pytest.mark.parametrize("below", [1, 42, 10**17])
def test_a_cursor_is_read_back_and_a_damaged_one_is_noticed(below: int) -> None:
    cursor = write_cursor(below)

    assert read_cursor(cursor) == below
    assert cursor.isascii()
    for damaged in (cursor + "0", cursor[:-1], "x" + cursor[1:], cursor + "="):
        with pytest.raises(BadCursor):
            read_cursor(damaged)
