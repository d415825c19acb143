"""Deletions as they are written: events of their own, outside the jobs' logs, which an end has closed."""

import hashlib

from pydantic import AwareDatetime, ValidationError

from shared.domain.ids import JobId
from shared.events.codec import Unreadable
from shared.events.envelope import DELETED, Envelope, stamp
from shared.events.payloads import JobIdText, Payload
from shared.ports.deletions import Deletion


class DeletionData(Payload):
    """:class:`shared.ports.deletions.Deletion`, written."""

    job_id: JobIdText
    request: int
    deleted_at: AwareDatetime


def encode_deletion(deletion: Deletion, source: str) -> bytes:
    """Write a deletion."""
    data = DeletionData(job_id=deletion.job_id, request=deletion.request, deleted_at=deletion.at).to_json_data()
    # The same deletion, however often it is asked for, is the same event.
    event_id = hashlib.sha256(f"{deletion.job_id}/{deletion.request}".encode()).hexdigest()[:32]
    event = stamp(DELETED, event_id, source, deletion.job_id, deletion.at, data)
    return event.model_dump_json(exclude_none=True).encode()


def decode_deletion(body: bytes) -> Deletion:
    """Read a deletion; raises :class:`Unreadable`."""
    try:
        data = DeletionData.model_validate(Envelope.model_validate_json(body).data)
    except ValidationError as error:
        raise Unreadable(f"a deletion cannot be read: {error}") from error
    return Deletion(JobId(data.job_id), data.request, data.deleted_at)
