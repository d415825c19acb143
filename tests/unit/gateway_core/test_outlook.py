"""Places, times and explanations: what is said of an unfinished job, and when nothing is."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.lines import Lines
from gateway.outlook import Outlook
from gateway.roster import ANSWERED_WITHIN, FRESH_FOR, Roster
from gateway.run_times import RunTimes
from shared.domain.fold import Entry
from shared.domain.job import Job, accept, hand_back, request_cancel, start, submitted, succeed, throttled
from shared.domain.kinds import Kind
from shared.domain.states import Stage
from shared.ports.event_feed import Heard
from shared.ports.workers import BELIEVED_FOR, Load
from shared.views import Prospect
from tests.support.fakes.backlog import MemoryBacklog
from tests.support.fakes.bus import MemoryBus
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.queue import MemoryConsumer
from tests.support.fakes.workers import a_load
from tests.support.jobs import NOON, a_request, an_output

RUN = 30.0


class Desk:
    """A gateway's knowledge, as a test has it. A portrait usually takes half a minute, given ``runs`` were measured."""

    def __init__(self, *loads: Load, runs: int = 5, known: bool = True) -> None:
        self.clock = ManualClock()
        bus = MemoryBus()
        self.lines = Lines(
            MemoryBacklog(bus, {kind: MemoryConsumer(bus, self.clock, kind) for kind in Kind}), self.clock
        )
        self.roster = Roster(self.clock)
        self.run_times = RunTimes()
        self.outlook = Outlook(self.roster, self.lines, self.run_times, self.clock)
        for _ in range(runs):
            self._measure()
        if known:
            self.roster.asked()
            self.pass_time(ANSWERED_WITHIN, *loads)

    def _measure(self) -> None:
        began = start(accept(a_request("measured"), 1).job, "w1", "local", NOON)
        done = succeed(began.job, an_output(), NOON + timedelta(seconds=RUN))
        self.run_times.note(Entry(1, done.fact, done.job), NOON)

    def pass_time(self, seconds: float, *loads: Load) -> None:
        """Let time pass; these workers still announce themselves at its end."""
        self.clock.advance(seconds)
        for load in loads:
            self.roster.heard(load)
        self.roster.up_to_date(0.0)

    async def line_up(self, waiting: int) -> list[Job]:
        """Have so many portraits wait; return them in their order."""
        jobs = [accept(a_request(f"job-{n}"), n).job for n in range(1, waiting + 1)]
        self.lines.hear(Heard((), 0))
        for kind in Kind:
            await self.lines.check(kind)
        self.lines.hear(Heard([Entry(job.request, accept(a_request(), 1).fact, job) for job in jobs], waiting))
        return jobs

    def look(self, job: Job) -> Prospect:
        return self.outlook.look_ahead(job)

    def eta(self, job: Job) -> float | None:
        """Return the seconds until the job should be done."""
        eta = self.look(job).eta
        return (eta - self.clock.now()).total_seconds() if eta else None


def running(at: datetime = NOON, worker: str = "w1") -> Job:
    return start(accept(a_request(), 1).job, worker, "local", at).job


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


# explanations


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
