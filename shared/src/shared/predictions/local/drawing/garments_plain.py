"""Everyday clothes. Bust units, as in ``bust``."""

from dataclasses import replace

from shared.predictions.local.drawing.bust import FLOOR, Outfit, body_outline, crew, drape, mirrored_pair, vee
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.geometry import Point, box, curve, flip, spline
from shared.predictions.local.drawing.tailoring import (
    buttons,
    fronts,
    hood_rim,
    points_collar,
    ribbed_collar,
    shaded,
    shirt_front,
)


def tee(brush: Brush, outfit: Outfit) -> None:
    """A round-necked shirt."""
    neckline = crew(outfit.build)
    inside = drape(brush, outfit, body_outline(outfit.build, neckline))
    end = (outfit.build.neck + 22, -14)
    rim = curve((-end[0], end[1]), *flip(neckline[:-1]), *reversed(neckline), end)
    inside.line(rim, 22, outfit.trim.base if outfit.garment.pattern else outfit.cloth.shade, 0.9, ends=(1, 1))


def tank(brush: Brush, outfit: Outfit) -> None:
    """A sleeveless top; the shoulders are painted before."""
    build = outfit.build
    top: list[Point] = [(0, 96), (build.neck + 4, 70), (build.neck + 26, -4), (build.neck + 74, 16)]
    side: list[Point] = [(build.shoulder * 0.66, 150), (build.shoulder * 0.80, 240), (build.chest * 0.86, FLOOR)]
    drape(brush, outfit, mirrored_pair(curve(*top, *side)))


def sweater(brush: Brush, outfit: Outfit) -> None:
    """A knitted jumper."""
    tee(brush, outfit)
    ribbed_collar(brush, outfit, outfit.cloth, 30, 30)


def rollneck(brush: Brush, outfit: Outfit) -> None:
    """A jumper with a tall collar."""
    drape(brush, outfit, body_outline(outfit.build, crew(outfit.build, 12)))
    ribbed_collar(brush, outfit, outfit.cloth, 104, 44)


def shirt(brush: Brush, outfit: Outfit) -> None:
    """A buttoned shirt."""
    inside = drape(brush, outfit, body_outline(outfit.build, vee(outfit.build, 66)))
    inside.line([(8, 60), (10, FLOOR)], 5, outfit.cloth.deep, 0.6, ends=(1, 1))
    points_collar(brush, outfit, outfit.cloth)
    buttons(brush, outfit, [(-2, y) for y in (110, 200, 290, 380)], 8)


def raincoat(brush: Brush, outfit: Outfit) -> None:
    """A hooded coat, buttoned over a shirt."""
    shirt_front(brush, outfit)
    points_collar(brush, outfit, outfit.inner)
    fronts(brush, outfit, 128).line([(18, 110), (20, FLOOR)], 5, outfit.cloth.deep, 0.7, ends=(1, 1))
    hood_rim(brush, outfit, 130)
    buttons(brush, outfit, [(-4, y) for y in (180, 280, 380)], 13)


def hoodie(brush: Brush, outfit: Outfit) -> None:
    """A hooded sweatshirt with cords."""
    drape(brush, outfit, body_outline(outfit.build, crew(outfit.build, 60)))
    hood_rim(brush, outfit, 96)
    for way in (-1, 1):
        end = (way * 38, 226 + way * 10)
        brush.line(curve((way * 36, 74), (way * 44, 140), end), 8, outfit.trim.base, ends=(1, 1))
        brush.line([end, (end[0], end[1] + 20)], 11, outfit.trim.shade, ends=(1, 1))


def dungarees(brush: Brush, outfit: Outfit) -> None:
    """A bib and straps over a shirt."""
    neck = outfit.build.neck
    tee(brush, replace(outfit, cloth=outfit.inner, inner=outfit.trim))
    for way in (-1, 1):
        strap = curve((way * neck * 1.56, 222), (way * neck * 1.72, 100), (way * neck * 1.8, 6))
        brush.line(strap, 42, outfit.cloth.base, ends=(1, 1))
    bib = box(-neck * 1.7, 196, neck * 1.7, FLOOR + 40, 22)
    shaded(brush, bib, Gradient(outfit.cloth.light, outfit.cloth.shade), outfit.inner, 8)
    pocket = box(-66, 300, 66, 420, 16)
    brush.fill(pocket, outfit.cloth.base)
    for seam in (box(-neck * 1.56, 212, neck * 1.56, FLOOR + 60, 16), pocket):
        brush.line([*seam, seam[0]], 3.5, outfit.trim.base, 0.6, ends=(1, 1))
    buttons(brush, outfit, [(way * neck * 1.46, 226) for way in (-1, 1)], 15)


def vest(brush: Brush, outfit: Outfit) -> None:
    """A waistcoat over a shirt."""
    build = outfit.build
    shirt_front(brush, outfit)
    outer: list[Point] = [(build.neck + 24, -8), (build.neck + 90, 30 + build.drop * 0.2), (build.shoulder * 0.74, 180)]
    lower: list[Point] = [(build.shoulder * 0.72, 300), (build.chest * 0.8, FLOOR), (8, FLOOR), (6, 236)]
    for way in (-1, 1):
        front = [(way * x, y) for x, y in (*outer, *lower, (build.neck * 0.7, 80))]
        shaded(brush, spline(front), outfit.facing(way), outfit.inner)
    points_collar(brush, outfit, outfit.inner)
    buttons(brush, outfit, [(-16, y) for y in (270, 340, 410)], 10)
