"""Events over the wire: whole there and back, whoever wrote them and when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, Fact, accept, fail, past_deadline, request_cancel, start, submitting
from shared.domain.kinds import Kind
from shared.domain.request import Webhook
from shared.domain.states import Status
from shared.events.codec import decode_event, decode_request, encode_change, encode_request, request_id
from shared.events.envelope import MAX_EVENT_BYTES
from tests.support.jobs import NOON, a_request
from tests.unit.domain.moves import lives
from tests.unit.events.written import DOCUMENTS, FAILED, QUEUED, SUCCEEDED, TEXT, read, written


@given(lives(), st.integers(1, 2**60))
def test_every_event_of_every_life_comes_back_whole(life: list[Entry], revision: int) -> None:
    for entry in life:
        body = encode_change(Change(entry.fact, entry.job), "id-1", "worker-1").body

        back = decode_event(body, revision)

        assert back.event_id == "id-1"
        assert back.entry == Entry(revision, entry.fact, entry.job)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # aware


@given(
    kind=st.sampled_from(Kind),
    documents=st.tuples(DOCUMENTS, DOCUMENTS, DOCUMENTS),
    plain=st.fixed_dictionaries(
        {},
        optional={
            "custom_prompt": st.none() | TEXT,
            "portrait_url": st.none() | TEXT,
            "guardrails": st.booleans(),
            "settings": st.dictionaries(TEXT, TEXT | st.integers(-(2**40), 2**40), max_size=3),
            "show_id": st.none() | TEXT,
            "character_id": st.none() | TEXT,
            "character_name": st.none() | TEXT,
            "metadata": st.dictionaries(TEXT, TEXT, max_size=3),
            "retry_of": st.none() | st.just(JobId("job-0")),
            "traceparent": st.none() | st.just("00-" + "a" * 32 + "-" + "b" * 16 + "-01"),
            "created_at": MOMENTS,
            "webhook": st.none() | st.builds(Webhook, TEXT, st.lists(st.sampled_from(Status)).map(tuple)),
        },
    ),
)
def test_every_request_comes_back_whole(
    kind: Kind, documents: tuple[dict[str, Any], ...], plain: dict[str, Any]
) -> None:
    show, character, seed = documents
    request = a_request("job-1", kind, show=show, character=character, seed=seed, **plain)

    body = encode_request(request, "id-1", "gateway-1").body

    assert decode_request(body) == request
    assert request_id(body) == "id-1"


def test_a_jobs_webhook_goes_with_it_through_its_log() -> None:
    webhook = Webhook("https://example.com/called", (Status.PROCESSING, Status.FAILED))
    accepted = accept(a_request(webhook=webhook), 7)
    failed = fail(accepted.job, past_deadline(accepted.job), NOON)

    assert read(written(failed)).job.webhook == webhook


def test_a_webhook_written_without_its_statuses_hears_of_the_end() -> None:
    event = written(QUEUED)
    event["data"]["webhook"] = {"url": "https://example.com/called"}

    webhook = read(event).job.webhook

    assert webhook is not None
    assert set(webhook.events) == {Status.SUCCEEDED, Status.FAILED, Status.CANCELED}


def test_an_event_is_a_cloud_event() -> None:
    traced = replace(QUEUED.job, traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    event = written(Change(Fact.ACCEPTED, traced))

    assert {name: event[name] for name in event if name != "data"} == {
        "specversion": "1.0",
        "id": "id-1",
        "source": "worker-1",
        "type": "greenroom.job.accepted.v1",
        "subject": "job-1",
        "time": "2026-01-05T12:00:00Z",
        "datacontenttype": "application/json",
        "traceparent": traced.traceparent,
    }
    assert {"jobId", "kind", "status"} <= set(event["data"])


def test_without_a_trace_none_is_claimed() -> None:
    assert "traceparent" not in written(QUEUED)


def test_one_event_written_down() -> None:
    """The wire as it is today: an old event must be read by new code, so this one may never stop being read."""
    job = submitting(start(QUEUED.job, "w1", "replicate", NOON + timedelta(seconds=1)).job, "token", NOON).job
    asked = request_cancel(job, NOON + timedelta(seconds=2, microseconds=5))
    golden = {
        "specversion": "1.0",
        "id": "id-1",
        "source": "worker-1",
        "type": "greenroom.job.cancel_requested.v1",
        "subject": "job-1",
        "time": "2026-01-05T12:00:02.000005Z",
        "datacontenttype": "application/json",
        "data": {
            "jobId": "job-1",
            "kind": "portrait",
            "owner": "",
            "claim": asked.job.claim,
            "content": asked.job.content,
            "request": 7,
            "status": "processing",
            "stage": "canceling",
            "model": "flux",
            "settings": {},
            "createdAt": "2026-01-05T12:00:00Z",
            "updatedAt": "2026-01-05T12:00:02.000005Z",
            "deadline": "2026-01-05T12:15:00Z",
            "metadata": {"k": "v"},
            "provider": "replicate",
            "attempt": 1,
            "startedAt": "2026-01-05T12:00:01Z",
            "holder": "w1",
            "deaths": 0,
            "intentAt": "2026-01-05T12:00:01Z",
            "lastIntentAt": "2026-01-05T12:00:01Z",
            "mediaToken": "token",
            "cancelRequestedAt": "2026-01-05T12:00:02.000005Z",
        },
    }

    assert written(asked) == golden
    assert read(golden).job == asked.job


def test_an_event_from_before_most_fields_is_read() -> None:
    """Old events met by new code: what an older writer left out says nothing."""
    data = {
        "jobId": "job-1",
        "kind": "portrait",
        "owner": "",
        "claim": "c",
        "content": "x",
        "request": 1,
        "status": "starting",
        "stage": "queued",
        "model": "flux",
        "createdAt": "2026-01-05T12:00:00Z",
        "updatedAt": "2026-01-05T12:00:00Z",
        "deadline": "2026-01-05T12:15:00Z",
    }
    event = {"id": "i", "source": "s", "type": "greenroom.job.accepted.v1", "subject": "job-1", "data": data}

    job = read(event | {"time": "2026-01-05T12:00:00Z"}).job

    assert (job.settings, job.metadata, job.attempt, job.deaths, job.holder) == ({}, {}, 0, 0, None)


def test_what_a_newer_writer_added_is_passed_over() -> None:
    event = written(SUCCEEDED)
    event["newer"] = {"a": 1}
    event["data"]["newer"] = [1]
    event["data"]["output"]["newer"] = "x"

    assert read(event).job == SUCCEEDED.job


@pytest.mark.parametrize("code", ["quota_exhausted", "", 7, None, [], {}, ["internal"], True])
def test_a_failure_a_newer_writer_has_a_code_for_is_still_a_failure(code: object) -> None:
    event = written(FAILED)
    event["data"]["failure"]["code"] = code

    assert read(event).job.failure == Failure(FailureCode.INTERNAL, past_deadline(QUEUED.job).message)


def test_the_largest_event_the_domain_can_make_is_under_the_limit() -> None:
    """Everything a worker adds to a job at its largest, and room to spare for what a client named and noted."""
    failed = fail(QUEUED.job, Failure(FailureCode.INTERNAL, "🎭" * 5_000), NOON)

    assert len(encode_change(failed, "i" * 32, "s" * 100).body) < MAX_EVENT_BYTES / 4
