"""A worker's announcement as it is written: plain JSON over core NATS, kept nowhere."""

from typing import Annotated, Self

from pydantic import AwareDatetime, Field, ValidationError

from shared.domain.kinds import Kind
from shared.events.codec import Unreadable
from shared.events.payloads import Payload
from shared.ports.workers import Load


class Announcement(Payload):
    """:class:`shared.ports.workers.Load`, written."""

    worker: Annotated[str, Field(min_length=1, max_length=128)]
    kind: Kind
    provider: str
    running: Annotated[int, Field(ge=0)]
    capacity: Annotated[int, Field(ge=0)]
    since: AwareDatetime
    throttled_until: AwareDatetime | None = None
    draining: bool = False

    @classmethod
    def of(cls, load: Load) -> Self:
        """Write a load."""
        return cls.model_construct(**{name: getattr(load, name) for name in cls.model_fields})

    def to_load(self) -> Load:
        """Read a load."""
        return Load(**{name: getattr(self, name) for name in type(self).model_fields})


def encode_load(load: Load) -> bytes:
    """Write an announcement."""
    return Announcement.of(load).model_dump_json(by_alias=True, exclude_none=True).encode()


def decode_load(body: bytes) -> Load:
    """Read an announcement; raises :class:`shared.events.codec.Unreadable`."""
    try:
        return Announcement.model_validate_json(body).to_load()
    except ValidationError as error:
        raise Unreadable(f"an announcement cannot be read: {error}") from error
