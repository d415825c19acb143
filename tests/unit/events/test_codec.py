"""Events over the wire: whole there and back, and one typed error for whatever cannot be read."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, Fact, accept, fail, past_deadline, request_cancel, start, submitting, succeed
from shared.domain.kinds import Kind
from shared.domain.request import Webhook
from shared.domain.states import Status
from shared.events.codec import (
    Unreadable,
    decode_event,
    decode_request,
    encode_change,
    encode_request,
    request_id,
)
from shared.events.envelope import MAX_EVENT_BYTES
from tests.support.jobs import NOON, a_request, an_output
from tests.unit.domain.moves import lives

QUEUED = accept(a_request(metadata={"k": "v"}), 7)
FAILED = fail(QUEUED.job, past_deadline(QUEUED.job), NOON)
SUCCEEDED = succeed(start(QUEUED.job, "w", "local", NOON).job, an_output(), NOON)


def written(change: Change) -> dict[str, Any]:
    """Return an event as the JSON it is."""
    event: dict[str, Any] = json.loads(encode_change(change, "id-1", "worker-1").body)
    return event


def read(event: object) -> Entry:
    """Read an event from its JSON."""
    return decode_event(json.dumps(event).encode(), 5).entry


@given(lives(), st.integers(1, 2**60))
def test_every_event_of_every_life_comes_back_whole(life: list[Entry], revision: int) -> None:
    for entry in life:
        body = encode_change(Change(entry.fact, entry.job), "id-1", "worker-1").body

        back = decode_event(body, revision)

        assert back.event_id == "id-1"
        assert back.entry == Entry(revision, entry.fact, entry.job)


TEXT = st.text('aé🎭 \n"\\/\x00\u2028', max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(TEXT, JSON, max_size=4)
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


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{}",
        b'{"id": "i"',
        b'{"data": {}}',
        b"[" * 100_000,
        b'{"id": "\\ud800"}',
        b"\x00" * 100,
    ],
)
def test_bytes_that_are_no_event_are_unreadable(body: bytes) -> None:
    for decode in (lambda: decode_event(body, 1), lambda: decode_request(body), lambda: request_id(body)):
        with pytest.raises(Unreadable) as unreadable:
            decode()
        assert "\n" not in str(unreadable.value), "it becomes a log line"


def with_data(**changes: object) -> Callable[[dict[str, Any]], None]:
    """Return a damage to an event's payload."""
    return lambda event: event["data"].update(changes)


def without(name: str) -> Callable[[dict[str, Any]], None]:
    """Return a damage that takes a field of the payload away."""
    return lambda event: event["data"].pop(name)


DAMAGE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another specversion": lambda event: event.update(specversion="0.3"),
    "no id": lambda event: event.pop("id"),
    "an empty id": lambda event: event.update(id=""),
    "an id too long": lambda event: event.update(id="x" * 129),
    "no source": lambda event: event.pop("source"),
    "no type": lambda event: event.pop("type"),
    "a foreign type": lambda event: event.update(type="com.example.job.accepted.v1"),
    "a fact nobody knows": lambda event: event.update(type="greenroom.job.exploded.v1"),
    "another version": lambda event: event.update(type="greenroom.job.accepted.v2"),
    "no subject": lambda event: event.pop("subject"),
    "another job's subject": lambda event: event.update(subject="job-2"),
    "no time": lambda event: event.pop("time"),
    "a time of nowhere": lambda event: event.update(time="2026-01-05T12:00:00"),
    "a time that is none": lambda event: event.update(time="noon"),
    "another content type": lambda event: event.update(datacontenttype="text/xml"),
    "no data": lambda event: event.pop("data"),
    "data that is no object": lambda event: event.update(data=[1]),
    "no job": without("jobId"),
    "a job no subject can name": with_data(jobId="a.b"),
    "no kind": without("kind"),
    "a kind nobody knows": with_data(kind="audio"),
    "no status": without("status"),
    "a status nobody knows": with_data(status="paused"),
    "a status of the wrong type": with_data(status=1),
    "a stage nobody knows": with_data(stage="dreaming"),
    "a stage that does not fit": with_data(stage="rendering"),
    "no deadline": without("deadline"),
    "a deadline of nowhere": with_data(deadline="2026-01-05T12:00:00"),
    "a request that is no number": with_data(request="first"),
    "settings that are no object": with_data(settings=[]),
    "a setting that is no value": with_data(settings={"seconds": [8]}),
    "metadata of the wrong type": with_data(metadata={"k": {}}),
    "an output in a job that has none": with_data(output=written(SUCCEEDED)["data"]["output"]),
    "an end in a job that has none": with_data(completedAt="2026-01-05T12:00:00Z"),
    "a success without its output": with_data(status="succeeded", stage=None, completedAt="2026-01-05T12:00:00Z"),
    "a failure without its reason": with_data(status="failed", stage=None, completedAt="2026-01-05T12:00:00Z"),
    "an output half there": with_data(output={"name": "x"}),
    "a failure half there": with_data(failure={"code": "internal"}),
    "a name with lines of its own": with_data(settings={"a\r\nb: c": []}),
    "an id with lines of its own": lambda event: event.update(id="a\r\nb: c", type="x"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_every_kind_of_damage_is_unreadable(damage: str) -> None:
    event = written(QUEUED)
    DAMAGE[damage](event)

    with pytest.raises(Unreadable) as unreadable:
        read(event)
    assert "\n" not in str(unreadable.value)


REQUEST_DAMAGE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an event of a log": lambda event: event.update(type="greenroom.job.accepted.v1"),
    "another job's subject": lambda event: event.update(subject="job-2"),
    "no show": without("show"),
    "a show that is no object": with_data(show="Low Tide"),
    "a character that is no object": with_data(character=[]),
    "no model": without("model"),
    "a job no subject can name": with_data(jobId="a b"),
    "no claim": without("claim"),
    "a deadline of nowhere": with_data(deadline="2026-01-05T12:00:00"),
    "guardrails of the wrong type": with_data(guardrails={}),
}


@pytest.mark.parametrize("damage", REQUEST_DAMAGE)
def test_every_kind_of_damage_to_a_request_is_unreadable(damage: str) -> None:
    event = json.loads(encode_request(a_request(), "id-1", "gateway-1").body)
    REQUEST_DAMAGE[damage](event)

    with pytest.raises(Unreadable):
        decode_request(json.dumps(event).encode())


@given(st.data())
def test_no_damage_at_all_escapes_as_anything_but_unreadable(data: st.DataObject) -> None:
    """Any field of an event replaced by any JSON: read, or unreadable, and never another error."""
    event = written(SUCCEEDED if data.draw(st.booleans()) else FAILED)
    place = data.draw(st.sampled_from([event, event["data"], event["data"].get("output") or event["data"]["failure"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)

    try:
        decode_event(json.dumps(event).encode(), 1)
    except Unreadable as error:
        assert "\n" not in str(error)


def test_the_largest_event_the_domain_can_make_is_under_the_limit() -> None:
    """Everything a worker adds to a job at its largest, and room to spare for what a client named and noted."""
    failed = fail(QUEUED.job, Failure(FailureCode.INTERNAL, "🎭" * 5_000), NOON)

    assert len(encode_change(failed, "i" * 32, "s" * 100).body) < MAX_EVENT_BYTES / 4
