"""Bytes to domain and back, with one typed error for whatever cannot be read."""

from dataclasses import dataclass

from pydantic import ValidationError

from shared.domain.fold import Entry
from shared.domain.job import Change, Fact, IllegalMove
from shared.domain.request import JobRequest
from shared.events.envelope import REQUESTED, Envelope, fact_of, is_ours, stamp, type_of
from shared.events.payloads import JobSnapshot, RequestDocument


class Unreadable(ValueError):
    """The bytes are not what they should be; the message says in one line what is wrong with them.

    ``foreign`` says that no Greenroom wrote them. Otherwise a newer one may have, and can read them.
    """

    def __init__(self, why: str, *, foreign: bool = False) -> None:
        # What is quoted of the bytes may have lines of its own, and the message becomes a header and a log line.
        super().__init__(" ".join(why.split()))
        self.foreign = foreign


@dataclass(frozen=True, slots=True)
class Written:
    """An event ready to publish: its id, its bytes."""

    event_id: str
    body: bytes


def encode_change(change: Change, event_id: str, source: str) -> Written:
    """Write one event of a job's log."""
    job = change.job
    data = JobSnapshot.of(job).to_json_data()
    event = stamp(type_of(change.fact), event_id, source, job.job_id, job.updated_at, data)
    return Written(event_id, _dump(event, job.traceparent))


def encode_request(request: JobRequest, event_id: str, source: str) -> Written:
    """Write a request document."""
    data = RequestDocument.of(request).to_json_data()
    event = stamp(REQUESTED, event_id, source, request.job_id, request.created_at, data)
    return Written(event_id, _dump(event, request.traceparent))


def _dump(event: Envelope, traceparent: str | None) -> bytes:
    carried = event.model_copy(update={"traceparent": traceparent}) if traceparent else event
    return carried.model_dump_json(exclude_none=True).encode()


@dataclass(frozen=True, slots=True)
class Read:
    """An event read back: its id, the process that wrote it, and the entry it is in the log."""

    event_id: str
    source: str
    entry: Entry


def decode_event(body: bytes, revision: int) -> Read:
    """Read one event of a job's log that lies at ``revision``; raises :class:`Unreadable`."""
    event = _envelope(body)
    try:
        fact: Fact = fact_of(event.type)
        job = JobSnapshot.model_validate(event.data).to_job()
    except (ValidationError, IllegalMove, ValueError) as error:
        why = f"event {event.id} of type {event.type} cannot be read: {_reason(error)}"
        raise Unreadable(why, foreign=not is_ours(event.type)) from error
    if job.job_id != event.subject:
        raise Unreadable(f"event {event.id} is about {event.subject} but tells of {job.job_id}")
    return Read(event.id, event.source, Entry(revision, fact, job))


def decode_request(body: bytes) -> JobRequest:
    """Read a request document; raises :class:`Unreadable`."""
    event = _envelope(body)
    if event.type != REQUESTED:
        raise Unreadable(f"a message of type {event.type} lies among the requests")
    try:
        request = RequestDocument.model_validate(event.data).to_request()
    except ValidationError as error:
        raise Unreadable(f"request {event.id} cannot be read: {_reason(error)}") from error
    if request.job_id != event.subject:
        raise Unreadable(f"request {event.id} is about {event.subject} but asks for {request.job_id}")
    return request


def request_id(body: bytes) -> str:
    """Return the id of the event that a request document came in; raises :class:`Unreadable`."""
    return _envelope(body).id


def _envelope(body: bytes) -> Envelope:
    try:
        return Envelope.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"{len(body)} bytes that are no CloudEvent: {_reason(error)}", foreign=True) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error) or type(error).__name__
