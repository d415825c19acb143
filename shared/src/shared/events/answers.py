"""The answers to jobIds as they are written: events of their own, since such a jobId may have no log."""

import hashlib
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events.codec import Unreadable
from shared.events.envelope import ANSWERED, Envelope, stamp
from shared.events.payloads import JobIdText, Payload
from shared.ports.answers import Answer


class AnswerData(Payload):
    """:class:`shared.ports.answers.Answer`, written."""

    job_id: JobIdText
    owner: str = ""
    kind: Kind
    content: str
    answered_by: JobIdText
    request: Annotated[int, Field(ge=0)] = 0
    answered_at: AwareDatetime


def encode_answer(answer: Answer, version: int, source: str) -> bytes:
    """Write the answer that follows ``version``."""
    data = AnswerData(
        job_id=answer.job_id,
        owner=answer.owner,
        kind=answer.kind,
        content=answer.content,
        answered_by=answer.by,
        request=answer.request,
        answered_at=answer.at,
    ).to_json_data()
    event_id = hashlib.sha256(f"{source}/{answer.job_id}/{version}/{answer.at.isoformat()}".encode()).hexdigest()[:32]
    return stamp(ANSWERED, event_id, source, answer.job_id, answer.at, data).model_dump_json(exclude_none=True).encode()


def decode_answer(body: bytes) -> Answer:
    """Read an answer; raises :class:`Unreadable`."""
    try:
        data = AnswerData.model_validate(Envelope.model_validate_json(body).data)
    except ValidationError as error:
        raise Unreadable(f"an answer cannot be read: {error}") from error
    return Answer(
        job_id=JobId(data.job_id),
        owner=data.owner,
        kind=data.kind,
        content=data.content,
        by=JobId(data.answered_by),
        request=data.request,
        at=data.answered_at,
    )
