"""Why a job failed: a code for programs, a sentence for people, and whether asking again can help."""

from dataclasses import dataclass
from enum import StrEnum

MAX_MESSAGE = 1_000
"""Characters kept of a message: providers send whole pages, and an event holds 64 KiB."""


class FailureCode(StrEnum):
    """The closed list of ``error.code``."""

    INPUT_REJECTED = "input_rejected"
    CONTENT_FLAGGED = "content_flagged"
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    PROVIDER_STALLED = "provider_stalled"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    OUTPUT_UNREADABLE = "output_unreadable"
    STORAGE_FAILED = "storage_failed"
    UNKNOWN_OUTCOME = "unknown_outcome"
    WORKER_LOST = "worker_lost"
    INTERNAL = "internal"


_SAME_AGAIN = frozenset({FailureCode.INPUT_REJECTED, FailureCode.CONTENT_FLAGGED})
"""Codes whose cause is the request itself: the same request would fail the same way."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One job's reason. ``message`` is a sentence people read; it is cut at :data:`MAX_MESSAGE` characters."""

    code: FailureCode
    message: str

    def __post_init__(self) -> None:
        """Keep the message short enough for an event."""
        if len(self.message) > MAX_MESSAGE:
            object.__setattr__(self, "message", self.message[: MAX_MESSAGE - 1] + "…")

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed as a new job."""
        return self.code not in _SAME_AGAIN
