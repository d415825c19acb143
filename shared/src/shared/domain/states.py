"""The states of a job and the only moves between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """What clients branch on. Moves only to the right; the last three are final."""

    STARTING = "starting"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_terminal(self) -> bool:
        """True when nothing can change any more but the record's pruning."""
        return not NEXT[self]


class Stage(StrEnum):
    """Finer progress, for people. Free to move within ``processing``."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    PROVIDER_STARTING = "provider_starting"
    RENDERING = "rendering"
    STORING = "storing"
    THROTTLED = "throttled"
    CANCELING = "canceling"


NEXT: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.STARTING: frozenset({Status.PROCESSING, Status.FAILED, Status.CANCELED}),
        Status.PROCESSING: frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELED}),
        Status.SUCCEEDED: frozenset(),
        Status.FAILED: frozenset(),
        Status.CANCELED: frozenset(),
    }
)
"""Where each status may go. Staying is not listed; whether it is allowed is :func:`may_follow`'s business."""

STAGES: Mapping[Status, frozenset[Stage]] = MappingProxyType(
    {
        Status.STARTING: frozenset({Stage.QUEUED}),
        Status.PROCESSING: frozenset(Stage) - {Stage.QUEUED},
        Status.SUCCEEDED: frozenset(),
        Status.FAILED: frozenset(),
        Status.CANCELED: frozenset(),
    }
)
"""The stages a status may show; a terminal status shows none."""

_RANK: Mapping[Status, int] = MappingProxyType(
    {Status.STARTING: 0, Status.PROCESSING: 1, Status.SUCCEEDED: 2, Status.FAILED: 2, Status.CANCELED: 2}
)


def rank(status: Status) -> int:
    """How far right a status stands: 0, 1, or 2 for every terminal one."""
    return _RANK[status]


def may_follow(new: Status, old: Status) -> bool:
    """Whether a job now ``old`` may next say ``new``: the same unless final, or one of the listed moves."""
    return new in NEXT[old] or (new is old and not old.is_terminal)


def stage_fits(stage: Stage | None, status: Status) -> bool:
    """Whether ``status`` may show ``stage``: one of its own while active, none once ended."""
    return stage is None if status.is_terminal else stage in STAGES[status]
