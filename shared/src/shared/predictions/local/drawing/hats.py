"""Hats with a brim or a peak, and which drawing each hat is. Head units, as in ``head``."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.predictions.local.drawing import headwear
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import darker
from shared.predictions.local.drawing.geometry import box, curve, ellipse, points, shift, spline, star
from shared.predictions.local.drawing.worn import SHADE, Draw, Worn, bead, brow_shadow, solid


def _captain(brush: Brush, worn: Worn) -> None:
    brow_shadow(brush, worn, -112)
    top = "-158 -142, -198 -196, -117 -262, 0 -288, 117 -262, 198 -196, 158 -142, 0 -120"
    inside = solid(brush, spline(worn.points(top)), worn.cloth, worn.side)
    inside.line(curve(*worn.points("-180 -188, 0 -214, 180 -188")), 6, worn.cloth.shade, 0.7, ends=(0.4, 0.4))
    brush.fill(headwear.band(worn, -182, -140, out=3), darker(worn.cloth.deep, 0.06))
    _visor(brush, worn)
    brush.line(curve(*worn.points("-129 -134, 0 -104, 129 -134")), 8, worn.trim.base, ends=(0.8, 0.8))
    brush.fill(star(0, -146, 34, 12, 8), Gradient(worn.trim.light, worn.trim.shade))
    brush.dot(0, -146, 11, worn.trim.deep)


def _visor(brush: Brush, worn: Worn) -> None:
    upper = curve(*worn.points("-135 -128, -75 -106, 0 -98, 75 -106, 135 -128"))
    visor = [*upper, *curve(*worn.points("117 -108, 60 -80, 0 -72, -60 -80, -117 -108"))]
    brush.fill(visor, Gradient((58, 58, 70), (22, 22, 32)))
    brush.within(visor).line(curve(*worn.points("-105 -108, 0 -84, 105 -108")), 7, (150, 156, 176), 0.5)


def _ballcap(brush: Brush, worn: Worn) -> None:
    brow_shadow(brush, worn, -104)
    dome = "-158 -122, -154 -196, -93 -258, 0 -274, 93 -258, 154 -196, 158 -122, 0 -112"
    inside = solid(brush, spline(worn.points(dome)), worn.cloth, worn.side)
    for way in (-1, 1):
        inside.line(curve(*points("7 -276, 66 -206, 73 -110", way)), 4, worn.cloth.shade, 0.8)
    peak = "-126 -134, 0 -124, 126 -134, 144 -104, 60 -78, 0 -76, -60 -78, -144 -104"
    solid(brush, spline(worn.points(peak)), worn.trim, worn.side)
    brush.dot(0, -276, 11, worn.trim.base)
    brush.fill(star(0, -184, 30, 13, 5), Gradient(worn.trim.light, worn.trim.base))


def _tophat(brush: Brush, worn: Worn) -> None:
    brow_shadow(brush, worn, -140)
    stack = points("-106 -176, -106 -176, -116 -330, -112 -386, -112 -386")
    outline = spline([*stack, *[(-x, y) for x, y in reversed(stack)], (0, -158)])
    solid(brush, outline, worn.cloth, worn.side).glow(worn.side * 62, -290, 24, 120, worn.cloth.light, 0.7)
    brush.fill(ellipse(0, -386, 112, 15), worn.cloth.light)
    ribbon = [*curve((-108, -226), (0, -208), (108, -226)), *curve((106, -180), (0, -160), (-106, -180))]
    brush.fill(ribbon, worn.trim.base)
    brim = "-206 -186, -110 -182, 0 -170, 110 -182, 206 -186, 196 -160, 0 -134, -196 -160"
    solid(brush, spline(points(brim)), worn.cloth, worn.side)


def _fedora(brush: Brush, worn: Worn) -> None:
    brow_shadow(brush, worn, -122)
    crown = "-129 -150, -120 -236, -72 -294, -18 -274, 66 -298, 120 -236, 129 -150, 0 -136"
    inside = solid(brush, spline(worn.points(crown)), worn.cloth, worn.side)
    inside.fill(spline(points("-22 -290, 8 -230, 30 -290")), worn.cloth.deep, 0.5, soft=8)
    upper, lower = worn.points("-150 -190, 0 -170, 150 -190"), worn.points("150 -148, 0 -132, -150 -148")
    inside.fill([*curve(*upper), *curve(*lower)], worn.trim.base)
    brim = "-246 -172, -105 -160, 0 -150, 105 -160, 246 -172, 212 -132, 0 -100, -212 -132"
    solid(brush, spline(worn.points(brim)), worn.cloth, worn.side)
    brush.line(curve(*worn.points("-230 -158, 0 -112, 230 -158")), 5, worn.cloth.light, 0.6)


def _witch(brush: Brush, worn: Worn) -> None:
    brow_shadow(brush, worn, -122)
    lean = -worn.side
    tip = "20 -420, 96 -452, 96 -452, -34 -404"
    cone = [*points("-108 -160, -92 -250, -44 -356"), *points(tip, lean), *points("62 -316, 96 -240, 108 -160, 0 -140")]
    inside = solid(brush, spline(cone), worn.cloth, worn.side)
    inside.line(curve((-70, -300), (0, -282), (66, -306)), 8, worn.cloth.deep, 0.6)
    buckle = [*curve((-106, -210), (0, -190), (106, -210)), *curve((110, -160), (0, -136), (-110, -160))]
    brush.fill(buckle, worn.trim.base)
    brim = "-250 -150, -140 -172, 0 -160, 140 -172, 250 -150, 180 -118, 0 -100, -180 -118"
    solid(brush, spline(points(brim)), worn.cloth, worn.side)
    brush.fill(star(worn.side * 40, -186, 19, 8, 5), worn.trim.light)


def _pillbox(brush: Brush, worn: Worn) -> None:
    spot = brush.at(worn.side * 26, -196, worn.side * 8)
    wall = [*points("-94 -84, 94 -84, 104 6"), *curve(*points("104 6, 60 24, 0 30, -60 24, -104 6"))]
    spot.fill(shift(wall, 0, 8), SHADE, 0.3, soft=6)
    solid(spot, wall, worn.cloth, worn.side)
    spot.fill(ellipse(0, -84, 94, 21), worn.cloth.light)
    spot.fill(ellipse(0, -86, 78, 14), worn.cloth.base)
    for y in (-2, -20):
        braid = curve(*shift(points("-101 0, -56 17, 0 23, 56 17, 101 0"), 0, y))
        spot.line(braid, 8, worn.trim.base, ends=(1, 1))
    bead(spot, 0, -34, 12, worn.trim)


def _headband(brush: Brush, worn: Worn) -> None:
    upper, lower = worn.points("-158 -128, 0 -152, 158 -128"), worn.points("162 -96, 0 -116, -162 -96")
    solid(brush, [*curve(*upper), *curve(*lower)], worn.cloth, worn.side)
    brush.line(curve(*worn.points("-150 -112, 0 -134, 150 -112")), 5, worn.trim.base, 0.9, ends=(1, 1))


def _goggles(brush: Brush, worn: Worn) -> None:
    brush.line(curve(*worn.points("-160 -128, 0 -150, 160 -128")), 34, worn.cloth.deep, ends=(1, 1))
    for way in (-1, 1):
        x = way * 60
        bead(brush, x, -142, 52, worn.trim)
        brush.dot(x, -142, 38, Gradient((96, 150, 168), (34, 66, 88)))
        glint = [(x - 10, -190), (x + 12, -190), (x - 22, -90), (x - 44, -90)]
        brush.within(ellipse(x, -142, 38, 38)).fill(glint, (255, 255, 255), 0.35)
    brush.fill(box(-12, -152, 12, -140), worn.trim.shade)


@dataclass(frozen=True, slots=True)
class Hat:
    """A hat's drawing, and the height above which it hides the hair (None: it hides none)."""

    draw: Draw
    line: float | None = None


HATS: Mapping[str, Hat] = MappingProxyType(
    {
        "captain": Hat(_captain, -150),
        "pillbox": Hat(_pillbox),
        "tophat": Hat(_tophat, -170),
        "fedora": Hat(_fedora, -150),
        "witch": Hat(_witch, -150),
        "ballcap": Hat(_ballcap, -126),
        "headband": Hat(_headband),
        "goggles": Hat(_goggles),
        "beanie": Hat(headwear.beanie, -126),
        "toque": Hat(headwear.toque, -142),
        "beret": Hat(headwear.beret, -150),
        "helmet": Hat(headwear.helmet, -124),
        "bandana": Hat(headwear.bandana, -124),
        "headscarf": Hat(headwear.headscarf, 900),
        "crown": Hat(headwear.crown),
        "tiara": Hat(headwear.tiara),
        "flowercrown": Hat(headwear.flower_crown),
    }
)
"""The hats there are."""
