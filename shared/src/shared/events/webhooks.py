"""Messages to clients and their delivery logs as they are written, apart from how the domain holds them."""

from typing import Any, Self

from pydantic import AwareDatetime, ValidationError

from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import DeliveryLog, Message, Outcome, Try
from shared.events.codec import Unreadable
from shared.events.payloads import JobIdText, Payload


class MessagePayload(Payload):
    """:class:`shared.domain.webhooks.Message`, written."""

    webhook_id: str
    job_id: JobIdText
    request: int
    status: Status
    url: str
    body: str
    announced_at: AwareDatetime


class TryPayload(Payload):
    """:class:`shared.domain.webhooks.Try`, written."""

    webhook_id: str
    status: Status
    number: int
    at: AwareDatetime
    seconds: float
    http_status: int | None = None
    error: str | None = None
    outcome: Outcome
    next_at: AwareDatetime | None = None

    @classmethod
    def of(cls, one: Try) -> Self:
        """Write a try."""
        return cls.model_construct(**_fields(one, cls))


class DeliveryLogPayload(Payload):
    """:class:`shared.domain.webhooks.DeliveryLog`, written."""

    job_id: JobIdText
    request: int
    tries: tuple[TryPayload, ...] = ()


def encode_message(message: Message) -> bytes:
    """Write a message."""
    return _dump(MessagePayload.model_construct(**_fields(message, MessagePayload)))


def decode_message(body: bytes) -> Message:
    """Read a message; raises :class:`shared.events.codec.Unreadable`."""
    try:
        read = MessagePayload.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"a webhook's message cannot be read: {_wrong(error)}") from error
    return Message(**_fields(read, MessagePayload) | {"job_id": JobId(read.job_id)})


def encode_delivery_log(log: DeliveryLog) -> bytes:
    """Write a delivery log."""
    tries = tuple(TryPayload.of(each) for each in log.tries)
    return _dump(DeliveryLogPayload.model_construct(job_id=log.job_id, request=log.request, tries=tries))


def decode_delivery_log(body: bytes) -> DeliveryLog:
    """Read a delivery log; raises :class:`shared.events.codec.Unreadable`."""
    try:
        read = DeliveryLogPayload.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable(f"a delivery log cannot be read: {_wrong(error)}") from error
    tries = tuple(Try(**_fields(each, TryPayload)) for each in read.tries)
    return DeliveryLog(job_id=JobId(read.job_id), request=read.request, tries=tries)


def _wrong(error: ValidationError) -> str:
    # Where, and not what: a client's address may carry its secrets.
    return ", ".join(".".join(str(part) for part in each["loc"]) or each["msg"] for each in error.errors())


def _fields(of: object, payload: type[Payload]) -> dict[str, Any]:
    return {name: getattr(of, name) for name in payload.model_fields}


def _dump(payload: Payload) -> bytes:
    return payload.model_dump_json(by_alias=True, exclude_none=True).encode()
