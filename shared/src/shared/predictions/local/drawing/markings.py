"""The markings of fur, feathers and scales. Head units, as in ``head``; each is painted inside the head."""

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, mix
from shared.predictions.local.drawing.geometry import curve, ellipse, points, spline
from shared.predictions.local.drawing.head import Skin


def draw_marking(inside: Brush, marking: str, skin: Skin, pale: Colour, chance: Chance) -> None:
    """Paint a marking on both sides of the face; an unknown one paints nothing."""
    dark = mix(skin.deep, (36, 26, 30), 0.6)
    patched = 1 if chance.odds("patch", 0.5) else -1
    for way in (-1, 1):
        match marking:
            case "mask":
                inside.fill(spline(points("4 26, 66 10, 120 -14, 220 -20, 220 260, 0 260", way)), pale, 0.95, soft=5)
            case "bib":
                inside.fill(spline(points("4 80, 66 64, 120 40, 220 34, 220 260, 0 260", way)), pale, 0.95, soft=5)
            case "stripes":
                _stripes(inside, dark, way)
            case "spots":
                _spots(inside, dark, way, chance)
            case "panda":
                inside.fill(ellipse(way * 82, -10, 62, 72, way * -28), (40, 36, 44), 0.96, soft=4)
            case "raccoon":
                inside.fill(spline(points("12 -20, 70 -66, 150 -34, 210 50, 120 56, 40 26", way)), dark, 0.9, soft=4)
                inside.fill(spline(points("22 -80, 90 -104, 170 -60, 80 -70", way)), pale, 0.9, soft=4)
            case "badger":
                inside.fill(points("34 -240, 118 -240, 138 30, 70 120, 34 40", way), (44, 40, 46), 0.95, soft=5)
                inside.fill(points("-34 -240, 34 -240, 26 160, -26 160", way), (244, 240, 232), 0.95, soft=5)
            case "monkey":
                bare = mix(pale, (226, 168, 130), 0.6)
                inside.fill(spline(points("0 -70, 60 -104, 126 -60, 116 40, 110 160, 0 210", way)), bare, soft=3)
            case "penguin":
                inside.fill(spline(points("0 -60, 70 -110, 134 -40, 126 100, 0 230", way)), (250, 248, 242), soft=2)
            case "discs":
                _disc(inside.at(way * 78, -18), skin, pale)
            case "scales" | "dragon":
                _scales(inside, skin, way)
            case "patch" if way == patched:
                inside.fill(ellipse(way * 84, -26, 76, 92, way * 14), skin.deep, 0.9, soft=4)
            case _:
                continue


def _stripes(inside: Brush, dark: Colour, way: int) -> None:
    for i, y in enumerate((-8, 34, 76)):
        cheek = curve((way * 190, y - 10), (way * 150, y), (way * 116, y + 12 - i * 4))
        inside.line(cheek, 19, dark, 0.75, ends=(0.9, 0.02))
    for brow in ("42 -214, 38 -170, 26 -128", "0 -214, 0 -168, 0 -110"):
        inside.line(curve(*points(brow, way)), 19, dark, 0.7, ends=(0.9, 0.02))


def _spots(inside: Brush, dark: Colour, way: int, chance: Chance) -> None:
    for i in range(9):
        x, y = way * chance.between(f"sx{i}", 50, 170), chance.between(f"sy{i}", -190, 90)
        inside.line(ellipse(x, y, 13, 10)[3:22], 7, dark, 0.8, ends=(0.6, 0.6))


def _disc(spot: Brush, skin: Skin, pale: Colour) -> None:
    spot.fill(ellipse(0, 0, 98, 108), pale, 0.95, soft=3)
    for i in range(12):
        spot.at(angle=i * 30).line([(62, 0), (92, 0)], 5, skin.shade, 0.6)


def _scales(inside: Brush, skin: Skin, way: int) -> None:
    brow = [(70 + column * 32 + row % 2 * 16, -176 + row * 26) for row in range(5) for column in range(4)]
    cheek = [(122 + column * 26, 60 + row * 24) for row in range(3) for column in range(3)]
    for x, y in (*brow, *cheek):
        scale = curve((way * x - 12, y), (way * x, y + 10), (way * x + 12, y))
        inside.line(scale, 5, skin.shade, 0.75)
