"""Counting what happens, for operators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.domain.kinds import Kind


class Happening(StrEnum):
    """What a worker counts."""

    TAKEN = "taken"  # a job came into this worker's hands
    CREATED = "created"  # a prediction was created
    REATTACHED = "reattached"  # a recorded prediction was taken over
    ADOPTED = "adopted"  # an unanswered create was found at the provider
    ABSENT = "absent"  # an unanswered create was looked for and had made nothing
    THROTTLED = "throttled"  # the provider made a job wait
    FENCED = "fenced"  # somebody else wrote the job's log; this worker stopped
    HANDED_BACK = "handed_back"
    SET_ASIDE = "set_aside"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class Meters(Protocol):
    """Where it is counted. Never fails."""

    def count(self, kind: Kind, happening: Happening) -> None:
        """Count one."""
        ...


@dataclass(frozen=True, slots=True)
class Depth:
    """How full one kind's queue is: jobs that wait and jobs that run, workers alive, the oldest wait in seconds."""

    queued: int
    running: int
    workers: int
    oldest_wait: float


Depths = Callable[[], Mapping[Kind, Depth]]
"""Says how full the queues are just now; nothing of a kind while that is not known."""
