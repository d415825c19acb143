"""Hair that is tied: knots, tails, bunches and plaits. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.colours import darker, lighter
from shared.predictions.local.drawing.geometry import Point, Points, curve, ellipse, points, shift, spline
from shared.predictions.local.drawing.hair import Lock, cap, curls, edge, forehead, gloss, paint, scattered, strands
from shared.predictions.local.drawing.hair_long import FRINGE, low_of


def tied(brush: Brush, lock: Lock) -> None:
    """Drawn tight to the head."""
    inside = paint(brush, lock, cap(lock, 17, forehead(lock, -150, 4), ends=-6))
    for way in (-1, 1):
        strands(inside, lock, points("0 -150, 4 -248", way), lock.points("142 -40, 166 -110, 30 -244", way), 20, 6)
    gloss(inside, lock, lock.points("-108 -168, 0 -202, 108 -168"), 11, 0.4)


def _lobed(brush: Brush, lock: Lock, outline: list[Point]) -> Brush:
    """Paint a bunch of hair, with ringlets if it curls."""
    inside = paint(brush, lock, edge(lock, outline))
    if lock.bumpy:
        curls(inside, lock, scattered(lock, outline, 30), 19)
    return inside


def bun_back(brush: Brush, lock: Lock) -> None:
    """A knot high on the head."""
    size = 58 + 34 * lock.hair.length
    x, y = -lock.side * 12, lock.form.crown - size * 0.62
    inside = _lobed(brush, lock, ellipse(x, y, size * 1.06, size * 0.92))
    for i, tone in enumerate((lock.shade, lock.light, lock.deep, lock.shade, lock.light)):
        r = size * (0.9 - i * 0.17)
        inside.line(ellipse(x + i * 3 * lock.side, y + i * 2, r, r * 0.82), 6, tone, 0.6, ends=(1, 1))
    gloss(inside, lock, [(x - size * 0.6, y - size * 0.28), (x, y - size * 0.68), (x + size * 0.6, y - size * 0.28)], 9)


def bun(brush: Brush, lock: Lock) -> None:
    """The tied front of a knot, with two loose locks."""
    tied(brush, lock)
    for way in (-1, 1):
        brush.line(curve(*lock.points("135 -96, 162 -30, 152 60, 166 120", way)), 12, lock.base, ends=(0.6, 0.05))


def ponytail_back(brush: Brush, lock: Lock) -> None:
    """A tail that shows beside the neck."""
    far, tip = -lock.side, low_of(lock) * 0.86
    end = (far * (lock.form.temple + 50), tip)
    outer = lock.points("40 -248, 200 -190, 254 -40, 246 180", far)
    inside = _lobed(brush, lock, spline([*outer, end, end, *lock.points("176 190, 180 0, 60 -150", far)]))
    near = [*lock.points("40 -228, 210 -100, 184 180", far), end]
    strands(inside, lock, near, [*lock.points("60 -238, 250 -80, 246 160", far), end], 14, 9)


def ponytail(brush: Brush, lock: Lock) -> None:
    """The tied front of a tail, sometimes with a fringe."""
    tied(brush, lock)
    if lock.hair.fringe:
        inside = paint(brush, lock, cap(lock, 18, lock.points(FRINGE), ends=-20))
        strands(inside, lock, lock.points("-10 -228, -150 -60"), lock.points("10 -228, 150 -60"), 24, 8)


def pigtails_back(brush: Brush, lock: Lock) -> None:
    """Two bunches, high at the sides."""
    size = 1 + lock.hair.length * 0.6
    for way in (-1, 1):
        end = (way * (lock.form.temple + 66), 120 * size)
        outer = [*lock.points("120 -150, 226 -196, 278 -120", way), (way * (lock.form.temple + 112), 20 * size)]
        inside = _lobed(brush, lock, spline([*outer, end, end, *lock.points("184 0, 160 -100", way)]))
        near, far = lock.points("150 -140, 180 -40", way), lock.points("150 -160, 270 -120", way)
        strands(inside, lock, [*near, end], [*far, end], 10, 9)


def pigtails(brush: Brush, lock: Lock) -> None:
    """The front of two bunches: a parting or a fringe, and the ties."""
    ponytail(brush, lock)
    for way in (-1, 1):
        tie = ellipse(way * (lock.form.temple + 4), -150, 15, 22, way * 30)
        brush.fill(tie, darker(lock.shine, 0.12))


def braids(brush: Brush, lock: Lock) -> None:
    """Parted in the middle, a plait before each shoulder."""
    tied(brush, lock)
    brush.line(points("0 -150, 0 -242"), 4, lock.deep, 0.7)
    for way in (-1, 1):
        end = (way * (lock.form.cheek - 6), low_of(lock))
        _plait(brush, lock, curve(*lock.points("152 30, 180 130, 178 240", way), end))


def _plait(brush: Brush, lock: Lock, line: Points) -> None:
    count = max(5, len(line) // 3)
    for i in range(count):
        x, y = line[i * (len(line) - 1) // count]
        size = 34 - 10 * i / count
        for way in (-1, 1):
            _plait_lobe(brush.at(x + way * size * 0.32, y + way * 6, way * 28), lock, size, way)
    x, y = line[-1]
    brush.fill(ellipse(x, y + 4, 17, 12), lighter(lock.shine, 0.1))
    brush.fill(spline(shift(points("-13 10, -17 58, 0 76, 17 58, 13 10"), x, y)), lock.base)


def _plait_lobe(spot: Brush, lock: Lock, size: float, way: int) -> None:
    inside = paint(spot, lock, ellipse(0, 0, size * 0.62, size * 0.86))
    inside.line(curve((-2, -size * 0.7), (way * 5, 0), (0, size * 0.7)), 4, lock.deep, 0.5)
    inside.line(curve((-8, -size * 0.5), (-way * 6, 0), (-6, size * 0.5)), 4, lock.shine, 0.4)
