"""Every fact, applied to a job of every status: the right snapshot, or no move at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from shared.domain.failures import Failure, FailureCode
from shared.domain.ids import JobId
from shared.domain.job import (
    Change,
    Fact,
    IllegalMove,
    Job,
    accept,
    cancel,
    fail,
    hand_back,
    past_deadline,
    progressed,
    request_cancel,
    start,
    submitted,
    submitting,
    succeed,
    throttled,
)
from shared.domain.states import Stage, Status
from tests.support.jobs import NOON, a_request, an_output

LATER = NOON + timedelta(seconds=30)
UNTIL = NOON + timedelta(seconds=90)
BROKEN = Failure(FailureCode.PROVIDER_FAILED, "It broke.")

QUEUED = accept(a_request(), 7).job
HELD = start(QUEUED, "w1", "local", NOON).job
JOBS: dict[Status, Job] = {
    Status.STARTING: QUEUED,
    Status.PROCESSING: HELD,
    Status.SUCCEEDED: succeed(HELD, an_output(), NOON).job,
    Status.FAILED: fail(HELD, BROKEN, NOON).job,
    Status.CANCELED: cancel(HELD, NOON).job,
}

FACTS: dict[Fact, Callable[[Job], Change]] = {
    Fact.STARTED: lambda job: start(job, "w2", "replicate", LATER),
    Fact.SUBMITTING: lambda job: submitting(job, "token", LATER),
    Fact.SUBMITTED: lambda job: submitted(job, "p1", LATER),
    Fact.PROGRESSED: lambda job: progressed(job, Stage.RENDERING, 40, LATER),
    Fact.THROTTLED: lambda job: throttled(job, UNTIL, "Too many requests.", LATER),
    Fact.HANDED_BACK: lambda job: hand_back(job, LATER),
    Fact.CANCEL_REQUESTED: lambda job: request_cancel(job, LATER),
    Fact.SUCCEEDED: lambda job: succeed(job, an_output(), LATER),
    Fact.FAILED: lambda job: fail(job, BROKEN, LATER),
    Fact.CANCELED: lambda job: cancel(job, LATER),
}

ENDED: dict[str, Any] = {"stage": None, "holder": None, "completed_at": LATER}
MOVES: dict[tuple[Status, Fact], dict[str, Any]] = {
    (Status.STARTING, Fact.STARTED): {
        "status": Status.PROCESSING,
        "stage": Stage.SUBMITTING,
        "holder": "w2",
        "provider": "replicate",
        "attempt": 1,
        "started_at": LATER,
    },
    (Status.STARTING, Fact.CANCEL_REQUESTED): {"cancel_requested_at": LATER},
    (Status.STARTING, Fact.FAILED): {
        "status": Status.FAILED,
        "failure": BROKEN,
        "detail": "It broke.",
        **ENDED,
    },
    (Status.STARTING, Fact.CANCELED): {"status": Status.CANCELED, "detail": "Canceled on request.", **ENDED},
    (Status.PROCESSING, Fact.STARTED): {
        "stage": Stage.SUBMITTING,
        "holder": "w2",
        "provider": "replicate",
        "deaths": 1,
        "attempt": 2,
    },
    (Status.PROCESSING, Fact.SUBMITTING): {"intent_at": LATER, "last_intent_at": LATER, "media_token": "token"},
    (Status.PROCESSING, Fact.SUBMITTED): {"stage": Stage.PROVIDER_STARTING, "prediction": "p1"},
    (Status.PROCESSING, Fact.PROGRESSED): {"stage": Stage.RENDERING, "progress": 40},
    (Status.PROCESSING, Fact.THROTTLED): {
        "stage": Stage.THROTTLED,
        "throttled_until": UNTIL,
        "detail": "Too many requests.",
    },
    (Status.PROCESSING, Fact.HANDED_BACK): {"holder": None},
    (Status.PROCESSING, Fact.CANCEL_REQUESTED): {"stage": Stage.CANCELING, "cancel_requested_at": LATER},
    (Status.PROCESSING, Fact.SUCCEEDED): {
        "status": Status.SUCCEEDED,
        "output": an_output(),
        "progress": 100,
        **ENDED,
    },
    (Status.PROCESSING, Fact.FAILED): {
        "status": Status.FAILED,
        "failure": BROKEN,
        "detail": "It broke.",
        **ENDED,
    },
    (Status.PROCESSING, Fact.CANCELED): {"status": Status.CANCELED, "detail": "Canceled on request.", **ENDED},
}
"""All there is: what each fact changes in a job of each status. What is not here is not allowed."""


def test_the_table_speaks_of_every_fact_but_the_first() -> None:
    assert set(FACTS) == set(Fact) - {Fact.ACCEPTED}


@pytest.mark.parametrize(("status", "fact"), list(product(Status, FACTS)))
def test_every_fact_in_every_status(status: Status, fact: Fact) -> None:
    job, expected = JOBS[status], MOVES.get((status, fact))
    if expected is None:
        with pytest.raises(IllegalMove):
            FACTS[fact](job)
    else:
        assert FACTS[fact](job) == Change(fact, replace(job, **({"updated_at": LATER} | expected)))


def test_accepting_opens_a_log_the_same_whoever_writes_it() -> None:
    request = a_request(
        show_id="s", character_id="c", character_name="Mira", metadata={"k": "v"}, retry_of=JobId("before")
    )

    change = accept(request, 12)

    assert change == accept(request, 12)
    assert change.fact is Fact.ACCEPTED
    job = change.job
    assert (job.status, job.stage, job.request, job.attempt, job.deaths) == (Status.STARTING, Stage.QUEUED, 12, 0, 0)
    assert (job.created_at, job.updated_at, job.deadline) == (NOON, NOON, request.deadline)
    same = ("job_id", "kind", "owner", "claim", "content", "model", "settings", "show_id", "character_id")
    assert all(getattr(job, name) == getattr(request, name) for name in same)
    assert (job.character_name, job.metadata, job.retry_of) == ("Mira", {"k": "v"}, "before")


def test_taking_over_in_good_order_is_no_death() -> None:
    taken = start(hand_back(HELD, LATER).job, "w2", "local", LATER).job

    assert (taken.deaths, taken.attempt, taken.started_at) == (0, 1, NOON)


def test_a_resumed_job_shows_where_it_is() -> None:
    with_prediction = submitted(HELD, "p1", LATER).job
    asked = request_cancel(HELD, LATER).job

    assert start(with_prediction, "w2", "local", LATER).job.stage is Stage.PROVIDER_STARTING
    assert start(asked, "w2", "local", LATER).job.stage is Stage.CANCELING


def test_the_first_intents_time_and_name_are_kept() -> None:
    first = submitting(HELD, "one", LATER).job

    again = submitting(first, "two", UNTIL).job

    assert (again.intent_at, again.media_token, again.updated_at) == (LATER, "one", UNTIL)
    assert (first.last_intent_at, again.last_intent_at) == (LATER, UNTIL)


def test_a_job_has_one_prediction_for_good() -> None:
    one = submitted(HELD, "p1", LATER).job

    assert submitted(one, "p1", UNTIL).job.prediction == "p1"
    with pytest.raises(IllegalMove):
        submitted(one, "p2", UNTIL)


def test_the_first_request_to_cancel_counts() -> None:
    asked = request_cancel(HELD, LATER).job

    assert request_cancel(asked, UNTIL).job.cancel_requested_at == LATER


@pytest.mark.parametrize(
    ("known", "said", "shown"),
    [
        (None, None, None),
        (None, 0, 0),
        (10, None, 10),
        (10, 40, 40),
        (40, 10, 40),
        (None, 250, 99),
        (None, -3, 0),
    ],
)
def test_progress_never_goes_back_and_leaves_the_hundred_to_the_end(
    known: int | None, said: int | None, shown: int | None
) -> None:
    job = replace(HELD, progress=known)

    assert progressed(job, Stage.RENDERING, said, LATER).job.progress == shown


@pytest.mark.parametrize("fact", [Fact.SUBMITTING, Fact.SUBMITTED, Fact.PROGRESSED])
def test_what_goes_on_is_no_longer_throttled(fact: Fact) -> None:
    waiting = throttled(HELD, UNTIL, "Too many requests.", NOON).job

    job = FACTS[fact](waiting).job

    assert (job.throttled_until, job.detail) == (None, None)


@pytest.mark.parametrize(
    ("status", "fact"), [move for move in MOVES if move != (Status.STARTING, Fact.CANCEL_REQUESTED)]
)
def test_times_never_run_backwards(status: Status, fact: Fact) -> None:
    ahead = NOON + timedelta(hours=1)
    job = FACTS[fact](replace(JOBS[status], updated_at=ahead)).job

    said: list[datetime | None] = [job.updated_at, job.completed_at or ahead, job.intent_at or ahead]
    assert said == [ahead, ahead, ahead]


@pytest.mark.parametrize("change", [{"stage": Stage.QUEUED}, {"stage": None}, {"output": an_output()}])
def test_a_snapshot_no_job_can_be_in_cannot_be_made(change: dict[str, Any]) -> None:
    with pytest.raises(IllegalMove):
        replace(HELD, **change)


@pytest.mark.parametrize(
    ("status", "change"),
    [
        (Status.SUCCEEDED, {"output": None}),
        (Status.SUCCEEDED, {"completed_at": None}),
        (Status.SUCCEEDED, {"stage": Stage.STORING}),
        (Status.FAILED, {"failure": None}),
        (Status.CANCELED, {"failure": BROKEN}),
        (Status.CANCELED, {"completed_at": None}),
        (Status.STARTING, {"completed_at": NOON}),
        (Status.STARTING, {"failure": BROKEN}),
    ],
)
def test_nor_one_that_ended_without_its_end(status: Status, change: dict[str, Any]) -> None:
    with pytest.raises(IllegalMove):
        replace(JOBS[status], **change)


def test_the_deadline_says_where_it_found_the_job() -> None:
    assert "waiting for a worker" in past_deadline(QUEUED).message
    assert "before it was finished" in past_deadline(HELD).message
    assert past_deadline(HELD).code is FailureCode.DEADLINE_EXCEEDED
