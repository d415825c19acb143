"""The stored row: a record as the bucket holds it, apart from the event it came from and the answer it becomes."""

from pydantic import AwareDatetime, ValidationError

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Fact, IllegalMove
from shared.events.codec import Unreadable
from shared.events.payloads import JobSnapshot, Payload
from shared.ports.records import Record

META_KEY = "meta.status"
"""The bucket's own entry. No jobId has a dot in it, so it is nobody's record."""


class Row(Payload):
    """A record, written."""

    revision: int
    fact: Fact
    expires_at: AwareDatetime | None = None
    job: JobSnapshot


class Meta(Payload):
    """What the status service says of the bucket: that it is complete, and how long ended records stay (seconds)."""

    ttl_seconds: float
    built_at: AwareDatetime


def key_of(job_id: JobId) -> str:
    """The bucket's key of a job's record."""
    return job_id


def encode_record(record: Record) -> bytes:
    """Write a record."""
    entry = record.entry
    row = Row.model_construct(
        revision=entry.revision, fact=entry.fact, expires_at=record.expires_at, job=JobSnapshot.of(entry.job)
    )
    return row.model_dump_json(by_alias=True, exclude_none=True).encode()


def decode_record(body: bytes) -> Record:
    """Read a record; raises :class:`Unreadable`."""
    try:
        row = Row.model_validate_json(body)
        return Record(Entry(row.revision, row.fact, row.job.to_job()), row.expires_at)
    except (ValidationError, IllegalMove) as error:
        raise Unreadable(f"a record cannot be read: {error}") from error


def encode_meta(meta: Meta) -> bytes:
    """Write the bucket's own entry."""
    return meta.model_dump_json(by_alias=True).encode()


def decode_meta(body: bytes) -> Meta:
    """Read the bucket's own entry; raises :class:`Unreadable`."""
    try:
        return Meta.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"the bucket's own entry cannot be read: {error}") from error
