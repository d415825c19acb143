"""Places and times: what is said of an unfinished job, and when nothing is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.job import accept, request_cancel, submitted, throttled
from shared.domain.states import Stage
from shared.views import Prospect
from tests.support.fakes.workers import a_load
from tests.support.jobs import NOON, a_request
from tests.unit.gateway_core.outlook import RUN, Desk, running

# places


async def test_places_count_from_one() -> None:
    desk = Desk(a_load("w1"))
    jobs = await desk.line_up(3)

    assert [desk.look(job).queue_position for job in jobs] == [1, 2, 3]
    assert desk.look(running()).queue_position is None


async def test_places_are_known_even_while_the_workers_are_not() -> None:
    desk = Desk(known=False)
    [job] = await desk.line_up(1)

    assert desk.look(job) == Prospect(queue_position=1)


# times


async def test_who_finds_room_is_done_after_one_run() -> None:
    desk = Desk(a_load("w1", running=0, capacity=2))
    jobs = await desk.line_up(2)

    assert [desk.eta(job) for job in jobs] == pytest.approx([RUN, RUN], abs=1)


async def test_who_waits_for_room_waits_for_its_share_of_the_runs_ahead() -> None:
    desk = Desk(a_load("w1", running=2, capacity=2), a_load("w2", running=1, capacity=1))
    jobs = await desk.line_up(4)

    assert [desk.eta(job) for job in jobs] == pytest.approx([RUN + n * RUN / 3 for n in (1, 2, 3, 4)], abs=1)


async def test_a_draining_worker_has_no_room() -> None:
    desk = Desk(a_load("w1", running=1, capacity=1), a_load("w2", capacity=5, draining=True))
    [job] = await desk.line_up(1)

    assert desk.eta(job) == pytest.approx(RUN + RUN, abs=1)


async def test_who_is_held_off_begins_after_that() -> None:
    until = NOON + timedelta(minutes=5)
    desk = Desk(a_load("w1", throttled_until=until), a_load("w2", throttled_until=until + timedelta(hours=1)))
    [job] = await desk.line_up(1)

    assert desk.look(job).eta == until + timedelta(seconds=RUN)


async def test_where_one_worker_may_begin_nobody_waits_for_the_others() -> None:
    desk = Desk(a_load("w1", throttled_until=NOON + timedelta(minutes=5)), a_load("w2"))
    [job] = await desk.line_up(1)

    assert desk.eta(job) == pytest.approx(RUN, abs=1)
    assert desk.look(job).explanation is None


@pytest.mark.parametrize(
    "desk",
    [lambda: Desk(), lambda: Desk(a_load("w1"), runs=2), lambda: Desk(a_load("w1"), known=False)],
    ids=["no workers", "not measured", "workers not known"],
)
async def test_who_cannot_know_says_no_time(desk: type[Desk]) -> None:
    here = desk()
    [job] = await here.line_up(1)

    assert here.look(job).eta is None


async def test_a_job_whose_place_is_not_known_has_no_time() -> None:
    desk = Desk(a_load("w1"))

    assert desk.look(accept(a_request(), 1).job) == Prospect()


def test_a_running_job_is_done_when_its_like_were() -> None:
    desk = Desk(a_load("w1", running=1))

    assert desk.look(running()).eta == NOON + timedelta(seconds=RUN)

    desk.pass_time(RUN, a_load("w1", running=1))
    assert desk.look(running()).eta is None, "overdue: nobody knows"


@pytest.mark.parametrize(
    ("begun", "expected"),
    [(False, 300 + RUN), (True, 300.0)],
    ids=["before its prediction", "with a prediction that runs on"],
)
def test_a_job_that_the_provider_makes_wait(begun: bool, expected: float) -> None:
    desk = Desk(a_load("w1", running=1))
    job = submitted(running(), "p1", NOON).job if begun else running()
    job = throttled(job, NOON + timedelta(seconds=300), "Wait.", NOON).job

    assert desk.look(job).eta == NOON + timedelta(seconds=expected)
    assert desk.look(replace(job, throttled_until=None)).eta is None


def test_a_job_being_canceled_is_not_waited_for() -> None:
    assert Desk(a_load("w1", running=1)).look(request_cancel(running(), NOON).job) == Prospect()


@given(
    started=st.floats(-600, 0),
    stage=st.sampled_from([Stage.RENDERING, Stage.THROTTLED, Stage.STORING]),
    until=st.none() | st.floats(-100, 500),
    prediction=st.none() | st.just("p1"),
)
def test_no_time_is_ever_in_the_past(started: float, stage: Stage, until: float | None, prediction: str | None) -> None:
    desk = Desk(a_load("w1"))
    now = desk.clock.now()
    job = replace(
        running(now + timedelta(seconds=started)),
        stage=stage,
        throttled_until=None if until is None else now + timedelta(seconds=until),
        prediction=prediction,
    )

    eta = desk.look(job).eta

    assert eta is None or (eta > now and eta.microsecond == 0)
