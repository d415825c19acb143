"""What cannot be read is one error, whatever is wrong with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.codec import Unreadable, decode_event, decode_request, encode_request, request_id
from tests.support.jobs import a_request
from tests.unit.events.written import FAILED, JSON, QUEUED, SUCCEEDED, read, written


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
