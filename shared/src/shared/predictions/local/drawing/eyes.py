"""Eyes and brows: what a face says before its mouth does. Head units, as in ``head``."""

from dataclasses import dataclass

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.colours import Colour, darker, lighter, mix, vivid
from shared.predictions.local.drawing.geometry import Frame, Point, Points, curve, ellipse, flip, spline
from shared.predictions.local.drawing.head import Skin
from shared.predictions.local.drawing.traits import Description, Expression, Eyes

EYE_X = 73.0
"""How far each eye is from the middle of the face."""

INK = (38, 26, 30)
"""Lashes, pupils and the line between the lips."""

_GLINT = (255, 253, 248)


@dataclass(frozen=True, slots=True)
class Look:
    """Where the eyes look: the pupils' way from the middle, and how far the features are turned to one side (units)."""

    x: float
    y: float
    turn: float


def look_of(picture: Description) -> Look:
    """Return where this one looks: back towards us when the head is turned."""
    return Look(-picture.turn * 5, -1.5 + picture.expression.brow * -1.5, picture.turn * 13)


def eye_half_size(eyes: Eyes, expression: Expression) -> tuple[float, float]:
    """Return half an open eye's width and height."""
    narrowed = 1 - 0.22 * max(0.0, expression.smile - 0.5)
    tall = (17 + 13 * eyes.tall) * eyes.size * (1 + 0.22 * expression.wide) * narrowed
    return 38 * eyes.size, tall


def draw_eyes(brush: Brush, picture: Description, skin: Skin) -> None:
    """Paint both eyes."""
    look = look_of(picture)
    for way in (-1, 1):
        spot = brush.put(_place(picture, look, way))
        if picture.expression.closed:
            _closed_eye(spot, picture, skin, way)
        else:
            _open_eye(spot, picture, skin, way, look)


def eye_outlines(picture: Description) -> list[list[Point]]:
    """Return the outlines of both open eyes."""
    look, size = look_of(picture), eye_half_size(picture.eyes, picture.expression)
    return [_place(picture, look, way).apply(_almond(*size, way)) for way in (-1, 1)]


def _place(picture: Description, look: Look, way: int) -> Frame:
    near = 1 - 0.05 * picture.turn * way
    return Frame(way * EYE_X * near + look.turn, 0, -picture.eyes.tilt * way)


def _sided(way: int, line: Points) -> list[Point]:
    return list(line) if way > 0 else flip(line)


def _almond(w: float, h: float, way: int) -> list[Point]:
    above = [(-w, 3.0), (-w * 0.55, -h * 0.72), (0, -h), (w * 0.6, -h * 0.8)]
    below = [(w, -2.0), (w * 0.55, h * 0.62), (0, h * 0.8), (-w * 0.6, h * 0.58)]
    return spline(_sided(way, [*above, *below]))


def _open_eye(brush: Brush, picture: Description, skin: Skin, way: int, look: Look) -> None:
    eyes = picture.eyes
    w, h = eye_half_size(eyes, picture.expression)
    brush.fill(_almond(w + 4, h + 5, way), skin.shade, 0.75, soft=2.5)
    white = mix((250, 246, 240), picture.scene.shadow, 0.06)
    outline = _almond(w, h, way)
    brush.fill(outline, mix(eyes.colour, (20, 24, 40), 0.45) if eyes.glowing else white)
    inside = brush.within(outline)
    _iris(inside.at(look.x, look.y), eyes, picture.scene.side, h * 0.99)
    shadow = [(-w - 6, -h - 20), (w + 6, -h - 20), (w + 6, -h * 0.42), (0, -h * 0.62), (-w - 6, -h * 0.3)]
    inside.fill(spline(shadow), INK, 0.28, soft=2)
    _lids(brush, inside, picture, skin, way)


def _iris(spot: Brush, eyes: Eyes, side: int, r: float) -> None:
    rim = darker(eyes.colour, 0.2)
    spot.dot(0, 0, r, rim)
    glassy = Gradient(darker(eyes.colour, 0.06), vivid(lighter(eyes.colour, 0.13), 1.35))
    spot.fill(ellipse(0, 1, r * 0.86, r * 0.86), glassy)
    if eyes.glowing:
        spot.glow(0, 0, r * 1.6, r * 1.6, lighter(eyes.colour, 0.25), 0.8)
        spot.dot(0, 0, r * 0.36, darker(eyes.colour, 0.38))
        spot.dot(side * r * 0.34, -r * 0.34, r * 0.2, _GLINT)
        return
    spot.dot(0, 0, r * 0.5, mix(INK, rim, 0.25))
    spot.glow(0, r * 0.55, r * 0.8, r * 0.4, vivid(lighter(eyes.colour, 0.22), 1.3), 0.6)
    spot.dot(side * r * 0.36, -r * 0.36, r * 0.27, _GLINT)
    spot.dot(-side * r * 0.4, r * 0.42, r * 0.12, _GLINT, 0.7)


def _lids(brush: Brush, inside: Brush, picture: Description, skin: Skin, way: int) -> None:
    face, mood = picture.face, picture.expression
    w, h = eye_half_size(picture.eyes, mood)
    drop = -h + 2 * h * mood.lid * 0.72
    if mood.lid > 0.05:
        lid = [(-w - 8, -h - 24), (w + 8, -h - 24), (w + 8, drop + 6), (0, drop), (-w - 8, drop + 5)]
        inside.fill(spline(_sided(way, lid)), Gradient(skin.base, skin.shade))
    tops = ((-0.55, 0.74), (0.0, 1.02), (0.6, 0.84))
    upper = [(-w - 1, 4.0), *[(w * x, max(-h * y, drop)) for x, y in tops], (w + 3, -3.0)]
    lash = [*upper, (w + 12, -11.0)] if face.lashes else upper
    brush.line(curve(*_sided(way, lash)), 9.5 if face.lashes else 7, mix(INK, skin.deep, 0.12), ends=(0.25, 0.3))
    crease = [(x, y - 8 - 3 * face.age) for x, y in upper]
    brush.line(curve(*_sided(way, crease)), 3.2, skin.deep, 0.6)
    for sink in (0, 12) if face.age > 0.55 else (0,):
        under = [(-w * 0.7, h * 0.6 + sink), (0, h * 0.88 + sink), (w * 0.75, h * 0.55 + sink)]
        brush.line(curve(*_sided(way, under)), 2.8, skin.deep, 0.58)


def _closed_eye(brush: Brush, picture: Description, skin: Skin, way: int) -> None:
    w, h = eye_half_size(picture.eyes, picture.expression)
    brush.glow(0, -2, w * 1.2, h * 1.3, skin.shade, 0.5)
    line = [(-w, 6.0), (-w * 0.5, -h * 0.42), (w * 0.1, -h * 0.55), (w * 0.65, -h * 0.26), (w, 8.0)]
    brush.line(curve(*_sided(way, line)), 8.5, mix(INK, skin.deep, 0.12), ends=(0.35, 0.35))
    if picture.face.lashes:
        lash = [(w * 0.8, 0.0), (w * 1.05, -4.0), (w * 1.25, -12.0)]
        brush.line(curve(*_sided(way, lash)), 5, INK, ends=(0.9, 0.1))


def draw_brows(brush: Brush, picture: Description, colour: Colour) -> None:
    """Paint the brows: raised, knitted or uneven as the expression says."""
    mood = picture.expression
    thick = 9 + 13 * picture.face.brow
    y = -56 - thick * 0.3
    for way in (-1, 1):
        lift = -mood.brow * 15 - (mood.lopsided * 17 if way == picture.scene.side else 0) - mood.wide * 8
        inner, outer = lift + mood.frown * 15, lift - mood.frown * 5
        line = [(32, y + 4 + inner), (62, y - 10 + (inner + outer) / 2), (96, y - 8 + outer), (120, y + 10 + outer)]
        spot = brush.at(look_of(picture).turn)
        spot.line(curve(*_sided(way, line)), thick, colour, 0.94, ends=(0.55, 0.08))
