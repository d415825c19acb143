"""Clothes for the street, for work and for the evening. Bust units, as in ``bust``."""

from shared.predictions.local.drawing.bust import FLOOR, Outfit, body_outline, crew, drape, mirrored_pair
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import lighter
from shared.predictions.local.drawing.geometry import Point, box, curve, ellipse, flip, scallops
from shared.predictions.local.drawing.tailoring import (
    buttons,
    fronts,
    lapels,
    pairs,
    points_collar,
    ribbed_collar,
    shaded,
    shirt_front,
    stand_collar,
)


def jacket(brush: Brush, outfit: Outfit) -> None:
    """A jacket over an open shirt."""
    shirt_front(brush, outfit)
    points_collar(brush, outfit, outfit.inner)
    fronts(brush, outfit, 270)
    lapels(brush, outfit, 270, 62)
    buttons(brush, outfit, [(-6, 310), (-6, 400)], 11)


def suit(brush: Brush, outfit: Outfit) -> None:
    """A suit with shirt and tie."""
    shirt_front(brush, outfit)
    blade = [(-13.0, 62.0), (13, 62), (34, 330), (0, 370), (-34, 330)]
    shaded(brush, blade, Gradient(outfit.trim.base, outfit.trim.shade), outfit.inner)
    brush.fill([(-20, 22), (20, 22), (13, 62), (-13, 62)], Gradient(outfit.trim.light, outfit.trim.base))
    points_collar(brush, outfit, outfit.inner)
    fronts(brush, outfit, 290)
    lapels(brush, outfit, 290, 54)
    buttons(brush, outfit, [(-6, 330)], 10)


def coat(brush: Brush, outfit: Outfit) -> None:
    """A double-breasted coat over a roll-neck."""
    shirt_front(brush, outfit)
    ribbed_collar(brush, outfit, outfit.inner, 92, 54)
    fronts(brush, outfit, 230)
    lapels(brush, outfit, 232, 104)
    buttons(brush, outfit, pairs(outfit.build.neck * 0.9, 270, 350, 430), 14)


def uniform(brush: Brush, outfit: Outfit) -> None:
    """A livery: piping, shoulder boards, two rows of buttons."""
    build, trim = outfit.build, outfit.trim
    inside = drape(brush, outfit, body_outline(build, crew(build, 10)))
    for way in (-1, 1):
        piping = curve((way * build.neck * 0.4, 40), (way * build.neck * 0.92, 150), (way * build.neck * 0.8, FLOOR))
        inside.line(piping, 5, trim.base, 0.9, ends=(1, 1))
        spot = brush.at(way * build.shoulder * 0.76, 36 + build.drop * 0.4, way * (14 + build.drop * 0.22))
        shaded(spot, box(-62, -17, 58, 17, 14), Gradient(trim.light, trim.shade), outfit.cloth)
    inside.line([(0, 30), (0, FLOOR)], 4, outfit.cloth.deep, 0.8, ends=(1, 1))
    stand_collar(brush, outfit, outfit.cloth, 78)
    for way in (-1, 1):
        rim = [(way * 4, -17.0), (way * build.neck * 0.62, -67), (way * (build.neck + 12), -78)]
        brush.line(rim, 6, trim.base, ends=(1, 1))
    buttons(brush, outfit, pairs(build.neck * 0.62, 96, 176, 256, 336, 416), 13)


def chef(brush: Brush, outfit: Outfit) -> None:
    """A cook's jacket."""
    build = outfit.build
    inside = drape(brush, outfit, body_outline(build, crew(build, 10)))
    fold = curve((-build.neck * 0.3, 20), (-build.neck * 1.1, 110), (-build.neck * 1.2, FLOOR))
    inside.line(fold, 6, outfit.cloth.deep, 0.7, ends=(1, 1))
    stand_collar(brush, outfit, outfit.cloth, 70, gap=10)
    buttons(brush, outfit, pairs(build.neck * 0.66, 120, 205, 290, 375), 12)


def gown(brush: Brush, outfit: Outfit) -> None:
    """An evening dress off the shoulders; the shoulders are painted before."""
    build = outfit.build
    edge: list[Point] = [(build.neck * 0.8, 96), (build.shoulder * 0.52, 84), (build.shoulder * 0.86, 106)]
    side: list[Point] = [(build.shoulder + 4, 190), (build.shoulder + 8, 280), (build.chest + 4, FLOOR)]
    inside = drape(brush, outfit, mirrored_pair(curve((0, 132), *edge, *side)))
    band = curve(*flip(edge)[::-1], (0, 132), *edge)
    inside.line(band, 26, outfit.trim.base, 0.95, ends=(0.9, 0.9))
    for i in range(-3, 4):
        inside.line(curve((i * 30, 150), (i * 46, 300), (i * 66, FLOOR)), 7, outfit.cloth.shade, 0.6, ends=(0.1, 1))


def lace_behind(brush: Brush, outfit: Outfit) -> None:
    """The collar of a high gown, standing behind the neck."""
    neck = outfit.build.neck
    half: list[Point] = [(neck * 0.4, -128), (neck + 66, -86), (neck + 92, -2)]
    rise = curve(*flip(half)[::-1], *half)
    brush.fill([*scallops(rise, 34, 17), (0, 60)], Gradient(outfit.inner.base, outfit.inner.shade))


def high_gown(brush: Brush, outfit: Outfit) -> None:
    """A gown closed to the chin, with three ruffles and a brooch."""
    build, neck, lace = outfit.build, outfit.build.neck, outfit.inner
    inside = drape(brush, outfit, body_outline(build, crew(build, 20)))
    for i in range(-4, 5):
        inside.line(curve((i * 24, 130), (i * 44, 300), (i * 62, FLOOR)), 7, outfit.cloth.shade, 0.6, ends=(0.1, 1))
    for low, wide in ((128, 1.5), (86, 1.25), (46, 1.05)):
        half: list[Point] = [(neck * wide + 16, -6), (neck * 0.8, low * 0.72)]
        ruffle = [*scallops(curve(*half, (0, low), *flip(half)[::-1]), 32, 13), (0.0, -30.0)]
        shaded(brush, ruffle, Gradient(lace.light, lace.shade), outfit.cloth, 8)
    stand_collar(brush, outfit, lace, 96)
    brush.fill(ellipse(0, 22, 17, 21), Gradient(outfit.trim.light, outfit.trim.deep))
    brush.dot(outfit.side * 5, 15, 5, lighter(outfit.trim.light, 0.2))
