"""Clothes for other worlds: robes, armour, cloaks, spacesuits. Bust units, as in ``bust``."""

from shared.predictions.local.drawing.bust import FLOOR, Outfit, body_outline, crew, drape, vee
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import darker, lighter
from shared.predictions.local.drawing.geometry import Point, box, curve, ellipse, flip, shift, spline, star
from shared.predictions.local.drawing.tailoring import fronts, shaded, shirt_front, stand_collar


def robe(brush: Brush, outfit: Outfit) -> None:
    """A wrapped robe with a broad band."""
    neck = outfit.build.neck
    shirt_front(brush, outfit)
    fronts(brush, outfit, 240)
    inside = brush.within(body_outline(outfit.build, vee(outfit.build, 20)))
    for way in (1, -1):
        band = curve((way * (neck + 20), -40), (way * neck * 0.86, 60), (way * -14, 250), (way * -70, FLOOR))
        inside.line(shift(band, 4, 8), 56, outfit.cloth.deep, 0.5, ends=(1, 1))
        brush.line(band, 50, outfit.trim.base, ends=(0.95, 1))
        brush.line(shift(band, -way * 16, 0), 5, outfit.trim.light, 0.8, ends=(1, 1))


def armour(brush: Brush, outfit: Outfit) -> None:
    """A breastplate, a gorget and layered shoulder guards."""
    build, metal, side = outfit.build, outfit.cloth, outfit.side
    inside = drape(brush, outfit, body_outline(build, crew(build, 14)))
    half: list[Point] = [(build.neck * 1.8, 74), (build.shoulder * 0.7, 250), (build.shoulder * 0.6, FLOOR)]
    inside.fill(spline([(0, 112), *half, *flip(half)[::-1]]), Gradient(metal.light, metal.shade, 40.0 * side))
    inside.line(curve((0, 112), (4, 260), (0, FLOOR)), 8, metal.deep, 0.7, ends=(1, 1))
    gleam = curve((side * 60, 130), (side * 92, 260), (side * 80, FLOOR))
    inside.line(gleam, 22, lighter(metal.light, 0.12), 0.6, ends=(0.1, 0.1))
    for way in (-1, 1):
        for i in range(3):
            _shoulder_guard(brush, outfit, way, i)
    stand_collar(brush, outfit, metal, 84)
    brush.fill(star(0, 178, 34, 15, 8), Gradient(outfit.trim.light, outfit.trim.shade))


def _shoulder_guard(brush: Brush, outfit: Outfit, way: int, i: int) -> None:
    build, metal = outfit.build, outfit.cloth
    spot = brush.at(way * (build.shoulder * 0.86 + i * 10), 78 + build.drop * 0.4 + i * 46, way * (24 + i * 8))
    plate = ellipse(0, 0, 104 - i * 10, 62 - i * 6, power=2.6)
    shaded(spot, plate, Gradient(metal.light, metal.shade if i else metal.base), metal, 8)
    rim = curve((-90 + i * 9, 30), (0, 52 - i * 5), (90 - i * 9, 30))
    spot.line(rim, 7, outfit.trim.base, 0.95, ends=(0.8, 0.8))


def cloak(brush: Brush, outfit: Outfit) -> None:
    """A cloak held by a clasp, over a shirt."""
    shirt_front(brush, outfit)
    for way in (-1, 1):
        _cloak_side(brush, outfit, way)
    brush.fill(star(0, 64, 32, 24, 8), Gradient(outfit.trim.light, outfit.trim.shade))
    brush.dot(0, 64, 12, outfit.inner.light)


def _cloak_side(brush: Brush, outfit: Outfit, way: int) -> None:
    build = outfit.build
    shoulder: list[Point] = [(10, 62), (build.neck + 30, -26), (build.shoulder * 0.7, 20), (build.shoulder + 44, 150)]
    hem: list[Point] = [(build.shoulder + 70, FLOOR), (build.neck * 1.5, FLOOR), (build.neck * 0.9, 220)]
    fall = spline([(way * x, y) for x, y in (*shoulder, *hem)])
    tone = outfit.cloth.light if way == outfit.side else outfit.cloth.base
    inside = shaded(brush, fall, Gradient(tone, outfit.cloth.shade), outfit.inner, 10)
    for i in range(4):
        fold = curve((way * (60 + i * 34), 40), (way * (96 + i * 58), 220), (way * (110 + i * 66), FLOOR))
        inside.line(fold, 10, outfit.cloth.shade, 0.6, ends=(0.1, 1))
    border = curve((way * 10, 62), (way * build.neck * 0.9, 220), (way * build.neck * 1.5, FLOOR))
    brush.line(border, 9, outfit.trim.base, 0.9, ends=(1, 1))


def spacesuit(brush: Brush, outfit: Outfit) -> None:
    """A pressure suit with a neck ring and a chest panel."""
    build, metal = outfit.build, outfit.inner
    inside = drape(brush, outfit, body_outline(build, crew(build, 10)))
    for way in (-1, 1):
        piping = [(build.shoulder * 0.5, 30), (build.shoulder * 0.56, 250), (build.shoulder * 0.44, FLOOR)]
        inside.line(curve(*((way * x, y) for x, y in piping)), 26, outfit.trim.base, 0.95, ends=(1, 1))
    ring = ellipse(0, 18, build.neck + 78, 58, power=2.3)
    shaded(brush, ring, Gradient(metal.light, metal.deep, 40.0 * outfit.side), outfit.cloth, 13)
    brush.fill(ellipse(0, 8, build.neck + 48, 36, power=2.3), outfit.cloth.deep)
    brush.fill(box(-76, 210, 76, 330, 18), Gradient(metal.base, metal.shade))
    brush.dots([(-44, 244), (0, 244), (44, 244)], 13, outfit.trim.light)
    brush.fill(box(-56, 282, 56, 306, 10), darker(metal.deep, 0.1))
