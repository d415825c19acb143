"""The pauses between two looks."""

import pytest

from shared.predictions.replicate.pace import Pace, Spacing


def looks(pace: Pace, until: float, usual: float) -> list[float]:
    age, at = 0.0, []
    while age < until:
        age += pace.look_again("m", usual, age)
        at.append(age)
    return at


@pytest.mark.parametrize("age", [0, 0.1, 3, 20, 44, 45, 46, 100, 10_000])
def test_every_pause_is_within_its_bounds(age: float) -> None:
    assert 0.5 <= Pace(Spacing()).look_again("m", 45, age) <= 5


def test_dense_at_the_start_sparse_between_dense_around_the_usual_end() -> None:
    pace = Pace(Spacing())
    assert pace.look_again("m", 60, 0) == 0.5
    assert pace.look_again("m", 60, 20) == 5
    assert pace.look_again("m", 60, 59) == 0.5
    assert pace.look_again("m", 60, 62) == 0.5
    assert pace.look_again("m", 60, 100) == 5


def test_a_prediction_of_the_usual_length_costs_few_looks_and_its_end_is_seen_soon() -> None:
    at = looks(Pace(Spacing()), 60, 60)
    assert len(at) < 30
    assert at[-1] - 60 < 1


def test_what_is_usual_is_learnt() -> None:
    pace = Pace(Spacing())
    for _ in range(40):
        pace.learn("m", 60, 20)
    assert pace.look_again("m", 60, 20) == 0.5
    assert pace.look_again("m", 60, 60) == 5
    assert pace.look_again("other", 60, 60) == 0.5


def test_the_spacing_can_be_set() -> None:
    assert Pace(Spacing(0.01, 0.02)).look_again("m", 60, 30) == 0.02
