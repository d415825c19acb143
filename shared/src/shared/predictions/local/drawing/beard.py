"""Facial hair. Head units, as in ``head``; beards go under the mouth, moustaches over it."""

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.colours import mix
from shared.predictions.local.drawing.features import mouth_y
from shared.predictions.local.drawing.geometry import Point, curve, ellipse, flip, points, shift, spline
from shared.predictions.local.drawing.hair import Lock, curls, edge, paint, scattered, strands
from shared.predictions.local.drawing.traits import Description

STYLES = ("stubble", "moustache", "handlebar", "walrus", "pencil", "goatee", "full", "long", "chops")
"""The facial hair there is."""

_OVER_THE_MOUTH = {
    "full": "chevron",
    "long": "walrus",
    "walrus": "walrus",
    "handlebar": "handlebar",
    "moustache": "chevron",
    "pencil": "pencil",
    "goatee": "pencil",
}
_MOUSTACHES = {
    # the right halves
    "chevron": "0 -13, 26 -17, 56 -2, 66 17, 40 14, 16 10, 0 8",
    "walrus": "0 -15, 34 -20, 70 2, 80 42, 62 56, 34 40, 10 30, 0 20",
    "handlebar": "0 -11, 32 -16, 62 0, 88 -8, 98 -40, 98 -40, 110 -6, 86 24, 50 20, 18 10, 0 7",
    "pencil": "0 -4, 24 -9, 48 0, 60 10, 60 10, 40 5, 20 0, 0 4",
}


def draw_beard(brush: Brush, inside: Brush, picture: Description, lock: Lock) -> None:
    """Paint what grows on the cheeks and the chin; ``inside`` is clipped to the head."""
    match picture.beard.style if picture.beard else "":
        case "stubble":
            _stubble(inside, picture, lock, 0.34)
        case "handlebar" | "pencil":
            _stubble(inside, picture, lock, 0.2)
        case "goatee":
            _goatee(brush, picture, lock)
        case "chops":
            _chops(brush, lock)
        case "full" | "walrus":
            _full(brush, picture, lock, 34)
        case "long":
            _full(brush, picture, lock, 190)
        case _:
            return


def draw_moustache(brush: Brush, picture: Description, lock: Lock) -> None:
    """Paint what grows over the mouth."""
    kind = _OVER_THE_MOUTH.get(picture.beard.style) if picture.beard else None
    if kind is not None:
        lift = 12 + 5 * max(0.0, picture.expression.smile)
        spot = brush.at(picture.turn * 17, mouth_y(picture.face) - lift)
        for way in (-1, 1):
            _half_moustache(spot, lock, kind, way)


def _stubble(inside: Brush, picture: Description, lock: Lock, strength: float) -> None:
    form, y = lock.form, mouth_y(picture.face)
    half = [
        (0.0, y - 26),
        (56, y - 30),
        (form.cheek * 0.72, 66),
        (form.cheek + 20, 20),
        (form.jaw + 30, form.chin + 30),
        (0, form.chin + 60),
    ]
    area = spline([*half, *flip(half[1:-1])[::-1]])
    inside.fill(area, mix(lock.base, picture.face.skin, 0.25), strength, soft=10)
    grown = [p for p in scattered(lock, area, 13) if p[1] > 60 and (abs(p[0]) > 52 or not y - 14 < p[1] < y + 22)]
    inside.within(area, soft=6).dots(grown, 1.6, lock.deep, 0.45)


def _chops(brush: Brush, lock: Lock) -> None:
    form = lock.form
    for way in (-1, 1):
        outer = [*lock.points("146 -40, 176 -10", way), (way * (form.jaw + 30), form.jaw_y - 30)]
        inner = [
            (way * (form.jaw + 8), form.jaw_y + 34),
            (way * form.jaw * 0.55, form.jaw_y + 10),
            (way * form.jaw * 0.68, 76),
        ]
        inside = paint(brush, lock, edge(lock, spline([*outer, *inner])))
        front, back = [(way * form.cheek * 0.9, -30), inner[1]], [outer[1], (way * (form.jaw + 24), form.jaw_y + 20)]
        strands(inside, lock, front, back, 10, 6)


def _goatee(brush: Brush, picture: Description, lock: Lock) -> None:
    spot, y, chin = brush.at(picture.turn * 14), mouth_y(picture.face), lock.form.chin
    half: list[Point] = [(0, y + 30), (20, y + 34), (42, y + 20), (46, chin - 14), (16, chin + 34), (0, chin + 44)]
    inside = paint(spot, lock, spline([*half, *flip(half[1:-1])[::-1]]))
    strands(inside, lock, [(-42, y + 20), (-6, chin + 40)], [(42, y + 20), (6, chin + 40)], 16, 6)


def _full(brush: Brush, picture: Description, lock: Lock, drop: float) -> None:
    form, x, y = lock.form, picture.turn * 14, mouth_y(picture.face)
    outline = _full_outline(lock, x, y, drop)
    inside = paint(brush, lock, edge(lock, outline[::-1]))
    for way in (-1, 1):
        middle = [(x + way * 8, y + 20), (way * 4, form.chin + drop)]
        low = (way * (form.chin_width + 26), form.chin + drop * 0.7)
        strands(inside, lock, middle, [(way * (form.cheek + 6), -16), (way * (form.jaw + 24), form.jaw_y), low], 22, 8)
    if lock.bumpy:
        curls(inside, lock, scattered(lock, outline, 27), 17)
    inside.fill(ellipse(x, y + 26, 44, 15), lock.deep, 0.6, soft=6)


def _full_outline(lock: Lock, x: float, y: float, drop: float) -> list[Point]:
    form = lock.form
    outer: list[Point] = [
        (form.cheek + 2, -24),
        (form.cheek + 18, 40),
        (form.jaw + 32, form.jaw_y),
        (form.chin_width + 44, form.chin + drop * 0.55),
        (0, form.chin + drop + 12),
    ]
    inner: list[Point] = [(x + 40, y - 30), (x + 76, 88), (form.cheek * 0.86, 52), (form.cheek * 0.93, -24)]
    return spline([*outer, *flip(outer[:-1])[::-1], *flip(inner, x)[::-1], (x, y - 26), *inner])


def _half_moustache(brush: Brush, lock: Lock, kind: str, way: int) -> None:
    shape = points(_MOUSTACHES[kind], way)
    outline = spline(shape)
    brush.fill(shift(outline, 0, 6), lock.deep, 0.5, soft=5)
    inside = paint(brush, lock, outline)
    if kind == "pencil":
        return
    tip = max(shape, key=lambda point: point[0] * way)[0]
    strands(inside, lock, [(0, -14), (tip * 0.5, -12), (tip, 0)], [(0, 12), (tip * 0.45, 24), (tip * 0.9, 40)], 9, 5)
    inside.line(curve((way * 4, -10), (tip * 0.4, -10), (tip * 0.7, 4)), 6, lock.shine, 0.4)
