"""What is to be expected of a job, in its one representation and in its validator."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from shared.domain.fold import Entry
from shared.domain.job import Fact, Job, accept, fail, past_deadline, start, throttled
from shared.ports.records import Record
from shared.views import Prospect, Views, etag
from tests.support.jobs import NOON, a_request

QUEUED = accept(a_request(), 1).job
WAITS = throttled(start(QUEUED, "w1", "local", NOON).job, NOON + timedelta(minutes=1), "Too many calls.", NOON).job


def record(job: Job, revision: int = 7) -> Record:
    return Record(Entry(revision, Fact.ACCEPTED, job), None)


@dataclass
class Seer:
    """Says what a test has it say, and counts who asked."""

    prospect: Prospect
    asked: int = 0

    def __call__(self, _: Job) -> Prospect:
        self.asked += 1
        return self.prospect


def tag(prospect: Prospect, job: Job = QUEUED, revision: int = 7) -> str:
    return etag(record(job, revision), Views("http://x", Seer(prospect)).job(record(job, revision)))


def test_it_is_shown_whole() -> None:
    eta = NOON + timedelta(seconds=50)

    view = Views("http://x", Seer(Prospect(3, eta, "Nobody works."))).job(record(QUEUED))

    assert (view.queue_position, view.eta, view.detail) == (3, eta, "Nobody works.")


@pytest.mark.parametrize(
    ("explanation", "detail"), [(None, "Too many calls."), ("Its worker left.", "Its worker left.")]
)
def test_an_explanation_takes_the_place_of_what_the_log_said_last(explanation: str | None, detail: str) -> None:
    assert Views("http://x", Seer(Prospect(explanation=explanation))).job(record(WAITS)).detail == detail


def test_nothing_is_asked_about_a_job_that_ended() -> None:
    seer = Seer(Prospect(1, NOON, "Nobody works."))

    view = Views("http://x", seer).job(record(fail(QUEUED, past_deadline(QUEUED), NOON).job))

    assert seer.asked == 0
    assert (view.queue_position, view.eta, view.detail) == (None, None, past_deadline(QUEUED).message)


def test_a_place_and_a_time_change_no_validator_but_words_and_events_do() -> None:
    plain = tag(Prospect())

    assert tag(Prospect(1, NOON)) == tag(Prospect(2, NOON + timedelta(seconds=1))) == plain
    assert tag(Prospect(explanation="Nobody works.")) != plain
    assert tag(Prospect(), revision=8) != plain
    assert plain.startswith('"')
    assert plain.endswith('"')


def test_without_anybody_to_ask_nothing_is_expected() -> None:
    view = Views("http://x").job(record(QUEUED))

    assert (view.queue_position, view.eta, view.detail) == (None, None, None)
