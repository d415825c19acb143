"""What is announced of a job, and what follows from each try to tell of it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, Fact, Job, accept, cancel, hand_back, progressed, start, submitting, succeed
from shared.domain.request import Webhook
from shared.domain.states import Stage, Status
from shared.domain.webhooks import (
    JITTER,
    PAUSES,
    TRY_FOR,
    Answer,
    DeliveryLog,
    Message,
    Outcome,
    announces,
    webhook_id,
)
from tests.support.jobs import NOON, a_request, an_output

EVERYTHING = Webhook("https://example.com/in", tuple(Status))


def a_message(**changes: Any) -> Message:
    return replace(
        Message(
            webhook_id="msg_1",
            job_id=JobId("job-1"),
            request=1,
            status=Status.SUCCEEDED,
            url="https://example.com/in",
            body="{}",
            announced_at=NOON,
        ),
        **changes,
    )


EMPTY = DeliveryLog(job_id=JobId("job-1"), request=1)
REFUSED = Answer(seconds=0.5, error="The endpoint takes no connections.")


def life(webhook: Webhook | None) -> list[Change]:
    """A life with a worker's death in it."""
    changes = [accept(a_request(webhook=webhook), 1)]
    steps: list[Callable[[Job], Change]] = [
        lambda job: start(job, "w1", "local", NOON),
        lambda job: submitting(job, "token", NOON),
        lambda job: progressed(job, Stage.RENDERING, 40, NOON),
        lambda job: start(job, "w2", "local", NOON),
        lambda job: hand_back(job, NOON),
        lambda job: start(job, "w3", "local", NOON),
        lambda job: succeed(job, an_output(), NOON),
    ]
    for step in steps:
        changes.append(step(changes[-1].job))
    return changes


def announced(changes: list[Change]) -> list[str]:
    entries = [Entry(n, change.fact, change.job) for n, change in enumerate(changes, 1)]
    return list(dict.fromkeys(entry.job.status.value for entry in entries if announces(entry)))


@pytest.mark.parametrize(
    ("webhook", "heard"),
    [
        (None, []),
        (Webhook("https://example.com/in"), ["succeeded"]),
        (EVERYTHING, ["starting", "processing", "succeeded"]),
        (Webhook("https://example.com/in", (Status.PROCESSING, Status.FAILED)), ["processing"]),
    ],
)
def test_a_client_hears_of_the_statuses_it_asked_for(webhook: Webhook | None, heard: list[str]) -> None:
    assert announced(life(webhook)) == heard


def test_what_happens_within_a_status_is_not_announced() -> None:
    loud = {Fact.ACCEPTED, Fact.STARTED, Fact.SUCCEEDED}
    entries = [Entry(n, change.fact, change.job) for n, change in enumerate(life(EVERYTHING), 1)]
    assert {entry.fact for entry in entries if announces(entry)} == loud


def test_the_id_is_the_statuss_however_often_it_is_told_and_nobody_elses() -> None:
    changes = life(EVERYTHING)
    ids = {change.job.status: {webhook_id(each.job) for each in changes if each.job.status is change.job.status}
           for change in changes}  # fmt: skip
    canceled = cancel(accept(a_request(webhook=EVERYTHING), 1).job, NOON).job
    others = {webhook_id(replace(canceled, request=2)), webhook_id(replace(canceled, job_id=JobId("job-2")))}

    assert [len(each) for each in ids.values()] == [1, 1, 1]
    assert len(set.union(*ids.values(), {webhook_id(canceled)}, others)) == 6
    assert all("." not in each and len(each) <= 64 for each in others)


def failing(answer: Answer, chance: float = 0.0, **changes: Any) -> tuple[list[float], DeliveryLog]:
    """Try at every due moment until it is over; return the pauses between."""
    message, log, now, pauses = a_message(**changes), EMPTY, NOON, []
    while (wait := log.due_in(message, now)) is not None:
        assert wait == 0.0
        log = log.tried(message, now, answer, chance)
        if next_at := log.tries[-1].next_at:
            pauses.append((next_at - now).total_seconds() - answer.seconds)
            now = next_at
    return pauses, log


def test_pauses_grow_and_the_tries_end_within_a_day() -> None:
    pauses, log = failing(REFUSED)

    assert pauses == list(PAUSES) == sorted(PAUSES)
    assert pauses[:4] == [5, 30, 120, 600]
    assert timedelta(hours=20) < log.tries[-1].at - NOON < TRY_FOR
    assert [each.outcome for each in log.tries] == [Outcome.RETRYING] * len(PAUSES) + [Outcome.GAVE_UP]
    assert [each.number for each in log.tries] == list(range(1, len(PAUSES) + 2))


@given(st.floats(0, 1))
def test_chance_only_shortens_a_pause_and_not_by_much(chance: float) -> None:
    pauses, _ = failing(REFUSED, chance)
    assert all((1 - JITTER) * most - 1e-3 <= each <= most for each, most in zip(pauses, PAUSES, strict=True))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_success_and_the_end(status: int) -> None:
    log = EMPTY.tried(a_message(), NOON, Answer(seconds=0.1, http_status=status), 0.5)

    assert log.due_in(a_message(), NOON + timedelta(days=1)) is None
    (only,) = log.tries
    assert (only.outcome, only.http_status, only.error, only.next_at) == (Outcome.DELIVERED, status, None, None)


def test_410_ends_every_message_of_the_job() -> None:
    log = EMPTY.tried(a_message(), NOON, Answer(seconds=0.1, http_status=410), 0.5)

    assert log.tries[0].outcome is Outcome.STOPPED
    assert log.due_in(a_message(webhook_id="msg_2", status=Status.FAILED), NOON) is None


@pytest.mark.parametrize("status", [100, 301, 302, 308, 400, 401, 404, 409, 429, 500, 503])
def test_any_other_answer_is_a_failure_and_says_so(status: int) -> None:
    (only,) = EMPTY.tried(a_message(), NOON, Answer(seconds=0.1, http_status=status), 0.0).tries

    assert (only.outcome, only.next_at) == (Outcome.RETRYING, NOON + timedelta(seconds=5.1))
    assert f"HTTP {status}" in (only.error or "")
    assert ("redirects are not followed" in (only.error or "")) == (300 <= status < 400)


def test_what_the_endpoint_asks_for_lengthens_a_pause_and_never_shortens_it() -> None:
    asked = [failing(Answer(seconds=0.0, http_status=503, retry_after=after))[0][:3] for after in (1, 60, 7200)]
    assert asked == [[5, 30, 120], [60, 60, 120], [7200, 7200, 7200]]


def test_nothing_is_sent_after_a_day_whatever_the_endpoint_asks_for() -> None:
    _, log = failing(Answer(seconds=0.0, http_status=429, retry_after=1e12))
    assert [each.outcome for each in log.tries] == [Outcome.GAVE_UP]


def test_messages_of_one_job_are_counted_apart() -> None:
    first, second = a_message(), a_message(webhook_id="msg_2", status=Status.FAILED)
    log = EMPTY.tried(first, NOON, REFUSED, 0.0).tried(second, NOON, REFUSED, 0.0).tried(first, NOON, REFUSED, 0.0)

    assert [each.number for each in log.tries] == [1, 1, 2]
    assert [log.due_in(each, NOON) for each in (first, second)] == [30.5, 5.5]


def test_of_two_tries_at_once_the_one_that_was_heard_counts() -> None:
    delivered = Answer(seconds=0.1, http_status=200)
    for answers in ((delivered, REFUSED), (REFUSED, delivered)):
        log = EMPTY
        for answer in answers:
            log = log.tried(a_message(), NOON, answer, 0.0)
        assert log.due_in(a_message(), NOON + timedelta(hours=1)) is None


def test_any_course_of_answers_ends(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(200):
        log, now, tries = EMPTY, NOON, 0
        while (wait := log.due_in(a_message(), now)) is not None:
            now += timedelta(seconds=wait)
            status = chance.choice([None, None, 302, 404, 500, 503, 200, 410]) if chance.random() < 0.2 else 500
            answer = Answer(seconds=chance.random() * 15, http_status=status, retry_after=chance.choice([None, 1, 9e4]))
            log, tries = log.tried(a_message(), now, answer, chance.random()), tries + 1
        assert tries <= len(PAUSES) + 1
        assert now < NOON + TRY_FOR
