"""A human-like head: its outline, ears, neck and the light on the skin.

Head units: the eyes at 0, the crown at -228, the chin at about 220.
"""

from dataclasses import dataclass

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import Colour, darker, lighter, mix, vivid
from shared.predictions.local.drawing.geometry import Point, curve, ellipse, flip, points, spline, symmetric
from shared.predictions.local.drawing.traits import Description, Face, Scene

_CROWN = -228.0
_USUAL_CHEEK = 156.0

_SHAPES = {
    # half widths at temple, cheek, jaw and chin; heights of jaw and chin
    "oval": (150, 153, 124, 54, 140, 224),
    "round": (156, 167, 143, 70, 134, 208),
    "square": (152, 156, 148, 84, 150, 220),
    "heart": (160, 157, 112, 38, 128, 224),
    "long": (141, 143, 120, 56, 160, 246),
    "diamond": (143, 161, 116, 42, 136, 228),
    "pear": (142, 160, 158, 90, 138, 212),
}

SHAPES = tuple(_SHAPES)
"""The head shapes there are."""


@dataclass(frozen=True, slots=True)
class HeadForm:
    """A head's measures in head units, and its outline."""

    temple: float
    cheek: float
    jaw: float
    chin_width: float
    jaw_y: float
    chin: float
    crown: float
    outline: tuple[Point, ...]

    def points(self, text: str, way: int = 1) -> list[Point]:
        """Return points drawn about the usual head, as ``geometry.points`` reads them, spread to this one's width."""
        spread = self.cheek / _USUAL_CHEEK
        return [(x * spread, y) for x, y in points(text, way)]


def head_form(face: Face) -> HeadForm:
    """Return the measures of this face's head: softer faces are fuller below, older ones longer."""
    temple, cheek, jaw, chin_width, jaw_y, chin = _SHAPES.get(face.shape, _SHAPES["oval"])
    jaw_wide = jaw + (face.softness - 0.5) * -10
    chin_wide = chin_width * (1.25 - 0.5 * face.softness)
    chin_low = chin + (0.5 - face.softness) * 12 + face.age * 6
    half = [
        (0, _CROWN),
        (temple * 0.60, _CROWN + 30),
        (temple * 0.98, -108),
        (cheek, 12),
        (jaw_wide, jaw_y),
        (chin_wide, chin_low - 13),
        (0, chin_low),
    ]
    outline = tuple(spline(symmetric(half)))
    return HeadForm(temple, cheek, jaw_wide, chin_wide, jaw_y, chin_low, _CROWN, outline)


@dataclass(frozen=True, slots=True)
class Skin:
    """The tones a skin is painted with."""

    base: Colour
    light: Colour
    shade: Colour
    deep: Colour
    blush: Colour


def skin_tones(skin: Colour, scene: Scene) -> Skin:
    """Mix the tones of ``skin`` in the scene's light; people's skins are warm in the shade, and blush."""
    warm = skin[0] > skin[1] >= skin[2]
    shade = mix(darker(skin, 0.08), (148, 62, 74), 0.20) if warm else mix(darker(skin, 0.11), scene.shadow, 0.1)
    deep = mix(shade, darker(shade, 0.16), 0.9)
    red = mix(vivid(skin, 1.4), (206, 62, 62), 0.30) if warm else shade
    return Skin(skin, mix(lighter(skin, 0.07), scene.key, 0.12), shade, deep, red)


def draw_neck(brush: Brush, skin: Skin, width: float, side: int, bare: bool) -> None:
    """Paint the neck, in bust units (the pit of the throat at 0, the head above), with the chin's shadow on it.

    On ``bare`` shoulders it ends where they begin; else it spreads under the collar.
    """
    foot = (
        [(width * 1.06, -10), (width * 0.6, 34), (0, 46)] if bare else [(width * 1.4, 14), (width * 1.6, 60), (0, 120)]
    )
    half = [(width, -190), (width * 0.98, -80), (width * 1.1, -24), *foot]
    outline = spline([*half, *reversed(flip(half))])
    brush.fill(outline, Gradient(skin.shade, skin.base))
    inside = brush.within(outline)
    inside.fill(ellipse(-side * 18, -128, width * 1.45, 104), skin.deep, 0.75, soft=9)
    if bare:
        return
    for way in (-1, 1):
        inside.line(curve((way * width * 0.72, -70), (way * width * 0.5, -10), (way * 14, 34)), 7, skin.shade, 0.55)
    inside.line(curve((-width * 1.8, 46), (-60, 34), (-16, 44)), 8, skin.shade, 0.5)
    inside.line(curve((width * 1.8, 46), (60, 34), (16, 44)), 8, skin.shade, 0.5)


def draw_ears(brush: Brush, form: HeadForm, skin: Skin, pointed: bool) -> None:
    """Paint both ears, to be covered by the head."""
    for way in (-1, 1):
        x = form.cheek - 6
        ear = _pointed_ear(x) if pointed else _round_ear(x)
        hollow = _pointed_hollow(x) if pointed else _round_hollow(x)
        outline = spline(ear if way > 0 else flip(ear))
        brush.fill(outline, Gradient(skin.base, skin.shade))
        brush.within(outline).fill(spline(hollow if way > 0 else flip(hollow)), skin.deep, 0.5, soft=3)


def _round_ear(x: float) -> list[Point]:
    return [(x - 12, -24), (x + 16, -34), (x + 33, -16), (x + 29, 22), (x + 15, 56), (x - 2, 66), (x - 14, 50)]


def _round_hollow(x: float) -> list[Point]:
    return [(x - 6, -8), (x + 14, -18), (x + 21, 0), (x + 15, 26), (x + 4, 34), (x - 8, 24)]


def _pointed_ear(x: float) -> list[Point]:
    return [
        (x - 14, -26),
        (x + 26, -58),
        (x + 98, -112),
        (x + 98, -112),
        (x + 74, -34),
        (x + 36, 28),
        (x, 62),
        (x - 14, 48),
    ]


def _pointed_hollow(x: float) -> list[Point]:
    return [(x - 4, -6), (x + 30, -40), (x + 78, -88), (x + 78, -88), (x + 56, -30), (x + 22, 16), (x, 30)]


def draw_skull(brush: Brush, form: HeadForm, skin: Skin, picture: Description) -> Brush:
    """Paint the bare head with its light and shade; return a brush clipped to it."""
    side = picture.scene.side
    brush.fill(form.outline, Gradient(skin.light, skin.base, 25.0 * side))
    inside = brush.within(form.outline)
    _shade_far_side(inside, form, skin, -side)
    for way in (-1, 1):
        inside.glow(way * 74, -4, 74, 52, skin.shade, 0.5)
        inside.glow(way * 100, 84, 62, 50, skin.blush, 0.55)
    inside.glow(side * 92, 44, 46, 34, skin.light, 0.55)
    inside.glow(side * 30, -150, 90, 50, skin.light, 0.5)
    inside.glow(0, form.chin - 26, 46, 24, skin.light, 0.35)
    return inside


def _shade_far_side(inside: Brush, form: HeadForm, skin: Skin, far: int) -> None:
    edge = form.points("108 -260, 120 -90, 127.9 10, 109.2 92, 79.4 140, 21.6 232, 220 262, 260 0, 220 -260", far)
    inside.fill(spline(edge), skin.shade, 0.85, soft=7)
    inside.fill(spline([(x + far * 26, y) for x, y in edge]), skin.deep, 0.35, soft=14)
