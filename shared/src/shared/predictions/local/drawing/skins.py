"""What shows on the skin of those who are not quite human: scales, cracks, stars, circuits. Head units."""

import math

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import darker, lighter
from shared.predictions.local.drawing.eyes import EYE_X, INK
from shared.predictions.local.drawing.geometry import curve, ellipse, points, shift, spline, star
from shared.predictions.local.drawing.head import HeadForm, Skin
from shared.predictions.local.drawing.traits import Description

_STEEL = (148, 154, 166)


def spots(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    """Spots along the edge of the face."""
    chance, inside = Chance(picture.seed), brush.within(form.outline)
    for i in range(22):
        turn, far = chance.between(f"spot{i}", 0, 2 * math.pi), chance.between(f"far{i}", 0.74, 1.0)
        size = chance.between(f"wide{i}", 5, 16)
        place = ellipse(math.cos(turn) * form.cheek * far, math.sin(turn) * 190 - 20, size, size * 0.8)
        inside.fill(place, skin.shade if i % 3 else lighter(skin.light, 0.1), 0.8)


def scales(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    """Scales on the cheeks."""
    inside = brush.within(form.outline)
    places = [(104 + column * 22 + row % 2 * 11, 36 + row * 22) for row in range(4) for column in range(3)]
    for way in (-1, 1):
        for x, y in places:
            arc = curve((way * x - 11, y), (way * x, y + 10), (way * x + 11, y))
            inside.line(arc, 4.5, lighter(skin.light, 0.1), 0.8)
            inside.line(shift(arc, 0, 2), 3, skin.deep, 0.6)


def cracks(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    """Cracks, as in stone."""
    inside = brush.within(form.outline)
    for line in (
        "-150 -120, -104 -96, -92 -60, -116 -30",
        "70 -230, 84 -176, 66 -140, 90 -110",
        "120 60, 92 92, 104 128, 78 160",
        "-96 120, -70 150, -84 190",
    ):
        inside.line(points(line), 8, skin.deep, 0.9, ends=(0.2, 0.1))
        inside.line(shift(points(line), 3, 3), 3, skin.light, 0.8, ends=(0.2, 0.1))


def stars(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    """Small lights under the skin."""
    chance, inside = Chance(picture.seed), brush.within(form.outline)
    for i in range(16):
        x, y = chance.between(f"starx{i}", -150, 150), chance.between(f"stary{i}", -200, 190)
        inside.fill(star(x, y, chance.between(f"size{i}", 4, 11), 2.4, 4), (255, 250, 226), 0.8)


def third_eye(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    """An eye in the brow."""
    spot = brush.at(picture.turn * 12, -129)
    outline = spline(points("-36 1, 0 -21, 36 1, 0 21"))
    spot.fill(outline, (250, 246, 238))
    inside = spot.within(outline)
    inside.dot(0, 0, 18, Gradient(darker(picture.eyes.colour, 0.1), lighter(picture.eyes.colour, 0.14)))
    inside.dot(0, 0, 9, INK)
    spot.line([*outline, outline[0]], 5, skin.deep, 0.9, ends=(1, 1))


def circuits(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    """A steel plate over the dark side of the face, with a lamp for its eye."""
    far, inside = -picture.scene.side, brush.within(form.outline)
    plate = spline(points("22 -240, 34 -150, 30 -70, 30 30, 58 96, 76 250, 260 250, 260 -240", far))
    inside.fill(plate, Gradient(lighter(_STEEL, 0.12), darker(_STEEL, 0.16)))
    inside.line([*plate, plate[0]], 6, darker(_STEEL, 0.34), 0.9, ends=(1, 1))
    eye = inside.at(far * EYE_X + picture.turn * 13, 0)
    eye.dot(0, 0, 46, darker(_STEEL, 0.3))
    eye.dot(0, 0, 36, (24, 26, 36))
    eye.glow(0, 0, 62, 62, (255, 92, 74), 0.5)
    eye.dot(0, 0, 20, Gradient((255, 176, 140), (240, 70, 60)))
    eye.dot(-6, -7, 6, (255, 240, 232))
    for wire in ("84 76, 124 76, 144 94", "84 104, 138 104, 158 122", "84 132, 128 132, 148 150"):
        inside.line(points(wire, far), 4, darker(_STEEL, 0.3), 0.9, ends=(1, 1))
        inside.dot(*points(wire, far)[0], 6, (255, 150, 110))
