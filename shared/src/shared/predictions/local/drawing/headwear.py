"""Hats without a brim, scarves and crowns. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import lighter
from shared.predictions.local.drawing.geometry import Point, curve, ellipse, flip, points, spline, star
from shared.predictions.local.drawing.worn import SHADE, Worn, bead, brow_shadow, solid

_LEAVES = ((96, 136, 78), (82, 120, 70))
_POLLEN = (246, 208, 96)


def band(worn: Worn, top: float, bottom: float, sag: float = 22.0, out: float = 12.0) -> list[Point]:
    """Return a band round the head from ``top`` to ``bottom``, sagging in front."""
    w = worn.form.temple + out
    upper = curve((-w, top), (-w * 0.5, top + sag * 0.8), (0, top + sag), (w * 0.5, top + sag * 0.8), (w, top))
    return [*upper, *[(x * (w + 2) / w, y + bottom - top) for x, y in reversed(upper)]]


def beanie(brush: Brush, worn: Worn) -> None:
    """A knitted cap with a pompom."""
    brow_shadow(brush, worn, -108)
    dome = "-166 -124, -156 -208, -84 -276, 0 -296, 84 -276, 156 -208, 166 -124, 0 -110"
    inside = solid(brush, spline(worn.points(dome)), worn.cloth, worn.side)
    for i in range(-7, 8):
        inside.line(curve((i * 22, -110), (i * 20, -210), (i * 6, -294)), 6, worn.cloth.shade, 0.5, ends=(1, 0.3))
    fold = solid(brush, band(worn, -168, -112, 18, 18), worn.cloth, worn.side)
    for i in range(-9, 10):
        fold.line([(i * 19, -180), (i * 19.4, -80)], 7, worn.cloth.shade, 0.6, ends=(1, 1))
    bead(brush, 0, -300, 34, worn.trim)


def toque(brush: Brush, worn: Worn) -> None:
    """A cook's hat."""
    brow_shadow(brush, worn, -118)
    puffs = (
        "-140 -200, -204 -268, -184 -342, -106 -362, -48 -394, 26 -384, 90 -386, 172 -346, 202 -276, 140 -200, 0 -184"
    )
    inside = solid(brush, spline(worn.points(puffs)), worn.cloth, worn.side)
    for x, lean in ((-86, -30), (-26, -10), (40, 14), (96, 36)):
        fold = curve((x, -196), (x + lean * 0.5, -270), (x + lean, -350))
        inside.line(fold, 14, worn.cloth.shade, 0.75, ends=(0.9, 0.05))
    rim = curve(*worn.points("-148 -222, 0 -198, 148 -222"))
    solid(brush, [*rim, *curve(*worn.points("158 -132, 0 -106, -158 -132"))], worn.cloth, worn.side)
    brush.line(rim, 6, worn.cloth.deep, 0.6, ends=(0.6, 0.6))


def beret(brush: Brush, worn: Worn) -> None:
    """A beret, pulled to the lit side."""
    brow_shadow(brush, worn, -128)
    near = worn.side
    cake = "-146 -150, -164 -196, -75 -262, 40 -278, 206 -226, 212 -164, 156 -136, 0 -128"
    inside = solid(brush, spline(worn.points(cake, near)), worn.cloth, near)
    inside.line(curve(*worn.points("-90 -190, 40 -216, 180 -186", near)), 14, worn.cloth.light, 0.5)
    brush.line(curve(*worn.points("-144 -142, 0 -122, 144 -142")), 17, worn.cloth.deep, ends=(0.7, 0.7))
    brush.line(points("18 -270, 22 -296", near), 10, worn.cloth.base, ends=(1, 1))


def helmet(brush: Brush, worn: Worn) -> None:
    """A riveted helmet."""
    brow_shadow(brush, worn, -104)
    dome = "-170 -110, -164 -206, -93 -278, 0 -298, 93 -278, 164 -206, 170 -110, 0 -118"
    inside = solid(brush, spline(worn.points(dome)), worn.cloth, worn.side)
    inside.glow(worn.side * 76, -230, 50, 40, lighter(worn.cloth.light, 0.14), 0.8)
    inside.line([(0, -300), (0, -110)], 30, worn.trim.base, ends=(1, 1))
    solid(brush, band(worn, -146, -110, 14, 22), worn.trim, worn.side)
    brush.dots([(x, -114 - abs(x) * 0.07) for x in range(-150, 151, 50)], 7, worn.trim.light)


def bandana(brush: Brush, worn: Worn) -> None:
    """A dotted kerchief over the hair, knotted at the far side."""
    brow_shadow(brush, worn, -104)
    dome = "-160 -116, -152 -190, -90 -246, 0 -262, 90 -246, 152 -190, 160 -116, 0 -100"
    inside = solid(brush, spline(worn.points(dome)), worn.cloth, worn.side)
    spots = [(x + y // 38 % 2 * 22, y) for y in range(-250, -96, 38) for x in range(-170, 171, 44)]
    inside.dots(spots, 6, worn.trim.light, 0.9)
    brush.line(curve(*worn.points("-156 -126, 0 -108, 156 -126")), 15, worn.cloth.shade, 0.9, ends=(0.8, 0.8))
    for tail in ("152 -130, 202 -116, 220 -74, 184 -86", "152 -130, 202 -90, 220 -22, 184 -60"):
        brush.fill(spline(worn.points(tail, -worn.side)), worn.cloth.base)


def headscarf(brush: Brush, worn: Worn) -> None:
    """A scarf that frames the face and falls on the chest."""
    form, side = worn.form, worn.side
    face = [*worn.points("99 -118, 140 -20"), (form.jaw * 0.86, form.jaw_y * 0.9), (form.chin_width * 0.8, form.chin)]
    opening = spline([(0, -138), *face, (0, form.chin + 6), *flip(face)[::-1]])
    outer = worn.points("105 -232, 180 -110, 194 60, 202 240, 252 372")
    shell = spline([(0, -252), *outer, (0, 430), *flip(outer)[::-1]])
    brush.within(form.outline).line([*opening, opening[0]], 34, SHADE, 0.25, ends=(1, 1))
    inside = solid(brush, [*shell, shell[0], opening[0], *reversed(opening)], worn.cloth, side)
    for i in range(4):
        temple = [(side * (40 + i * 30), -240.0 + i * 22), (side * (form.temple + 4 + i * 8), -60)]
        throat = [(side * (form.jaw + 10 - i * 16), 200.0), (-side * (30 - i * 30), 300 + i * 22)]
        inside.line(curve(*temple, *throat), 8, worn.cloth.shade, 0.7)
        low = [(-side * (form.cheek + 10), 180.0 + i * 30), (0, form.chin + 40 + i * 26)]
        inside.line(curve(*low, (side * (form.cheek + 20), 150 + i * 40)), 9, worn.cloth.deep, 0.5)


def crown(brush: Brush, worn: Worn) -> None:
    """A crown with three points and three stones."""
    spires = "-122 -176, -136 -288, -136 -288, -76 -236, 0 -312, 0 -312, 76 -236, 136 -288, 136 -288, 122 -176"
    outline = [*points(spires), *curve((122, -176), (0, -148), (-122, -176))]
    inside = solid(brush, outline, worn.cloth, worn.side)
    inside.line(curve((-130, -196), (0, -168), (130, -196)), 10, worn.cloth.shade, 0.9, ends=(1, 1))
    for x, y in points("-136 -288, 0 -312, 136 -288"):
        bead(brush, x, y, 13, worn.cloth)
    for x, y in points("-76 -206, 0 -196, 76 -206"):
        brush.fill(ellipse(x, y, 13, 17), Gradient(worn.trim.light, worn.trim.shade))
        brush.dot(x + worn.side * 4, y - 6, 4, (255, 255, 255), 0.8)


def tiara(brush: Brush, worn: Worn) -> None:
    """A small jewelled band."""
    brush.line(curve(*points("-118 -158, -60 -192, 0 -204, 60 -192, 118 -158")), 11, worn.cloth.base, ends=(0.7, 0.7))
    for (x, y), size in zip(points("0 -218, -48 -206, 48 -206, -90 -184, 90 -184"), (30, 21, 21, 15, 15), strict=True):
        brush.fill(star(x, y, size, size * 0.45, 4), Gradient(worn.cloth.light, worn.cloth.shade))
    brush.fill(ellipse(0, -214, 8, 11), worn.trim.light)


def flower_crown(brush: Brush, worn: Worn) -> None:
    """A wreath of flowers."""
    arc = curve(*points("-142 -136, -96 -178, -34 -198, 34 -198, 96 -178, 142 -136"))
    brush.line(arc, 12, (74, 104, 62), ends=(0.8, 0.8))
    for i, (x, y) in enumerate(arc[2::6]):
        brush.fill(ellipse(x - 20, y + 10, 19, 8, 30 + i * 40), _LEAVES[0])
        brush.fill(ellipse(x + 20, y - 8, 19, 8, -20 + i * 30), _LEAVES[1])
        tone = worn.cloth if i % 2 else worn.trim
        brush.fill(star(x, y, 30, 18, 6, i * 23.0), Gradient(tone.light, tone.base))
        brush.dot(x, y, 9, _POLLEN)
