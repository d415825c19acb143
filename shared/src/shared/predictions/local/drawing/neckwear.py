"""Scarves, ties, necklaces and what hangs on the chest. Bust units, as in ``bust``."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.geometry import box, curve, ellipse, points, spline, star
from shared.predictions.local.drawing.worn import SHADE, Worn, bead, shaded

_WHITE = (255, 255, 255)


def necklace(brush: Brush, worn: Worn) -> None:
    """A string of pearls or beads."""
    string = curve(*points("-104 6, -78 66, -30 100, 0 108, 30 100, 78 66, 104 6"))
    for x, y in string[::4]:
        brush.dot(x + 1, y + 4, 11, SHADE, 0.3)
        bead(brush, x, y, 10.5, worn.cloth)
        brush.dot(x + worn.side * 3.5, y - 4, 3.2, _WHITE, 0.9)


def pendant(brush: Brush, worn: Worn) -> None:
    """A stone in a setting, on a chain."""
    brush.line(curve(*points("-92 0, -60 90, 0 158, 60 90, 92 0")), 5, worn.trim.base, ends=(1, 1))
    brush.fill(ellipse(2, 182, 31, 31), SHADE, 0.35, soft=4)
    bead(brush, 0, 176, 29, worn.trim)
    brush.dot(0, 176, 19, Gradient(worn.cloth.light, worn.cloth.deep))
    brush.dot(worn.side * 7, 168, 5, _WHITE, 0.85)


def whistle(brush: Brush, worn: Worn) -> None:
    """A whistle on a cord."""
    for way, tone in ((-1, worn.trim.shade), (1, worn.trim.base)):
        brush.line(curve(*points("92 0, 60 110, 6 196", way)), 8, tone, ends=(1, 1))
    spot = brush.at(0, 214, 16)
    spot.fill(points("-10 -20, 62 -20, 62 0, 10 4"), Gradient(worn.cloth.light, worn.cloth.base))
    bead(spot, 0, 6, 27, worn.cloth)
    spot.dot(0, 6, 10, worn.cloth.deep)


def scarf(brush: Brush, worn: Worn) -> None:
    """A long scarf, one end hanging on the lit side."""
    hanging = brush.at(worn.side * 66)
    paint = Gradient(worn.cloth.light, worn.cloth.shade, 40.0 * worn.side)
    tail = shaded(hanging, spline(points("-42 40, 40 40, 54 300, 54 300, -40 306, -40 306")), paint, 10)
    for y in (230, 262):
        tail.line([(-70, y), (70, y)], 13, worn.trim.base, 0.9, ends=(1, 1))
    wrap = spline(points("-138 -62, 0 -28, 138 -62, 156 4, 94 62, 0 76, -94 62, -156 4"))
    inside = shaded(brush, wrap, paint, 10)
    for lift in (-26, 2, 30):
        fold = curve((-150, lift - 20), (0, lift + 16), (150, lift - 20))
        inside.line(fold, 9, worn.cloth.deep, 0.5)


def neckerchief(brush: Brush, worn: Worn) -> None:
    """A kerchief knotted in front."""
    for way in (-1, 1):
        end = spline(points("4 24, 30 18, 84 92, 84 92, 34 128, 34 128, 2 52", way))
        shaded(brush, end, Gradient(worn.cloth.base, worn.cloth.shade))
    wrap = spline(points("-112 -44, 0 -6, 112 -44, 118 2, 0 44, -118 2"))
    brush.fill(wrap, Gradient(worn.cloth.light, worn.cloth.shade, 40.0 * worn.side))
    brush.within(wrap).line(curve(*points("-110 -14, 0 20, 110 -14")), 8, worn.cloth.deep, 0.5)
    brush.fill(ellipse(0, 36, 24, 20), Gradient(worn.cloth.light, worn.cloth.shade))


def bowtie(brush: Brush, worn: Worn) -> None:
    """A bow tie."""
    for way in (-1, 1):
        lit = worn.cloth.light if way == worn.side else worn.cloth.base
        shaded(brush, spline(points("8 24, 74 -8, 86 22, 80 62, 8 42", way)), Gradient(lit, worn.cloth.shade))
        brush.line(curve(*points("18 32, 44 22, 66 20", way)), 5, worn.cloth.deep, 0.6)
    brush.fill(box(-18, 12, 18, 54, 12), Gradient(worn.cloth.light, worn.cloth.base))


def tie(brush: Brush, worn: Worn) -> None:
    """A necktie."""
    shaded(brush, points("-13 60, 13 60, 36 320, 0 362, -36 320"), Gradient(worn.cloth.base, worn.cloth.shade))
    brush.fill(points("-21 20, 21 20, 13 62, -13 62"), Gradient(worn.cloth.light, worn.cloth.base))


def stethoscope(brush: Brush, worn: Worn) -> None:
    """A stethoscope."""
    for tube in ("-96 -30, -84 110, -20 190, 40 220, 74 280", "96 -30, 84 110, 30 190"):
        brush.line(curve(*points(tube)), 13, worn.cloth.deep, ends=(1, 1))
    brush.dot(76, 292, 30, Gradient((232, 236, 240), (132, 140, 152)))
    brush.dot(76, 292, 18, (92, 100, 114))


def badge(brush: Brush, worn: Worn) -> None:
    """A star pinned to the chest."""
    x = worn.side * 136
    shaded(brush, star(x, 180, 38, 20, 5), Gradient(worn.cloth.light, worn.cloth.shade), 6)
    brush.dot(x, 180, 12, worn.cloth.light)


def lei(brush: Brush, worn: Worn) -> None:
    """A garland of flowers."""
    string = curve(*points("-128 -20, -110 90, -40 190, 0 204, 40 190, 110 90, 128 -20"))
    for i, (x, y) in enumerate(string[::4]):
        tone = worn.cloth if i % 2 else worn.trim
        brush.fill(star(x, y, 34, 20, 6, i * 25.0), Gradient(tone.light, tone.shade))
        brush.dot(x, y, 9, (246, 208, 96))
