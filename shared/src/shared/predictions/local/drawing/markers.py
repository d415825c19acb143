"""What grows on those who are not quite human: horns, wings, tusks, leaves; what shows on their skin is in ``skins``.

Head units, as in ``head``, but for the wings, which are in bust units.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.predictions.local.drawing import skins
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import darker, lighter, mix
from shared.predictions.local.drawing.features import mouth_y
from shared.predictions.local.drawing.geometry import curve, ellipse, points, ribbon, spline
from shared.predictions.local.drawing.head import HeadForm, Skin
from shared.predictions.local.drawing.traits import Description

_HORN = (222, 206, 176)
_IVORY = (255, 250, 232)

Draw = Callable[[Brush, Description, HeadForm, Skin], None]
Drawings = Mapping[str, Draw]


def _antennae(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    lamp = picture.eyes.colour
    for way in (-1, 1):
        brush.fill(ribbon(curve(*points("52 -204, 70 -290, 112 -334", way)), 15, 1, 0.6), skin.shade)
        brush.glow(way * 114, -340, 46, 46, lamp, 0.5)
        brush.dot(way * 114, -340, 21, Gradient(lighter(lamp, 0.2), lamp))


def _halo(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    ring = ellipse(0, form.crown - 74, 132, 30)
    brush.glow(0, form.crown - 74, 220, 92, (255, 232, 150), 0.4)
    brush.line([*ring, ring[0]], 15, (255, 214, 110), ends=(1, 1))
    brush.line([*ring, ring[0]], 6, (255, 246, 206), ends=(1, 1))


def _wings(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    feathered = "halo" in picture.species.markers
    film = (250, 247, 240) if feathered else lighter(picture.scene.accent, 0.12)
    vein = (206, 206, 218) if feathered else (255, 255, 255)
    for way in (-1, 1):
        for shape in ("60 240, 210 -140, 390 -110, 370 160, 190 220", "60 240, 210 270, 370 300, 350 420, 190 480"):
            wing = spline(points(shape, way))
            brush.fill(wing, Gradient(lighter(film, 0.12), film), 0.94 if feathered else 0.5)
            brush.line([*wing, wing[0]], 4, vein, 0.6, ends=(1, 1))
            inside = brush.within(wing)
            for i in range(6 if feathered else 2):
                rib = curve((way * 60, 260), (way * 220, i * 74 - 20), (way * 390, i * 82 - 60))
                inside.line(rib, 5, vein, 0.6)


def _horns(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    bone = mix(_HORN, skin.deep, 0.45)
    for way in (-1, 1):
        line = curve(*points("92 -172, 132 -250, 150 -324, 112 -378", way))
        outline = ribbon(line, 46, 1.1, 0.02)
        brush.fill(outline, Gradient(lighter(bone, 0.14), darker(bone, 0.12)))
        inside = brush.within(outline)
        for x, y in line[3:-4:4]:
            inside.line(curve((x - 34, y + 8), (x, y), (x + 34, y + 8)), 5, darker(bone, 0.2), 0.6)


def _antlers(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    bone = mix((168, 128, 88), skin.deep, 0.2)
    branches = ("90 -225, 73 -255, 66 -299", "126 -285, 165 -305, 182 -335", "158 -320, 127 -344, 114 -380")
    for way in (-1, 1):
        beam = curve(*points("62 -184, 108 -268, 176 -324, 170 -412", way))
        brush.fill(ribbon(beam, 25, 1, 0.2), Gradient(lighter(bone, 0.12), bone))
        for branch in branches:
            brush.fill(ribbon(curve(*points(branch, way)), 17, 1.1, 0.1), bone)


def _tusks(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    spot = brush.at(picture.turn * 17, mouth_y(picture.face) + 8)
    for way in (-1, 1):
        tusk = spline(points("24 4, 28 -26, 40 -46, 40 -46, 46 -16, 44 6", way))
        spot.fill(tusk, Gradient(_IVORY, mix(_HORN, skin.shade, 0.2)))


def _fangs(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    spot = brush.at(picture.turn * 17, mouth_y(picture.face) + 2)
    for way in (-1, 1):
        spot.fill(points("15 0, 29 -1, 22 21", way), _IVORY)


def _gills(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    fin = mix(skin.shade, picture.scene.accent, 0.45)
    for way in (-1, 1):
        outline = spline(form.points("144 -40, 236 -92, 210 -30, 252 0, 206 24, 218 80, 144 60", way))
        brush.fill(outline, Gradient(lighter(fin, 0.1), fin))
        inside = brush.within(outline)
        for rib in ("144 8, 242 -86", "144 8, 242 -4", "144 8, 242 74"):
            inside.line(form.points(rib, way), 5, darker(fin, 0.16), 0.8)


def _leaves(brush: Brush, picture: Description, form: HeadForm, skin: Skin) -> None:
    chance = Chance(picture.seed)
    leaf = spline(points("0 34, 24 4, 0 -52, 0 -52, -24 4"))
    for i in range(34):
        turn = math.pi * (1.06 + 0.88 * chance.share(f"leaf{i}"))
        reach = chance.between(f"reach{i}", 0.9, 1.24)
        lean = math.degrees(turn) + 90 + chance.between(f"lean{i}", -34, 34)
        spot = brush.at(math.cos(turn) * form.temple * reach, -70 + math.sin(turn) * 176 * reach, lean)
        tone = mix((86, 132, 70), (170, 176, 82) if i % 3 else (58, 100, 72), chance.share(f"tone{i}"))
        spot.fill(leaf, Gradient(lighter(tone, 0.08), tone))
        spot.line([(0, 26), (0, -40)], 3, darker(tone, 0.12), 0.7)


BEHIND: Drawings = MappingProxyType({"wings": _wings})
"""Markers painted behind the bust."""

ROOTS: Drawings = MappingProxyType({"gills": _gills, "halo": _halo})
"""Markers painted before the head is."""

ON_SKIN: Drawings = MappingProxyType(
    {
        "spots": skins.spots,
        "scales": skins.scales,
        "cracks": skins.cracks,
        "stars": skins.stars,
        "circuits": skins.circuits,
        "third eye": skins.third_eye,
    }
)
"""Markers painted on the face."""

ON_TOP: Drawings = MappingProxyType(
    {
        "antennae": _antennae,
        "horns": _horns,
        "antlers": _antlers,
        "tusks": _tusks,
        "fangs": _fangs,
        "leaves": _leaves,
    }
)
"""Markers painted over hair and face."""
