"""The states and the moves between them, every pair of them."""

from itertools import product

import pytest

from shared.domain.states import NEXT, STAGES, Stage, Status, may_follow, rank, stage_fits

STARTING, PROCESSING, SUCCEEDED, FAILED, CANCELED = Status

ALLOWED = {
    (STARTING, STARTING),
    (STARTING, PROCESSING),
    (STARTING, FAILED),
    (STARTING, CANCELED),
    (PROCESSING, PROCESSING),
    (PROCESSING, SUCCEEDED),
    (PROCESSING, FAILED),
    (PROCESSING, CANCELED),
}

SHOWN = {(STARTING, Stage.QUEUED)} | {
    (PROCESSING, stage)
    for stage in (
        Stage.SUBMITTING,
        Stage.PROVIDER_STARTING,
        Stage.RENDERING,
        Stage.STORING,
        Stage.THROTTLED,
        Stage.CANCELING,
    )
}
"""The pairs of a status and a stage it may show; an ended status shows none."""


@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_every_pair_of_statuses(old: Status, new: Status) -> None:
    assert may_follow(new, old) is ((old, new) in ALLOWED)


@pytest.mark.parametrize(("status", "stage"), list(product(Status, [None, *Stage])))
def test_every_pair_of_status_and_stage(status: Status, stage: Stage | None) -> None:
    expected = stage is None if status.is_terminal else (status, stage) in SHOWN
    assert stage_fits(stage, status) is expected


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_a_status_only_moves_right(old: Status, new: Status) -> None:
    assert rank(new) >= rank(old)


def test_the_ends_are_the_statuses_with_no_way_out() -> None:
    assert {status for status in Status if status.is_terminal} == {SUCCEEDED, FAILED, CANCELED}
    assert {status for status in Status if not NEXT[status]} == {SUCCEEDED, FAILED, CANCELED}
    assert {rank(status) for status in Status if status.is_terminal} == {2}


def test_the_tables_are_whole_and_cannot_be_changed() -> None:
    assert set(NEXT) == set(STAGES) == set(Status)
    assert set().union(*STAGES.values()) == set(Stage), "every stage can be shown"
    for table in (NEXT, STAGES):
        with pytest.raises(TypeError):
            table[STARTING] = frozenset()  # type: ignore[index]
