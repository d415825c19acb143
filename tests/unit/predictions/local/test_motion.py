"""The camera, the blink and the motes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.motion import RATE, backdrop_view, blinks, figure_view, motes

LENGTH = 8.0
TIMES = [i / RATE for i in range(int(LENGTH * RATE))]


def test_a_clip_begins_with_the_whole_portrait() -> None:
    assert backdrop_view(0, LENGTH).box(800, 1200) == (0, 0, 800, 1200)
    assert figure_view(0, LENGTH) == backdrop_view(0, LENGTH)


def test_the_camera_moves_in_and_never_back() -> None:
    zooms = [backdrop_view(t, LENGTH).zoom for t in TIMES]
    assert zooms == sorted(zooms)
    assert 1.05 < zooms[-1] < 1.15


@given(st.floats(0, 60), st.floats(1, 60))
def test_the_camera_never_sees_beyond_the_stage(t: float, length: float) -> None:
    for view in (backdrop_view(t, length), figure_view(t, length)):
        left, top, right, bottom = view.box(792, 1408)
        assert left >= 0
        assert top >= 0
        assert right <= 792 + 1e-6
        assert bottom <= 1408 + 1e-6


def test_nothing_jumps() -> None:
    boxes = [figure_view(t, LENGTH).box(1000, 1000) for t in TIMES]
    jumps = [max(abs(a - b) for a, b in zip(one, two, strict=True)) for one, two in pairwise(boxes)]
    assert max(jumps) < 2


@pytest.mark.parametrize("seconds", [1, 4, 8, 12])
def test_blinks_are_short_and_begin_after_the_first_second(seconds: int) -> None:
    shut = blinks(seconds, Chance(7))
    assert all(RATE <= frame < seconds * RATE for frame in shut)
    assert all(0 < amount <= 1 for amount in shut.values())
    assert len(shut) < seconds * RATE / 6
    assert bool(shut) == (seconds > 1)


def test_motes_are_dark_at_first_and_stay_near_the_frame() -> None:
    for mote in motes(30, 3, Chance(7)):
        assert mote.shine(0) == 0
        assert mote.size in (0, 1, 2)
        for t in TIMES[::12]:
            assert 0 <= mote.shine(t) <= 1
            assert all(-0.05 <= place <= 1.05 for place in mote.place(t))
