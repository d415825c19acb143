"""Glasses, patches, jewels of the ear and what is worn in the hair. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import darker, lighter
from shared.predictions.local.drawing.eyes import EYE_X
from shared.predictions.local.drawing.geometry import Point, box, curve, ellipse, points, shift, spline, star
from shared.predictions.local.drawing.worn import SHADE, Worn, bead, shaded

_GLASS = (214, 236, 240)
_WHITE = (255, 255, 255)


def _frames(brush: Brush, worn: Worn, lens: list[Point], thick: float) -> None:
    """Paint two lenses of the shape given for the right eye, about its middle."""
    for way in (-1, 1):
        rim = [(way * (x + EYE_X + 2), y + 3) for x, y in lens]
        closed = [*rim, rim[0]]
        brush.line(shift(closed, 2, 7), thick, SHADE, 0.22, ends=(1, 1))
        brush.fill(rim, _GLASS, 0.10)
        brush.within(rim).fill(shift(points("-40 -60, -8 -60, -52 60, -84 60"), way * EYE_X, 0), _WHITE, 0.16)
        brush.line(closed, thick, worn.cloth.shade, ends=(1, 1))
        brush.line(shift(closed, -1, -1.5), thick * 0.5, worn.cloth.light, 0.9, ends=(1, 1))
        temple = [(way * (EYE_X + 56), -4.0), (way * (worn.form.cheek + 4), -14.0)]
        brush.line(temple, thick, worn.cloth.shade, ends=(1, 1))
    brush.line(curve((-20, -2), (0, -12), (20, -2)), thick, worn.cloth.base, ends=(1, 1))


def round_glasses(brush: Brush, worn: Worn) -> None:
    """Round glasses."""
    _frames(brush, worn, ellipse(0, 0, 55, 53), 8)


def square_glasses(brush: Brush, worn: Worn) -> None:
    """Square glasses with thick rims."""
    _frames(brush, worn, box(-56, -42, 56, 42, 20), 11)


def cat_eye_glasses(brush: Brush, worn: Worn) -> None:
    """Glasses that sweep up at the corners."""
    _frames(brush, worn, spline(points("-52 -26, 0 -40, 72 -54, 72 -54, 58 6, 26 40, -20 42, -50 14")), 11)


def sunglasses(brush: Brush, worn: Worn) -> None:
    """Dark glasses."""
    rim = darker(worn.cloth.deep, 0.15)
    for way in (-1, 1):
        lens = spline(points("19 -34, 73 -44, 133 -38, 131 6, 103 42, 47 44, 19 14", way))
        brush.fill(lens, Gradient(darker(worn.cloth.deep, 0.1), worn.cloth.base))
        brush.within(lens).fill(shift(points("-30 -60, 2 -60, -44 60, -76 60"), way * EYE_X, 0), _WHITE, 0.22)
        brush.line([*lens, lens[0]], 8, rim, ends=(1, 1))
        brush.line([(way * (EYE_X + 56), -14), (way * (worn.form.cheek + 4), -18)], 9, rim, ends=(1, 1))
    brush.line(curve((-20, -16), (0, -22), (20, -16)), 9, rim, ends=(1, 1))


def monocle(brush: Brush, worn: Worn) -> None:
    """A monocle on a cord."""
    x = worn.side * (EYE_X + 2)
    cord = shift(points("40 36, 70 120, 30 250, 60 380", worn.side), x, 0)
    brush.line(curve(*cord), 4, worn.trim.light, 0.9, ends=(1, 1))
    ring = ellipse(x, 2, 50, 50)
    brush.fill(ring, _GLASS, 0.14)
    brush.line([*ring, ring[0]], 9, worn.cloth.base, ends=(1, 1))


def eyepatch(brush: Brush, worn: Worn) -> None:
    """A patch over the eye in the shade."""
    strap = curve(*worn.points("158 -50, 73 -34, -40 -120, -150 -168", -worn.side))
    brush.line(strap, 10, worn.cloth.deep, ends=(1, 1))
    patch = spline(shift(points("-52 -34, 0 -46, 52 -34, 44 22, 0 48, -44 22"), -worn.side * EYE_X, 0))
    shaded(brush, patch, Gradient(worn.cloth.base, worn.cloth.deep), 6)


def mask(brush: Brush, worn: Worn) -> None:
    """A domino mask."""
    edge = "-160 -46, -90 -70, 0 -40, 90 -70, 160 -46, 136 34, 74 52, 0 22, -74 52, -136 34"
    outline = spline(worn.points(edge))
    ring = [*outline, outline[0]]
    for way in (-1, 1):
        hole = ellipse(way * EYE_X, 0, 46, 31)
        ring += [hole[0], *reversed(hole), outline[0]]
    brush.fill(ring, Gradient(worn.cloth.light, worn.cloth.shade))


def hoops(brush: Brush, worn: Worn) -> None:
    """Hoop earrings."""
    for way in (-1, 1):
        ring = ellipse(way * (worn.form.cheek + 12), 96, 19, 28)
        brush.line([*ring, ring[0]], 7, worn.cloth.base, ends=(1, 1))
        brush.line(ring[12:20], 4, lighter(worn.cloth.light, 0.1), 0.9)


def studs(brush: Brush, worn: Worn) -> None:
    """Stud earrings."""
    for way in (-1, 1):
        bead(brush, way * (worn.form.cheek + 10), 60, 10, worn.cloth)


def drops(brush: Brush, worn: Worn) -> None:
    """Drop earrings."""
    for way in (-1, 1):
        spot = brush.at(way * (worn.form.cheek + 11), 60)
        spot.line([(0, 0), (0, 32)], 4, worn.trim.base, ends=(1, 1))
        spot.fill(spline(points("0 24, 14 52, 0 68, -14 52")), Gradient(worn.cloth.light, worn.cloth.shade))
        spot.dot(worn.side * 4, 48, 4, _WHITE, 0.85)


def headphones(brush: Brush, worn: Worn) -> None:
    """Large headphones."""
    arc = curve(*worn.points("-182 -10, -194 -150, -90 -272, 0 -302, 90 -272, 194 -150, 182 -10"))
    brush.line(arc, 27, worn.cloth.shade, ends=(0.8, 0.8))
    brush.line(shift(arc, 0, -4), 11, worn.cloth.light, 0.9, ends=(0.5, 0.5))
    for way in (-1, 1):
        spot = brush.at(way * (worn.form.cheek + 24), 14, way * -5)
        spot.fill(box(-way * 34 - 20, -56, -way * 34 + 20, 56, 20), darker(worn.cloth.deep, 0.08))
        lit = worn.cloth.light if way == worn.side else worn.cloth.base
        spot.fill(box(-34, -66, 34, 66, 30), Gradient(lit, worn.cloth.deep))
        spot.fill(ellipse(way * 6, 0, 20, 40), worn.trim.base)
        spot.fill(ellipse(way * 6, -4, 12, 26), worn.trim.light, 0.6)


def flower(brush: Brush, worn: Worn) -> None:
    """A flower behind the ear."""
    spot = brush.at(worn.side * (worn.form.cheek - 8), -96)
    spot.fill(ellipse(worn.side * 34, 22, 34, 13, 30 * worn.side), (84, 124, 72))
    spot.fill(star(0, 0, 52, 32, 6), Gradient(worn.cloth.light, worn.cloth.shade))
    spot.fill(star(0, 0, 36, 20, 6, 30.0), Gradient(worn.cloth.light, worn.cloth.base))
    spot.dot(0, 0, 13, (246, 208, 96))


def hairclip(brush: Brush, worn: Worn) -> None:
    """A clip in the hair."""
    spot = brush.at(worn.side * worn.form.temple * 0.82, -128, worn.side * 52)
    spot.fill(box(-40, -9, 40, 9, 8), Gradient(worn.cloth.light, worn.cloth.shade))
    spot.fill(star(0, 0, 21, 9, 5), worn.trim.light)


def feather(brush: Brush, worn: Worn) -> None:
    """A feather in the hair."""
    spot = brush.at(worn.side * (worn.form.temple + 2), -150, worn.side * 24)
    vane = spline(points("0 40, 26 -40, 20 -140, 0 -182, 0 -182, -20 -130, -24 -40"))
    spot.fill(vane, Gradient(worn.cloth.light, worn.cloth.shade))
    spot.line(curve((0, 60), (3, -60), (0, -176)), 4, worn.trim.light, 0.9)
