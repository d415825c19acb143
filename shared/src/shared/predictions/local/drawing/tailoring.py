"""What garments share: fronts, lapels, collars, hoods, buttons. Bust units, as in ``bust``."""

from shared.predictions.local.drawing.bust import Outfit, body_outline, crew, drape
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.cloth import Cloth
from shared.predictions.local.drawing.colours import lighter
from shared.predictions.local.drawing.geometry import Point, Points, curve, flip, shift, spline


def shaded(brush: Brush, outline: Points, paint: Gradient, under: Cloth, drop: float = 7.0) -> Brush:
    """Paint a piece that throws a soft shadow on what is ``under`` it; return a brush clipped to it."""
    brush.fill(shift(outline, 0, drop), under.deep, 0.55, soft=drop * 0.75)
    brush.fill(outline, paint)
    return brush.within(outline)


def shirt_front(brush: Brush, outfit: Outfit) -> Brush:
    """Paint the shirt that shows beneath an open garment."""
    return drape(brush, outfit, body_outline(outfit.build, crew(outfit.build, 26)), outfit.inner)


def fronts(brush: Brush, outfit: Outfit, depth: float) -> Brush:
    """Paint the two fronts of an open garment, which meet at ``depth``."""
    neck = outfit.build.neck
    opening: list[Point] = [(neck * 0.7, 60), (neck * 0.3, depth * 0.7), (0, depth)]
    return drape(brush, outfit, body_outline(outfit.build, opening))


def lapels(brush: Brush, outfit: Outfit, depth: float, width: float) -> None:
    """Paint two lapels, opening from the neck's sides down to ``depth``."""
    neck = outfit.build.neck
    outer: list[Point] = [(neck + 18, -34), (neck + width, 40), (neck + width + 4, 84), (neck + width - 26, 88)]
    inner: list[Point] = [(neck + width - 2, 112), (6, depth), (2, depth - 26), (neck * 0.66, 36)]
    for way in (-1, 1):
        flap = [(way * x, y) for x, y in (*outer, *inner)]
        shaded(brush, flap, outfit.facing(way), outfit.cloth, 9)
        brush.line(flap[:3], 3, outfit.cloth.light, 0.6, ends=(1, 1))


def stand_collar(brush: Brush, outfit: Outfit, cloth: Cloth, height: float, gap: float = 0.0) -> None:
    """Paint a collar that stands round the neck, open by ``gap`` in front."""
    neck = outfit.build.neck
    top: list[Point] = [(gap, 26 - height * 0.55), (neck * 0.62, -height * 0.86), (neck + 12, -height)]
    for way in (-1, 1):
        half = [(way * x, y) for x, y in ((gap, 34.0), *top, (neck + 22, -14), (neck * 0.8, 20))]
        brush.fill(half, Gradient(cloth.light if way == outfit.side else cloth.base, cloth.shade))
        brush.line(half[1:4], 3.5, cloth.light, 0.7, ends=(1, 1))
    if gap == 0:
        brush.line([(0, 34), (0, 26 - height * 0.55)], 3, cloth.deep, 0.8, ends=(1, 1))


def points_collar(brush: Brush, outfit: Outfit, cloth: Cloth) -> None:
    """Paint a shirt's two collar points."""
    neck = outfit.build.neck
    point: list[Point] = [(neck + 14, -34), (neck + 30, 14), (neck * 0.78, 74), (4, 30), (neck * 0.6, 6)]
    for way in (-1, 1):
        shaded(brush, [(way * x, y) for x, y in point], outfit.facing(way, cloth), cloth)


def ribbed_collar(brush: Brush, outfit: Outfit, cloth: Cloth, height: float, low: float) -> None:
    """Paint a knitted collar from ``height`` above the throat's pit to ``low`` below it."""
    neck = outfit.build.neck
    half: list[Point] = [
        (neck + 12, -height * 0.9),
        (neck + 12, -height * 0.9),
        (neck + 30, -6),
        (neck * 0.7, low * 0.8),
    ]
    outline = spline([(0, -height + 34), *half, (0, low), *flip(half)[::-1]])
    inside = shaded(brush, outline, Gradient(cloth.light, cloth.base, 60.0 * outfit.side), outfit.cloth, 11)
    for i in range(-7, 8):
        x = i * neck * 0.16
        inside.line(curve((x * 1.02, -height), (x * 1.16, -10), (x * 0.95, low + 10)), 5, cloth.shade, 0.7, ends=(1, 1))
    inside.glow(-outfit.side * neck, -30, neck * 0.7, 110, cloth.deep, 0.7)


def hood_behind(brush: Brush, outfit: Outfit) -> None:
    """Paint a hood that hangs behind the neck."""
    neck, cloth = outfit.build.neck, outfit.cloth
    half: list[Point] = [(neck + 20, -112), (neck + 92, -62), (neck + 104, 40)]
    hood = spline([(0, -116), *half, (0, 110), *flip(half)[::-1]])
    brush.fill(hood, Gradient(cloth.shade, cloth.deep))
    lining = curve((-neck - 80, 30), (-neck - 66, -46), (0, -92), (neck + 66, -46), (neck + 80, 30))
    brush.within(hood).line(lining, 12, cloth.base, 0.8, ends=(1, 1))


def hood_rim(brush: Brush, outfit: Outfit, low: float) -> None:
    """Paint the hood's rolled rim, meeting in front at ``low``."""
    neck = outfit.build.neck
    outer: list[Point] = [(neck + 34, -92), (neck + 76, -34), (neck + 62, 40), (18, low + 14)]
    for way in (-1, 1):
        roll = [(way * x, y) for x, y in (*outer, (2, low), (neck * 0.8, 30), (neck + 16, -30))]
        shaded(brush, spline(roll), outfit.facing(way), outfit.cloth, 9)


def buttons(brush: Brush, outfit: Outfit, places: list[Point], radius: float) -> None:
    """Paint buttons in the trim's colour."""
    for x, y in places:
        brush.dot(x + 1.5, y + 3, radius, outfit.cloth.deep, 0.8)
        brush.dot(x, y, radius, Gradient(outfit.trim.light, outfit.trim.shade))
        shine = lighter(outfit.trim.light, 0.15)
        brush.dot(x + outfit.side * radius * 0.3, y - radius * 0.3, radius * 0.3, shine, 0.9)


def pairs(across: float, *heights: float) -> list[Point]:
    """Return places in two columns, ``across`` from the middle."""
    return [(way * across, y) for y in heights for way in (-1, 1)]
