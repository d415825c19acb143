"""Nose, mouth and the marks a life leaves. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import Colour, darker, lighter, lightness, mix
from shared.predictions.local.drawing.eyes import INK
from shared.predictions.local.drawing.geometry import Point, curve, ellipse, points, spline, symmetric
from shared.predictions.local.drawing.head import Skin
from shared.predictions.local.drawing.traits import Description, Expression, Face

_NOSES = {
    # half width at the nostrils, length, how far the tip turns up
    "straight": (27, 30, 0),
    "button": (25, 16, 7),
    "broad": (37, 26, 1),
    "long": (27, 44, -3),
    "hooked": (28, 42, -7),
    "snub": (29, 20, 9),
    "narrow": (21, 32, 0),
    "bulbous": (36, 34, 0),
}

NOSES = tuple(_NOSES)
"""The noses there are."""


def _nose_of(face: Face) -> tuple[int, int, int]:
    return _NOSES.get(face.nose, _NOSES["straight"])


def draw_nose(brush: Brush, picture: Description, skin: Skin) -> None:
    """Paint the nose: a plane of shade, a shadow beneath, a lit ridge and tip."""
    wide, long, lift = _nose_of(picture.face)
    far, x, base = -picture.scene.side, picture.turn * 24, 60.0 + long
    shaded = [(x * 0.5 + far * 13, -22.0), (x * 0.7 + far * 15, 14), (x + far * wide * 0.75, base - 24)]
    under = [(x + far * wide, base), (x + far * 6, base + 2 - lift), (x + far * 5, base - 40), (x * 0.6 + far * 7, -10)]
    brush.fill(spline([*shaded, *under]), skin.shade, 0.9, soft=3)
    tip = brush.at(x, base)
    _underside(tip, skin, wide, lift)
    _nostrils(tip, skin, wide)
    tip.glow(0, -14, wide * 0.8, 17, skin.blush, 0.35)
    tip.glow(-far * 5, -17, 12, 9, lighter(skin.light, 0.1), 0.75)
    ridge = curve((x * 0.6 - far * 2, -6), (x * 0.8 - far * 3, 24), (x - far * 4, base - 30))
    brush.line(ridge, 8, skin.light, 0.5, ends=(0.1, 0.4))


def _underside(tip: Brush, skin: Skin, wide: float, lift: float) -> None:
    half = [(0.0, 9 - lift), (wide * 0.4, 3 - lift), (wide, -3), (wide * 0.5, 10), (0, 15)]
    tip.fill(spline(symmetric(half)), skin.deep, 0.55, soft=2.5)


def _nostrils(tip: Brush, skin: Skin, wide: float) -> None:
    for way in (-1, 1):
        hole = curve((way * wide * 0.2, 3), (way * wide * 0.45, -1), (way * wide * 0.66, 4))
        tip.line(hole, 5.5, darker(skin.deep, 0.14), 0.8)
        wing = curve((way * wide * 0.86, -20), (way * wide * 1.06, -6), (way * wide * 0.86, 5))
        tip.line(wing, 4, skin.deep, 0.6)


def mouth_y(face: Face) -> float:
    """Return how far below the eyes the mouth is: longer noses push it down."""
    return 112 + _nose_of(face)[1]


def draw_mouth(brush: Brush, picture: Description, skin: Skin, colour: Colour) -> None:
    """Paint the mouth; ``colour`` is the lips'."""
    mood, face = picture.expression, picture.face
    spot = brush.at(picture.turn * 17, mouth_y(face))
    width = 44 + 12 * max(0.0, mood.smile) - 12 * mood.wide + 5 * face.lips
    if mood.open <= 0.12:
        _closed_mouth(spot, mood, face.lips, width, colour, skin)
    elif mood.wide > 0.5:
        _round_mouth(spot, mood, colour, skin)
    else:
        _laughing_mouth(spot, mood, width, colour, skin)


def _corners(mood: Expression, width: float) -> tuple[Point, Point]:
    rise, skew = -16 * mood.smile, 7 * mood.lopsided
    return (-width, rise + skew), (width, rise - skew)


def _closed_mouth(brush: Brush, mood: Expression, lips: float, width: float, colour: Colour, skin: Skin) -> None:
    left, right = _corners(mood, width)
    full = 6 + 13 * lips
    sides = [(-width * 0.45, left[1] * 0.12 + 3), (0, 2 + 3.5 * lips), (width * 0.45, right[1] * 0.12 + 3)]
    parting = curve(left, *sides, right)
    bow = [(width * 0.42, -full * 0.52), (9, -full * 0.78), (0, -full * 0.55), (-9, -full * 0.78)]
    upper = [*parting, *curve(right, *bow, (-width * 0.42, -full * 0.52), left)]
    lower = [
        *parting,
        *curve(right, (width * 0.5, full * 0.86), (0, full * 1.3 + 2), (-width * 0.5, full * 0.86), left),
    ]
    brush.glow(0, full * 1.5 + 12, width * 0.62, 15, skin.shade, 0.75)
    brush.fill(upper, darker(colour, 0.05), 0.9)
    brush.fill(lower, colour, 0.9)
    brush.within(lower).glow(-4, full * 0.62, width * 0.5, full * 0.5, lighter(colour, 0.12), 0.7)
    brush.line(parting, 5.5, mix(darker(colour, 0.3), INK, 0.4), 0.95, ends=(0.35, 0.35))
    for x, y in (left, right):
        brush.glow(x, y, 12, 10, skin.deep, 0.5)


def _round_mouth(brush: Brush, mood: Expression, colour: Colour, skin: Skin) -> None:
    outline = ellipse(0, 10, 17 + 8 * mood.open, 16 + 18 * mood.open)
    _cavity(brush, outline, colour, 20 + 48 * mood.open, 24)
    brush.glow(0, 44 + 48 * mood.open, 26, 12, skin.shade, 0.7)


def _laughing_mouth(brush: Brush, mood: Expression, width: float, colour: Colour, skin: Skin) -> None:
    left, right = _corners(mood, width)
    deep, sag = 20 + 48 * mood.open, 7 - 6 * max(0.0, mood.smile)
    upper = curve(left, (-width * 0.5, sag - 4), (0, sag), (width * 0.5, sag - 4), right)
    lower = curve(right, (width * 0.62, deep * 0.7), (0, deep), (-width * 0.62, deep * 0.7), left)
    inside = _cavity(brush, [*upper, *lower], colour, deep, width * 0.55)
    teeth = [(-width, -30), (width, -30), (width * 0.9, right[1] + 14), (0, 17), (-width * 0.9, left[1] + 14)]
    inside.fill(spline(teeth), Gradient((255, 251, 244), (236, 228, 222)))
    for x, y in (left, right):
        brush.glow(x, y, 13, 12, skin.deep, 0.55)
    brush.glow(0, deep + 24, width * 0.55, 12, skin.shade, 0.7)


def _cavity(brush: Brush, outline: list[Point], colour: Colour, deep: float, tongue: float) -> Brush:
    brush.fill(outline, colour, 0.95, soft=1)
    brush.line([*outline, outline[0]], 8, colour, ends=(1, 1))
    brush.fill(outline, (74, 22, 32))
    inside = brush.within(outline)
    inside.fill(ellipse(0, deep + 4, tongue, deep * 0.42), (206, 92, 92))
    return inside


def lip_colour(face: Face, skin: Skin) -> Colour:
    """Return the lips' colour: near the skin's own, redder the fuller they are painted."""
    natural = mix(skin.shade, (176, 58, 66), 0.34 if lightness(skin.base) > 0.5 else 0.28)
    return mix(natural, (178, 40, 56), 0.42) if face.lashes and face.lips > 0.55 else natural


_FRECKLES = (
    "-112 45, -96 63, -82 49, -66 64, -104 77, -50 54, -84 80, -22 51, 0 36, 18 51, 46 54, 64 69, 80 46, 94 65, "
    "108 45, 100 80, 82 83"
)


def draw_marks(brush: Brush, picture: Description, skin: Skin) -> None:
    """Paint what stays on a face: freckles, a mole, a scar, the lines of age."""
    face, spot = picture.face, brush.at(picture.turn * 13)
    if "freckles" in face.marks:
        spot.dots(points(_FRECKLES), 3.6, skin.deep, 0.6)
    if "mole" in face.marks:
        spot.dot(-74, 62, 5, darker(skin.deep, 0.2))
    if "scar" in face.marks:
        tissue = mix(skin.light, (235, 170, 160), 0.5)
        spot.line(curve((92, -78), (84, -34), (88, 40)), 7, tissue, 0.9, ends=(0.1, 0.1))
    if face.age > 0.6:
        _lines_of_age(spot, skin)


def _lines_of_age(spot: Brush, skin: Skin) -> None:
    for way in (-1, 1):
        spot.line(curve(*points("40 88, 66 112, 74 146", way)), 5, skin.deep, 0.5, ends=(0.1, 0.1))
        for lift in (-8, 4):
            spot.line(curve((way * 112, lift), (way * 124, lift * 1.6), (way * 134, lift * 3)), 3, skin.deep, 0.5)
    for y in (-128, -108):
        spot.line(curve((-64, y + 5), (-10, y), (64, y + 6)), 3.4, skin.deep, 0.35, ends=(0.05, 0.05))
