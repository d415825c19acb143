"""Robots: an enamelled head with lamps for eyes. Head units, as in ``head``; the neck is in bust units."""

import math

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, darker, lighter, mix
from shared.predictions.local.drawing.geometry import Point, box, curve, ellipse, flip, points, shift, spline
from shared.predictions.local.drawing.head import Skin
from shared.predictions.local.drawing.traits import Description

_STEEL = (150, 156, 164)
_GLASS = (26, 32, 44)
_WHITE = (255, 255, 252)
_DOME = "0 -228, 116 -196, 166 -90, 170 70, 150 168, 150 168, 0 186, -150 168, -150 168, -170 70, -166 -90, -116 -196"


def robot_outline(chance: Chance) -> list[Point]:
    """Return the shell this robot has: a pod, a box, a dome or a set."""
    match chance.pick("shell", ("pod", "box", "dome", "set")):
        case "pod":
            return ellipse(0, -16, 164, 214, power=3.0)
        case "box":
            return box(-160, -218, 160, 196, 66)
        case "dome":
            return spline(points(_DOME))
        case _:
            return box(-182, -196, 182, 176, 54)


def draw_robot_neck(brush: Brush, skin: Skin, width: float, side: int) -> None:
    """Paint a bellows neck in its socket."""
    brush.fill(box(-width * 0.75, -150, width * 0.75, 20), darker(_STEEL, 0.3))
    socket = ellipse(0, 24, width * 1.5, 40, power=2.4)
    brush.fill(shift(socket, 0, 9), skin.deep, 0.8, soft=6)
    brush.fill(socket, Gradient(skin.light, skin.deep))
    brush.fill(ellipse(0, 14, width * 1.1, 22, power=2.4), darker(_STEEL, 0.32))
    rubber = Gradient(mix(_STEEL, skin.base, 0.25), darker(_STEEL, 0.22))
    for i in range(6):
        ring = ellipse(0, -146 + i * 30, width * (0.82 + 0.03 * i), 17, power=2.6)
        brush.fill(ring, rubber)
        brush.within(ring).glow(side * width * 0.4, -150 + i * 30, width * 0.3, 9, _WHITE, 0.6)
    brush.painted().fill(ellipse(0, -120, width * 1.2, 60), (20, 18, 30), 0.5, soft=14)


def draw_robot_head(brush: Brush, picture: Description, skin: Skin, chance: Chance) -> None:
    """Paint the whole head: ears, shell, face and antenna."""
    side = picture.scene.side
    outline = robot_outline(chance)
    wide = max(x for x, _ in outline)
    _draw_antennas(brush, picture, skin, chance)
    _draw_ears(brush, skin, wide, picture.eyes.colour, chance)
    brush.fill(outline, Gradient(skin.light, skin.base, 30.0 * side))
    inside = brush.within(outline)
    _light_shell(inside, skin, side, wide)
    if chance.odds("visor", 0.42):
        _draw_visor(inside, picture, wide)
    else:
        _draw_sockets(inside, picture, skin)
    _draw_seams(inside, skin, wide, chance)
    _draw_mouth(inside.at(picture.turn * 10, 136), picture, skin, chance)
    _wear(inside, skin, wide, chance)


def _light_shell(inside: Brush, skin: Skin, side: int, wide: float) -> None:
    for reach, tone, opacity in ((0.62, skin.shade, 0.85), (0.86, skin.deep, 0.6)):
        edge = [
            (reach * wide, -260.0),
            ((reach + 0.08) * wide, 0),
            ((reach - 0.06) * wide, 240),
            (300, 240),
            (300, -260),
        ]
        inside.fill(spline([(-side * x, y) for x, y in edge]), tone, opacity, soft=9)
    gleam = points("138 -150, 108 -190, 49 -202, 102 -168, 125 -120, 131 -20", side)
    inside.fill(spline([(x * wide / 164, y) for x, y in gleam]), (255, 252, 244), 0.55, soft=3)


def _draw_antennas(brush: Brush, picture: Description, skin: Skin, chance: Chance) -> None:
    lamp = picture.eyes.colour
    single = (-picture.scene.side * 78, -318)
    for x, high in ((-96, -302), (96, -302)) if chance.odds("pair", 0.3) else (single,):
        tip = (x * 1.34, float(high))
        brush.line([(x, -190), (x * 1.16, -260), tip], 9, mix(_STEEL, skin.deep, 0.3), ends=(1, 0.8))
        spot = brush.at(*tip)
        spot.glow(0, 0, 58, 58, lamp, 0.5)
        spot.dot(0, 0, 17, Gradient(lighter(lamp, 0.2), lamp))
        spot.dot(-5, -6, 5, _WHITE, 0.9)


def _draw_ears(brush: Brush, skin: Skin, wide: float, lamp: Colour, chance: Chance) -> None:
    for way in (-1, 1):
        spot = brush.at(way * (wide - 10), 4)
        spot.fill(box(-26, -62, 26, 62, 14), Gradient(_STEEL, skin.deep))
        spot.fill(box(-42, -40, 42, 40, 14), Gradient(skin.shade, skin.deep))
        if chance.odds("earlamp", 0.5):
            spot.dot(way * 32, -4, 9, lamp)


def _draw_lamp(spot: Brush, picture: Description, r: float) -> None:
    lamp, mood = picture.eyes.colour, picture.expression
    spot.glow(0, 0, r * 2.0, r * 2.0, lamp, 0.55)
    if mood.closed or mood.smile > 0.85:
        arc = curve((-r, 12), (-r * 0.5, -r * 0.5), (r * 0.5, -r * 0.5), (r, 12))
        spot.line(arc, 17, lighter(lamp, 0.14), ends=(0.8, 0.8))
        return
    grow, squash = 1 + 0.16 * mood.wide, 1 - 0.5 * mood.lid
    spot.fill(ellipse(0, 0, r * grow, r * squash * grow), Gradient(lighter(lamp, 0.10), lamp))
    spot.fill(ellipse(0, 0, r * 0.62, r * 0.62 * squash), lighter(lamp, 0.24))
    spot.dot(picture.turn * -6, 0, r * 0.24, darker(lamp, 0.42))
    spot.fill(ellipse(picture.scene.side * r * 0.36, -r * 0.4 * squash, r * 0.2, r * 0.14), _WHITE, 0.95)


def _draw_visor(inside: Brush, picture: Description, wide: float) -> None:
    plate = box(-wide + 34, -112, wide - 34, 62, 74)
    inside.line([*plate, plate[0]], 13, (240, 236, 226), 0.35, ends=(1, 1))
    inside.fill(plate, Gradient(mix(_GLASS, picture.scene.sky, 0.25), _GLASS))
    glass = inside.within(plate)
    for way in (-1, 1):
        _draw_lamp(glass.at(way * 66 + picture.turn * 10, -26), picture, 35)
    glass.fill([(-wide + 60, -140), (-wide + 130, -140), (-wide + 40, 90), (-wide - 30, 90)], _WHITE, 0.10)


def _draw_sockets(inside: Brush, picture: Description, skin: Skin) -> None:
    mood = picture.expression
    for way in (-1, 1):
        spot = inside.at(way * 74 + picture.turn * 10, -26)
        spot.dot(0, 4, 64, skin.deep, 0.7)
        spot.dot(0, 0, 61, Gradient(lighter(_STEEL, 0.2), darker(_STEEL, 0.18)))
        spot.dot(0, 0, 49, Gradient(_GLASS, mix(_GLASS, picture.eyes.colour, 0.25)))
        _draw_lamp(spot, picture, 35)
        tilt = way * (mood.frown * 16 - 3 - 4 * mood.lopsided)
        lid = spot.at(0, -78 - mood.brow * 12 - mood.wide * 8, tilt)
        lid.fill(box(-50, -9, 50, 9, 9), Gradient(skin.shade, skin.deep))


def _draw_seams(inside: Brush, skin: Skin, wide: float, chance: Chance) -> None:
    seam = curve((-wide, 84), (-wide * 0.5, 96), (0, 98), (wide * 0.5, 96), (wide, 84))
    inside.line(seam, 5, skin.deep, 0.8, ends=(1, 1))
    inside.line(shift(seam, 0, 4), 3, skin.light, 0.7, ends=(1, 1))
    if chance.odds("crest", 0.5):
        inside.fill(box(-24, -240, 24, -132), skin.shade, 0.5)
        for ridge in (-24, 24):
            inside.line([(ridge, -240), (ridge, -132)], 4, skin.deep, 0.6, ends=(1, 1))
    rivets: list[Point] = [(wide - 28, 112), (wide - 34, 148), (wide - 26, 60), (wide - 40, -130)]
    for x, y in [*rivets, *flip(rivets)]:
        inside.dot(x + 1, y + 2.5, 8, skin.deep, 0.8)
        inside.dot(x, y, 7, Gradient(lighter(skin.light, 0.06), skin.shade))


def _draw_mouth(spot: Brush, picture: Description, skin: Skin, chance: Chance) -> None:
    mood, lamp = picture.expression, picture.eyes.colour
    if chance.odds("grille", 0.4):
        plate = box(-62, -24, 62, 24, 20)
        spot.fill(shift(plate, 0, 3), skin.light, 0.8)
        spot.fill(plate, _GLASS)
        for i in range(-4, 5):
            high = 15 - abs(i) * (2.4 * mood.smile)
            spot.line([(i * 13, -high), (i * 13, high)], 6, lamp, 0.95, ends=(1, 1))
        return
    bend = 22 * mood.smile
    line = curve((-58, -bend), (-30, bend * 0.36), (0, bend * 0.55), (30, bend * 0.36), (58, -bend))
    spot.line(line, 30 + 26 * mood.open, skin.deep, 0.85, ends=(0.75, 0.75))
    spot.line(line, 20 + 26 * mood.open, _GLASS, ends=(0.7, 0.7))
    spot.line(line, 8 + 12 * mood.open, lamp, ends=(0.5, 0.5))


def _wear(inside: Brush, skin: Skin, wide: float, chance: Chance) -> None:
    rust = mix((142, 92, 62), skin.deep, 0.4)
    chip = spline(points("-10 0, -2 -8, 10 -2, 3 7"))
    for i in range(9):
        turn = chance.between(f"chip{i}", 0, 2 * math.pi)
        size = chance.between(f"size{i}", 0.4, 1.2)
        inside.at(math.cos(turn) * (wide - 8), math.sin(turn) * 190, scale=size).fill(chip, rust, 0.7)
    inside.line(curve((-wide * 0.62, 52), (-wide * 0.5, 66), (-wide * 0.3, 70)), 4, lighter(skin.light, 0.1), 0.6)
