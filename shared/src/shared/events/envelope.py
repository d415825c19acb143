"""The CloudEvents 1.0 envelope, as structured JSON."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from shared.domain.ids import LONGEST
from shared.domain.job import Fact

MAX_EVENT_BYTES = 64 * 1024
_PREFIX, _VERSION = "greenroom.job.", ".v1"
REQUESTED = f"{_PREFIX}requested{_VERSION}"
DELETED = f"{_PREFIX}deleted{_VERSION}"
ANSWERED = f"{_PREFIX}answered{_VERSION}"


def type_of(fact: Fact) -> str:
    """``greenroom.job.<fact>.v1``."""
    return f"{_PREFIX}{fact}{_VERSION}"


def is_ours(event_type: str) -> bool:
    """Whether an event type is one of Greenroom's, of this release or of another."""
    return event_type.startswith(_PREFIX)


def fact_of(event_type: str) -> Fact:
    """Return the fact an event type names; ValueError when it names none."""
    if not (event_type.startswith(_PREFIX) and event_type.endswith(_VERSION)):
        raise ValueError(f"{event_type!r} is not one of Greenroom's event types")
    return Fact(event_type.removeprefix(_PREFIX).removesuffix(_VERSION))


class Envelope(BaseModel):
    """One event. ``source`` names the process that wrote it, ``subject`` is the JobId, ``data`` the typed payload."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Field(min_length=1, max_length=128)]
    source: Annotated[str, Field(min_length=1)]
    type: str
    subject: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    time: Annotated[AwareDatetime, AfterValidator(lambda t: t)]
    datacontenttype: Literal["application/json"] = "application/json"
    traceparent: str | None = None
    data: dict[str, Any]


def stamp(event_type: str, event_id: str, source: str, subject: str, time: datetime, data: dict[str, Any]) -> Envelope:
    """Put ``data`` in an envelope."""
    return Envelope(id=event_id, source=source, type=event_type, subject=subject, time=time, data=data)
