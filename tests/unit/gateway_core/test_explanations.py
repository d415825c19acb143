"""Why an unfinished job waits, in words, and when there is nothing to explain."""

from datetime import timedelta

import pytest

from gateway.roster import FRESH_FOR
from shared.domain.job import hand_back, request_cancel
from shared.domain.kinds import Kind
from shared.ports.workers import BELIEVED_FOR, Load
from shared.views import Prospect
from tests.support.fakes.workers import a_load
from tests.support.jobs import NOON
from tests.unit.gateway_core.outlook import Desk, running


async def test_without_workers_a_queued_job_says_so() -> None:
    desk = Desk()
    [job] = await desk.line_up(1)

    assert desk.look(job).explanation == "No portrait worker is running; the job starts as soon as one does."


async def test_a_worker_of_another_kind_is_no_help() -> None:
    desk = Desk(a_load("v1", Kind.VIDEO))
    [job] = await desk.line_up(1)

    assert "No portrait worker" in (desk.look(job).explanation or "")


async def test_held_off_by_the_provider_a_queued_job_says_until_when() -> None:
    desk = Desk(a_load("w1", throttled_until=NOON + timedelta(minutes=5)))
    [job] = await desk.line_up(1)

    assert desk.look(job).explanation == (
        "The provider (local) lets no portrait begin before 12:05:00 UTC; the job starts after that."
    )


async def test_a_job_that_waits_for_its_turn_has_nothing_to_explain() -> None:
    desk = Desk(a_load("w1", running=2))

    assert [desk.look(job).explanation for job in await desk.line_up(3)] == [None] * 3


def test_while_its_worker_is_there_a_job_has_nothing_to_explain() -> None:
    desk = Desk(a_load("w1", running=1))
    desk.pass_time(600, a_load("w1", running=1))

    assert desk.look(running()).explanation is None


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (
            [],
            "The worker that had this job went away, and no portrait worker is running; "
            "the job goes on as soon as one does.",
        ),
        (
            [a_load("w2")],
            "The worker that had this job went away; the job goes on with another one within half a minute.",
        ),
    ],
)
def test_a_job_whose_worker_was_killed_says_so_within_eight_seconds(others: list[Load], expected: str) -> None:
    desk = Desk(a_load("w1", running=1), *others)

    desk.pass_time(BELIEVED_FOR + 1, *others)

    assert desk.look(running()).explanation == expected
    assert desk.look(running()).eta is None


def test_who_wrote_a_moment_ago_is_not_gone_though_not_heard_yet() -> None:
    """A worker's first event may be quicker than its first announcement."""
    desk = Desk(a_load("w1"))

    assert desk.look(running(desk.clock.now(), "w2")).explanation is None


@pytest.mark.parametrize(
    ("others", "after", "expected"),
    [
        ([], 0, "stopped, and no portrait worker is running; the job goes on as soon as one does."),
        ([a_load("w2")], 0, None),
        ([a_load("w2")], BELIEVED_FOR + 1, "stopped; the job goes on as soon as another one has room for it."),
    ],
    ids=["nobody is there", "the next one takes it at once", "the next one is full"],
)
def test_a_job_that_was_handed_back(others: list[Load], after: float, expected: str | None) -> None:
    desk = Desk(*others)
    job = hand_back(running(), NOON).job
    desk.pass_time(after, *others)

    assert desk.look(job).explanation == (expected and f"The worker that had this job {expected}")


def test_a_job_to_be_canceled_whose_worker_is_gone_will_be_stopped() -> None:
    desk = Desk()
    desk.pass_time(BELIEVED_FOR + 1)

    assert (desk.look(request_cancel(running(), NOON).job).explanation or "").endswith(
        "the job is stopped as soon as one does."
    )


def test_a_gateway_that_hears_nothing_accuses_nobody() -> None:
    desk = Desk(a_load("w1"))
    desk.clock.advance(FRESH_FOR + BELIEVED_FOR)

    assert desk.look(running()) == Prospect()
