"""Animals that walk upright: ears, fur and muzzles, with the same eyes as everybody. Head units, as in ``head``."""

from dataclasses import replace

from shared.predictions.local.drawing.breeds import BREEDS, DARK_EARED, EARS, Breed
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, darker, lighter, lightness, mix
from shared.predictions.local.drawing.eyes import draw_brows, draw_eyes
from shared.predictions.local.drawing.geometry import (
    Frame,
    Point,
    Points,
    curve,
    ellipse,
    flip,
    points,
    resample,
    spline,
    symmetric,
)
from shared.predictions.local.drawing.head import Skin
from shared.predictions.local.drawing.markings import draw_marking
from shared.predictions.local.drawing.muzzles import draw_beak, draw_muzzle, draw_snout
from shared.predictions.local.drawing.traits import Description

EYES_AT = Frame(0, -18, 0, 1.06)
"""Where an animal's eyes are, in head units."""


def animal_outline(breed: Breed) -> list[Point]:
    """Return the head's outline, tufted at the cheeks."""
    w = breed.wide
    half = [(0, -206), (96 * w, -192), (158 * w, -104), (176 * w, 14), (172 * w, 82), (122 * w, 164), (48 * w, 204)]
    if not breed.furry:
        return spline(symmetric([*half, (0, 208)]))
    right = resample(curve(*half, (0, 208)), 44)
    tufted = [_tuft(right, i, breed.cheeks) for i in range(len(right))]
    return [*tufted, *flip(tufted)[::-1]]


def _tuft(line: Points, i: int, fluff: float) -> Point:
    x, y = line[i]
    long = max(0.0, 1 - abs(y - 96) / 120) * fluff * 17 if y > -30 else 2.5 * fluff
    return (x + long, y + long * 0.5) if i % 3 == 0 else (x - long * 0.1, y)


def draw_animal(brush: Brush, picture: Description, skin: Skin, chance: Chance) -> None:
    """Paint the whole head of this animal."""
    breed = BREEDS.get(picture.species.kind, BREEDS["cat"])
    pale = _pale(skin.base, breed)
    _draw_ruff(brush, breed, skin, chance)
    _draw_ears(brush, breed, picture, skin, pale)
    outline = animal_outline(breed)
    brush.fill(outline, Gradient(skin.light, skin.base, 25.0 * picture.scene.side))
    inside = brush.within(outline)
    draw_marking(inside, breed.marking, skin, pale, chance)
    _light_fur(inside, picture.scene.side, skin)
    if breed.furry:
        _brush_fur(inside, skin, chance)
    if breed.face == "frog":
        _draw_frog_face(brush, inside, picture, skin, pale)
    else:
        _draw_face(brush, inside, breed, picture, skin, pale)


def _pale(base: Colour, breed: Breed) -> Colour:
    if breed.cold_blooded:
        return lighter(mix(base, (246, 232, 160), 0.4), 0.06)
    return mix(base, (252, 243, 226), 0.8 if lightness(base) < 0.8 else 0.5)


def _draw_face(brush: Brush, inside: Brush, breed: Breed, picture: Description, skin: Skin, pale: Colour) -> None:
    if breed.face == "beak":
        draw_beak(inside, picture, skin)
    elif breed.face in ("snout", "scaled"):
        draw_snout(inside, picture, skin, pale, breed.face)
    else:
        draw_muzzle(brush, inside, picture, skin, pale, breed.face)
    draw_eyes(brush.put(EYES_AT), picture, skin)
    if breed.marking != "discs":
        thin = replace(picture, face=replace(picture.face, brow=picture.face.brow * 0.3))
        draw_brows(brush.at(0, -6), thin, darker(skin.deep, 0.06))


def _draw_frog_face(brush: Brush, inside: Brush, picture: Description, skin: Skin, pale: Colour) -> None:
    for way in (-1, 1):
        brush.dot(way * 92, -164, 74, Gradient(skin.light, skin.base, 25.0 * picture.scene.side))
    draw_snout(inside, picture, skin, pale, "frog")
    round_eyed = replace(picture, eyes=replace(picture.eyes, size=picture.eyes.size * 1.06, tall=1.0))
    draw_eyes(brush.at(0, -166, scale=1.22), round_eyed, skin)


def _draw_ruff(brush: Brush, breed: Breed, skin: Skin, chance: Chance) -> None:
    if breed.marking == "mane":
        _petals(brush, mix(skin.deep, (120, 60, 30), 0.35), 20, 286, 1.0, chance)
        _petals(brush, skin.shade, 17, 246, 1.0, chance)
    if breed.marking == "spines":
        _petals(brush, darker(skin.deep, 0.08), 26, 236, 0.5, chance)
        _petals(brush, skin.deep, 24, 214, 0.5, chance)


def _petals(brush: Brush, colour: Colour, count: int, reach: float, wide: float, chance: Chance) -> None:
    left, right = (-30 * wide, -reach * 0.8), (34 * wide, -reach * 0.76)
    petal = spline([(-44 * wide, -90), left, (8, -reach), (8, -reach), right, (44 * wide, -90)])
    for i in range(count):
        spot = brush.at(0, -4, 360 * i / count + chance.between(f"petal{i}{reach}", -5, 5))
        spot.fill(petal, Gradient(lighter(colour, 0.05), colour))


def _draw_ears(brush: Brush, breed: Breed, picture: Description, skin: Skin, pale: Colour) -> None:
    if breed.ears == "crest":
        _draw_crest(brush, skin)
    if breed.ears not in EARS:
        return
    ear, hollow = EARS[breed.ears]
    bare = breed.cold_blooded or breed.face == "beak" or breed.ears == "floppy"
    lining = skin.shade if bare else mix(pale, (226, 138, 128), 0.42)
    for way in (-1, 1):
        outline = spline(points(ear, way))
        brush.fill(outline, _ear_paint(picture.species.kind, skin))
        cup = brush.within(outline)
        cup.fill(spline(points(hollow, way)), lining, 0.9, soft=3)
        cup.fill(ellipse(way * 120, -110, 70, 46), skin.deep, 0.4, soft=14)


def _ear_paint(kind: str, skin: Skin) -> Gradient:
    if kind not in DARK_EARED:
        return Gradient(skin.base, skin.shade)
    tip = mix(skin.deep, (34, 24, 30), 0.7)
    return Gradient(tip, mix(tip, skin.base, DARK_EARED[kind]))


def _draw_crest(brush: Brush, skin: Skin) -> None:
    for i, lean in enumerate((-46, -14, 20, 52)):
        tip = (lean * 1.7, -300.0 + abs(lean))
        foot = lean * 0.5
        blade = [(foot - 18, -180.0), (lean - 12, -250), tip, tip, (lean + 20, -240), (foot + 18, -180)]
        brush.fill(spline(blade), Gradient(skin.light, (skin.base, skin.shade)[i % 2]))


def _light_fur(inside: Brush, side: int, skin: Skin) -> None:
    dark = points("118 -260, 146 -60, 128 90, 70 250, 300 250, 300 -260", -side)
    inside.fill(spline(dark), skin.deep, 0.42, soft=16)
    inside.glow(side * 70, -146, 80, 50, lighter(skin.light, 0.05), 0.5)
    inside.glow(side * 112, 52, 46, 38, lighter(skin.light, 0.05), 0.4)


def _brush_fur(inside: Brush, skin: Skin, chance: Chance) -> None:
    for i in range(46):
        x, y = chance.between(f"fx{i}", -160, 160), chance.between(f"fy{i}", -196, 170)
        lean = x * 0.12
        hair = curve((x, y), (x + lean * 0.5, y + 10), (x + lean, y + 24))
        inside.line(hair, 5, skin.light if i % 2 else skin.shade, 0.45, ends=(0.6, 0.02))
