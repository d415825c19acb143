"""Muzzles, snouts and beaks, and the mouths in them. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import Colour, darker, lighter, lightness, mix
from shared.predictions.local.drawing.eyes import INK
from shared.predictions.local.drawing.geometry import Point, curve, ellipse, flip, points, shift, spline, symmetric
from shared.predictions.local.drawing.head import Skin
from shared.predictions.local.drawing.traits import Description, Expression

_MUZZLES = {
    # half width, top, bottom, the nose's half width and height
    "short": (84.0, 46.0, 184.0, 30.0, 24.0),
    "small": (66.0, 56.0, 170.0, 22.0, 17.0),
    "broad": (108.0, 34.0, 192.0, 40.0, 30.0),
    "long": (76.0, 16.0, 204.0, 36.0, 29.0),
}


def draw_muzzle(brush: Brush, inside: Brush, picture: Description, skin: Skin, pale: Colour, kind: str) -> None:
    """Paint a furry muzzle with nose, mouth and whiskers; ``inside`` is clipped to the head."""
    wide, top, bottom, nose_w, nose_h = _MUZZLES[kind]
    spot = inside.at(picture.turn * 12, 0)
    mouth = top + 2 * nose_h + 34
    if kind == "long":
        bridge = [(-34, -60), (34, -60), (54, 60), (wide, mouth), (0, bottom), (-wide, mouth), (-54, 60)]
        spot.fill(spline(bridge), mix(pale, skin.base, 0.35), 0.9, soft=6)
    cheek: list[Point] = [(wide * 0.56, top + 14), (wide, mouth - 12), (wide * 0.86, mouth + 30)]
    puff = spline(symmetric([(0, top + 6), *cheek, (wide * 0.4, bottom - 8), (0, bottom)]))
    spot.fill(shift(puff, 0, 7), skin.deep, 0.35, soft=9)
    spot.fill(puff, Gradient(lighter(pale, 0.02), mix(pale, skin.shade, 0.28)))
    _mouth(spot.at(0, mouth), picture.expression, skin, wide * 0.62)
    _nose(spot.at(0, top + nose_h + 8), picture, nose_w, nose_h)
    _whiskers(brush.at(picture.turn * 12, mouth - 16), pale, skin, wide)


def _nose(spot: Brush, picture: Description, w: float, h: float) -> None:
    tone = (206, 120, 122) if lightness(picture.face.skin) > 0.72 else (52, 36, 42)
    half: list[Point] = [(0, -h), (w, -h * 0.6), (w * 0.62, h * 0.4), (0, h)]
    spot.fill(spline(symmetric(half)), Gradient(lighter(tone, 0.08), tone))
    spot.glow(picture.scene.side * w * 0.3, -h * 0.5, w * 0.42, h * 0.28, (255, 250, 246), 0.75)


def _mouth(spot: Brush, mood: Expression, skin: Skin, reach: float) -> None:
    ink = mix(darker(skin.deep, 0.2), INK, 0.6)
    rise = 22 * mood.smile
    if mood.open > 0.12:
        _jaw(spot, reach, rise, 14 + 46 * mood.open)
    for way in (-1, 1):
        lip: list[Point] = [(0, -20), (3, -2), (reach * 0.4, 9), (reach * 0.78, -2 - rise * 0.4), (reach, -rise)]
        spot.line(curve(*((way * x, y) for x, y in lip)), 7, ink, 0.95, ends=(0.5, 0.1))
    if mood.lopsided > 0.4:
        spot.fill([(reach * 0.4, 6), (reach * 0.52, 24), (reach * 0.62, 2)], (255, 252, 244))


def _jaw(spot: Brush, reach: float, rise: float, deep: float) -> None:
    right: list[Point] = [(reach * 0.4, 8), (reach * 0.8, -rise * 0.4)]
    upper = curve(*flip(right)[::-1], (0, 2), *right)
    jaw = [*upper, *curve((reach * 0.56, deep - 14), (0, deep + 6), (-reach * 0.56, deep - 14))]
    spot.fill(jaw, (84, 28, 38))
    spot.within(jaw).fill(ellipse(0, deep, reach * 0.46, 24), (222, 110, 112))


def _whiskers(spot: Brush, pale: Colour, skin: Skin, wide: float) -> None:
    for way in (-1, 1):
        for i, lift in enumerate((-26, 0, 26)):
            spot.dot(way * wide * (0.42 + 0.1 * (i % 2)), lift * 0.36, 3.6, skin.deep, 0.7)
            far = [(way * (wide + 60), lift * 0.9 - 8), (way * (wide + 128), lift * 1.7)]
            spot.line(curve((way * wide * 0.6, lift * 0.4), *far), 4, lighter(pale, 0.05), 0.8, ends=(0.7, 0.1))


def draw_beak(inside: Brush, picture: Description, skin: Skin) -> None:
    """Paint a beak, open when the bird laughs."""
    spot, side = inside.at(picture.turn * 12, 34), picture.scene.side
    horn = (238, 170, 64) if lightness(skin.base) < 0.86 else (232, 142, 70)
    drop = 26 * picture.expression.open
    if drop > 3:
        spot.fill(spline([(-40, 36), (40, 36), (22, 96 + drop), (0, 108 + drop), (-22, 96 + drop)]), (96, 34, 40))
        spot.fill(spline([(-34, 62 + drop), (34, 62 + drop), (0, 118 + drop)]), darker(horn, 0.12))
    upper = spline(points("-52 22, 0 -14, 52 22, 34 64, 0 116, 0 116, -34 64"))
    spot.fill(shift(upper, 0, 8), skin.deep, 0.4, soft=7)
    spot.fill(upper, Gradient(lighter(horn, 0.08), darker(horn, 0.08)))
    lit = spot.within(upper)
    lit.fill(points("4 -20, 90 -20, 90 120, 0 120", -side), darker(horn, 0.13), 0.6, soft=5)
    for way in (-1, 1):
        lit.fill(ellipse(way * 17, 20, 4, 7, way * 20), darker(horn, 0.3))
        smile = 0.7 * max(0.2, picture.expression.smile)
        lit.line(curve(*points("50 26, 34 52, 12 62", way)), 5, darker(horn, 0.24), smile)


def draw_snout(inside: Brush, picture: Description, skin: Skin, pale: Colour, kind: str) -> None:
    """Paint a bare snout: ``snout`` is a pig's or a horse's, ``scaled`` a lizard's, ``frog`` a frog's wide mouth."""
    spot, mood = inside.at(picture.turn * 12, 0), picture.expression
    ink = mix(darker(skin.deep, 0.18), INK, 0.5)
    match kind:
        case "frog":
            _frog_mouth(spot, mood, ink, pale)
            _holes(spot, 20, 22, ink)
        case "snout":
            tone = mix(skin.base, (236, 150, 140), 0.35)
            _blunt_snout(spot, ellipse(0, 92, 84, 56, power=2.4), tone, skin)
            _straight_mouth(spot.at(0, 164), mood, ink)
            _holes(spot, 30, 90, ink)
        case _:
            _blunt_snout(spot, ellipse(0, 100, 96, 84, power=2.4), mix(skin.light, pale, 0.35), skin)
            _straight_mouth(spot.at(0, 140), mood, ink)
            _holes(spot, 26, 52, ink)


def _blunt_snout(spot: Brush, outline: list[Point], tone: Colour, skin: Skin) -> None:
    spot.fill(shift(outline, 0, 8), skin.deep, 0.45, soft=9)
    spot.fill(outline, Gradient(lighter(tone, 0.05), darker(tone, 0.08)))


def _straight_mouth(spot: Brush, mood: Expression, ink: Colour) -> None:
    bend = 18 * mood.smile
    line = curve((-76, -bend), (0, bend * 0.6), (76, -bend))
    spot.line(line, 7 + 18 * mood.open, ink, 0.95, ends=(0.3, 0.3))


def _frog_mouth(spot: Brush, mood: Expression, ink: Colour, pale: Colour) -> None:
    spot.fill(spline(points("-190 110, 0 84, 190 110, 150 230, 0 250, -150 230")), pale, 0.9, soft=10)
    bend = 34 * mood.smile
    right: list[Point] = [(80, 78 + bend * 0.3), (142, 70 - bend * 0.6)]
    line = curve(*flip(right)[::-1], (0, 84 + bend * 0.6), *right)
    if mood.open > 0.12:
        low: list[Point] = [right[1], (70, 130 + 50 * mood.open)]
        spot.fill([*line, *curve(*low, (0, 150 + 60 * mood.open), *flip(low)[::-1])], (96, 34, 44))
    spot.line(line, 9, ink, 0.95, ends=(0.3, 0.3))


def _holes(spot: Brush, x: float, y: float, ink: Colour) -> None:
    for way in (-1, 1):
        spot.fill(ellipse(way * x, y, 8, 12, -18 * way), ink, 0.85)
