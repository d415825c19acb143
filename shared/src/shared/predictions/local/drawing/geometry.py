"""Outlines as lists of points: splines, ellipses, tapered strokes. Pure; y grows downwards, lengths are in units."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

Point = tuple[float, float]
Points = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Frame:
    """A place to draw in: ``apply`` scales, then turns by ``angle`` degrees clockwise, then moves to (``x``, ``y``)."""

    x: float = 0.0
    y: float = 0.0
    angle: float = 0.0
    scale: float = 1.0

    def apply(self, points: Iterable[Point]) -> list[Point]:
        """Return the points as the surrounding frame sees them."""
        c, s = self._turn()
        return [(self.x + c * px - s * py, self.y + s * px + c * py) for px, py in points]

    def within(self, outer: "Frame") -> "Frame":
        """Return the frame that applies this one and then ``outer``."""
        ((x, y),) = outer.apply([(self.x, self.y)])
        return Frame(x, y, self.angle + outer.angle, self.scale * outer.scale)

    def _turn(self) -> tuple[float, float]:
        turn = math.radians(self.angle)
        return math.cos(turn) * self.scale, math.sin(turn) * self.scale


def points(text: str, way: int = 1) -> list[Point]:
    """Return the points written as ``"x y, x y, …"``, mirrored left to right when ``way`` is -1."""
    return [(way * x, y) for x, y in _parsed(text)]


@cache
def _parsed(text: str) -> tuple[Point, ...]:
    pairs = (pair.split() for pair in text.split(","))
    return tuple((float(x), float(y)) for x, y in pairs)


def spline(line: Points, *, closed: bool = True, detail: int = 10) -> list[Point]:
    """Return a smooth outline through ``line`` (Catmull-Rom); a point given twice in a row stays a corner."""
    count = len(line)
    if count < 3:
        return list(line)
    smooth: list[Point] = []
    for i in range(count if closed else count - 1):
        smooth.extend(_segment(_around(line, i, closed), detail))
    if not closed:
        smooth.append(line[-1])
    return smooth


def _around(line: Points, i: int, closed: bool) -> tuple[Point, Point, Point, Point]:
    if closed:
        n = len(line)
        return line[(i - 1) % n], line[i], line[(i + 1) % n], line[(i + 2) % n]
    last = len(line) - 1
    return line[max(i - 1, 0)], line[i], line[min(i + 1, last)], line[min(i + 2, last)]


def _segment(four: tuple[Point, Point, Point, Point], detail: int) -> list[Point]:
    a, b, c, d = four
    if b == c:
        return [b]
    # A doubled neighbour means a corner here: no pull from beyond it.
    out = (0.0, 0.0) if a == b else ((c[0] - a[0]) / 2, (c[1] - a[1]) / 2)
    into = (0.0, 0.0) if c == d else ((d[0] - b[0]) / 2, (d[1] - b[1]) / 2)
    return [_hermite(b, c, out, into, step / detail) for step in range(detail)]


def _hermite(b: Point, c: Point, out: Point, into: Point, t: float) -> Point:
    t2, t3 = t * t, t * t * t
    h1, h2, h3, h4 = 2 * t3 - 3 * t2 + 1, -2 * t3 + 3 * t2, t3 - 2 * t2 + t, t3 - t2
    return (
        h1 * b[0] + h2 * c[0] + h3 * out[0] + h4 * into[0],
        h1 * b[1] + h2 * c[1] + h3 * out[1] + h4 * into[1],
    )


def curve(*through: Point) -> list[Point]:
    """Return an open smooth line through points."""
    return spline(through, closed=False)


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0.0, power: float = 2.0) -> list[Point]:
    """Return an ellipse about (``x``, ``y``), turned by ``angle`` degrees; ``power`` above 2 squares it off."""
    steps = max(24, min(96, int((rx + ry) / 3)))
    outline = []
    for i in range(steps):
        turn = 2 * math.pi * i / steps
        c, s = math.cos(turn), math.sin(turn)
        outline.append((rx * _flatten(c, power), ry * _flatten(s, power)))
    return Frame(x, y, angle).apply(outline)


def _flatten(value: float, power: float) -> float:
    return math.copysign(abs(value) ** (2 / power), value)


def box(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> list[Point]:
    """Return a rectangle with round corners."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r <= 0:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    outline: list[Point] = []
    for x, y, start in (
        (right - r, top + r, -90),
        (right - r, bottom - r, 0),
        (left + r, bottom - r, 90),
        (left + r, top + r, 180),
    ):
        for step in range(9):
            turn = math.radians(start + step * 90 / 8)
            outline.append((x + r * math.cos(turn), y + r * math.sin(turn)))
    return outline


def star(x: float, y: float, outer: float, inner: float, points: int, angle: float = -90.0) -> list[Point]:
    """Return a star with ``points`` points between two radii."""
    outline = []
    for i in range(points * 2):
        turn = math.radians(angle + 180 * i / points)
        radius = inner if i % 2 else outer
        outline.append((x + radius * math.cos(turn), y + radius * math.sin(turn)))
    return outline


def flip(points: Iterable[Point], axis: float = 0.0) -> list[Point]:
    """Return the points mirrored left to right about ``axis``."""
    return [(2 * axis - x, y) for x, y in points]


def shift(points: Iterable[Point], dx: float, dy: float) -> list[Point]:
    """Return the points moved."""
    return [(x + dx, y + dy) for x, y in points]


def symmetric(half: Points) -> list[Point]:
    """Return a whole outline from its right half, given from top to bottom; points on the axis are not doubled."""
    left = [(-x, y) for x, y in reversed(half) if x != 0]
    return [*half, *left]


def ribbon(line: Points, width: float, start: float = 0.0, end: float = 0.0) -> list[Point]:
    """Return the outline of a stroke along ``line``, ``width`` thick in the middle and tapering to fractions of it."""
    last = len(line) - 1
    if last < 1:
        return list(line)
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(line):
        dx, dy = _direction(line, i)
        half = width / 2 * _swell(i / last, start, end)
        left.append((x - dy * half, y + dx * half))
        right.append((x + dy * half, y - dx * half))
    return left + right[::-1]


def _direction(line: Points, i: int) -> Point:
    before, after = line[max(i - 1, 0)], line[min(i + 1, len(line) - 1)]
    dx, dy = after[0] - before[0], after[1] - before[1]
    length = math.hypot(dx, dy) or 1.0
    return dx / length, dy / length


def _swell(t: float, start: float, end: float) -> float:
    edge = start + (end - start) * t
    return edge + (1 - edge) * math.sin(math.pi * t)


def scallops(line: Points, bump: float, depth: float) -> list[Point]:
    """Return ``line`` with round bumps of about ``bump`` length and ``depth`` height along its left-hand side."""
    out: list[Point] = []
    length = sum(math.dist(a, b) for a, b in pairwise(line))
    count = max(2, round(length / bump))
    walk = resample(line, count * 6 + 1)
    for i, (x, y) in enumerate(walk):
        dx, dy = _direction(walk, i)
        rise = depth * abs(math.sin(math.pi * i / 6))
        out.append((x + dy * rise, y - dx * rise))
    return out


def resample(line: Points, count: int) -> list[Point]:
    """Return ``count`` points evenly spaced along ``line``."""
    lengths = [0.0]
    for a, b in pairwise(line):
        lengths.append(lengths[-1] + math.dist(a, b))
    total = lengths[-1]
    out: list[Point] = []
    at = 0
    for i in range(count):
        want = total * i / (count - 1)
        while at < len(lengths) - 2 and lengths[at + 1] < want:
            at += 1
        span = lengths[at + 1] - lengths[at] or 1.0
        t = (want - lengths[at]) / span
        a, b = line[at], line[at + 1]
        out.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    return out
