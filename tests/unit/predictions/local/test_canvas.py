"""Outlines and brushes."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.predictions.local.drawing.canvas import Canvas, Gradient
from shared.predictions.local.drawing.geometry import Frame, box, curve, ellipse, points, resample, ribbon, spline

RED, BLUE = (200, 30, 30), (30, 30, 200)
LENGTHS = st.floats(-500, 500)


def test_points_are_written_as_pairs_and_can_be_mirrored() -> None:
    assert points("1 2, -3.5 4") == [(1, 2), (-3.5, 4)]
    assert points("1 2, -3.5 4", -1) == [(-1, 2), (3.5, 4)]


def test_a_spline_goes_through_its_points_and_keeps_doubled_ones_sharp() -> None:
    corners = points("0 0, 100 0, 100 100, 100 100, 0 100")
    outline = spline(corners)
    for corner in corners:
        assert min(math.dist(corner, point) for point in outline) < 1e-6
    around_the_sharp = [point for point in outline if math.dist(point, (100, 100)) < 30]
    assert all(x <= 100.01 or y <= 100.01 for x, y in around_the_sharp)


@given(LENGTHS, LENGTHS, st.floats(-180, 180), st.floats(0.1, 3), LENGTHS, LENGTHS)
def test_frames_nest(x: float, y: float, angle: float, scale: float, px: float, py: float) -> None:
    inner, outer = Frame(x, y, angle, scale), Frame(10, -20, 33, 1.5)
    ((once_x, once_y),) = inner.within(outer).apply([(px, py)])
    ((twice_x, twice_y),) = outer.apply(inner.apply([(px, py)]))
    assert (once_x, once_y) == pytest.approx((twice_x, twice_y), abs=1e-6)


def test_resampling_spreads_points_evenly() -> None:
    line = resample(curve((0, 0), (90, 40), (200, 0)), 21)
    steps = [math.dist(a, b) for a, b in pairwise(line)]
    assert max(steps) - min(steps) < 0.5


def test_a_ribbon_tapers() -> None:
    outline = ribbon([(float(x), 0.0) for x in range(101)], 20, 0.0, 0.0)
    height = {round(x): abs(y) for x, y in outline}
    assert height[50] == pytest.approx(10)
    assert height[0] < 0.1
    assert height[100] < 0.1


def test_edges_are_antialiased_and_insides_solid() -> None:
    canvas = Canvas(40, 40)
    canvas.brush().fill(ellipse(20, 20, 12.5, 12.5), RED)
    assert canvas.image.getpixel((20, 20)) == (*RED, 255)
    assert canvas.image.getpixel((0, 0)) == (0, 0, 0, 0)
    alphas = set(canvas.image.getchannel("A").tobytes())
    assert len(alphas) > 5


def painted(canvas: Canvas) -> tuple[int, int, int, int] | None:
    """Return the box of what is at least half covered."""
    return canvas.image.getchannel("A").point([0] * 128 + [255] * 128).getbbox()


def test_a_clipped_brush_stays_inside() -> None:
    canvas = Canvas(40, 40)
    canvas.brush().within(box(10, 10, 20, 20)).fill(box(0, 0, 40, 40), RED)
    assert painted(canvas) == (10, 10, 20, 20)
    canvas.brush().within(box(100, 100, 120, 120)).fill(box(0, 0, 40, 40), BLUE)
    assert canvas.image.getpixel((15, 15)) == (*RED, 255)


def test_a_brush_that_keeps_to_what_is_painted_adds_no_coverage() -> None:
    canvas = Canvas(40, 40)
    canvas.brush().fill(box(10, 10, 20, 20), RED)
    canvas.brush().painted().fill(box(0, 0, 40, 40), BLUE)
    assert painted(canvas) == (10, 10, 20, 20)
    assert canvas.image.getpixel((15, 15)) == (*BLUE, 255)


def test_a_gradient_runs_down_the_shape() -> None:
    canvas = Canvas(20, 100)
    canvas.brush().fill(box(0, 0, 20, 100), Gradient(RED, BLUE))
    column = [canvas.image.getpixel((10, y)) for y in (2, 50, 97)]
    reds = [pixel[0] for pixel in column if isinstance(pixel, tuple)]
    assert reds == sorted(reds, reverse=True)
    assert reds[0] > 190
    assert reds[2] < 45


def test_what_lies_off_the_canvas_is_no_trouble() -> None:
    canvas = Canvas(20, 20)
    canvas.brush().fill(ellipse(-500, 900, 30, 30), RED, soft=8)
    assert canvas.image.getbbox() is None
