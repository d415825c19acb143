"""Medians of what was measured, and counts of what ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.run_times import ENOUGH, REMEMBERED, RunTimes
from shared.domain.fold import Entry
from shared.domain.job import Change, Fact, accept, cancel, fail, past_deadline, start, succeed
from shared.domain.kinds import Kind
from tests.support.jobs import NOON, a_request, an_output

_LATER = NOON + timedelta(hours=1)


def ended(seconds: float, model: str = "flux", kind: Kind = Kind.PORTRAIT, *, how: str = "succeeded") -> Entry:
    """The last event of a job that ran so long, and ended an hour after noon."""
    opened = accept(a_request(kind=kind, model=model), 1)
    began = start(opened.job, "w1", "local", _LATER - timedelta(seconds=seconds))
    change: Change = {
        "succeeded": lambda: succeed(began.job, an_output(), _LATER),
        "failed": lambda: fail(began.job, past_deadline(began.job), _LATER),
        "canceled": lambda: cancel(began.job, _LATER),
    }[how]()
    return Entry(9, change.fact, change.job)


def noted(*entries: Entry) -> RunTimes:
    times = RunTimes()
    for entry in entries:
        times.note(entry, _LATER)
    return times


def test_a_few_runs_say_nothing_of_the_next() -> None:
    assert noted(*[ended(30)] * (ENOUGH - 1)).usual(Kind.PORTRAIT, "flux") is None
    assert noted(*[ended(30)] * ENOUGH).usual(Kind.PORTRAIT, "flux") == pytest.approx(30)


def test_each_model_has_its_own_median_and_a_kind_that_of_all() -> None:
    times = noted(*(ended(seconds) for seconds in (10, 20, 90)), *(ended(40, "seedream") for _ in range(4)))

    assert times.usual(Kind.PORTRAIT, "flux") == pytest.approx(20)
    assert times.usual(Kind.PORTRAIT, "seedream") == pytest.approx(40)
    assert times.usual(Kind.PORTRAIT, "gpt-image") is None
    assert times.median_of(Kind.PORTRAIT) == pytest.approx(40)
    assert times.median_of(Kind.VIDEO) is None


def test_only_successes_are_measured_but_every_end_is_counted() -> None:
    times = noted(ended(30), ended(1, how="failed"), ended(2, how="canceled"), ended(9, "openai/sora-2", Kind.VIDEO))

    assert times.median_of(Kind.PORTRAIT) == pytest.approx(30)
    assert times.ended_last_minute(Kind.PORTRAIT, _LATER) == 3
    assert times.ended_last_minute(Kind.VIDEO, _LATER) == 1


def test_what_is_said_of_a_job_after_its_end_is_no_end() -> None:
    first = ended(30)
    times = noted(first, Entry(10, Fact.CANCEL_REQUESTED, first.job))

    assert times.ended_last_minute(Kind.PORTRAIT, _LATER) == 1


def test_the_newest_runs_count() -> None:
    times = noted(*[ended(500)] * REMEMBERED, *[ended(20)] * REMEMBERED)

    assert times.usual(Kind.PORTRAIT, "flux") == pytest.approx(20)


def test_a_minute_later_nothing_ended_lately() -> None:
    times = noted(ended(30))

    assert times.ended_last_minute(Kind.PORTRAIT, _LATER + timedelta(seconds=59)) == 1
    assert times.ended_last_minute(Kind.PORTRAIT, _LATER + timedelta(seconds=60)) == 0


def test_what_ended_long_ago_teaches_how_long_it_took_and_no_more() -> None:
    times = RunTimes()
    for _ in range(ENOUGH):
        times.note(ended(30), _LATER + timedelta(hours=2))

    assert times.usual(Kind.PORTRAIT, "flux") == pytest.approx(30)
    assert times.ended_last_minute(Kind.PORTRAIT, _LATER + timedelta(hours=2)) == 0


def test_a_long_day_of_ends_is_counted_in_little_room() -> None:
    times, entry = RunTimes(), ended(5)
    for second in range(1_000):
        at = _LATER + timedelta(seconds=second)
        times.note(replace(entry, job=replace(entry.job, completed_at=at)), at)

    assert times.ended_last_minute(Kind.PORTRAIT, _LATER + timedelta(seconds=1_000)) == 59
    assert len(times._ended[Kind.PORTRAIT]) <= 121
