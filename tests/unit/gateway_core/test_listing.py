"""Listing within bounds: a page looks at no more than it may, and the pages together miss and double nothing."""

import pytest

from gateway.cursors import BadCursor, read_cursor, write_cursor
from gateway.listing import Page, Wanted
from shared.domain.ids import JobId
from shared.domain.states import Status
from tests.unit.gateway_core.bench import Desk

FAILED = Wanted(statuses=frozenset({Status.FAILED}))


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


@pytest.mark.parametrize("below", [1, 42, 10**17])
def test_a_cursor_is_read_back_and_a_damaged_one_is_noticed(below: int) -> None:
    cursor = write_cursor(below)

    assert read_cursor(cursor) == below
    assert cursor.isascii()
    for damaged in (cursor + "0", cursor[:-1], "x" + cursor[1:], cursor + "="):
        with pytest.raises(BadCursor):
            read_cursor(damaged)
