"""Cloth: its tones in the scene's light, and its patterns. Bust units, as in ``bust``."""

from dataclasses import dataclass

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, darker, lighter, lightness, mix
from shared.predictions.local.drawing.geometry import box, curve, star
from shared.predictions.local.drawing.traits import Scene

_WIDE, _LOW = 450, 480


@dataclass(frozen=True, slots=True)
class Cloth:
    """One cloth's tones."""

    base: Colour
    light: Colour
    shade: Colour
    deep: Colour


def cloth_of(colour: Colour, scene: Scene) -> Cloth:
    """Mix the tones of a cloth in the scene's light."""
    base = mix(colour, scene.shadow, 0.05)
    light = mix(lighter(base, 0.06 if lightness(base) > 0.35 else 0.09), scene.key, 0.10)
    shade, deep = mix(darker(base, 0.09), scene.shadow, 0.12), mix(darker(base, 0.17), scene.shadow, 0.16)
    return Cloth(base, light, shade, deep)


BRASS = Cloth((214, 168, 84), (246, 212, 132), (164, 118, 54), (120, 82, 40))
"""Trimmings when nothing else would show."""


def trim_for(cloth: Cloth, accent: Cloth) -> Cloth:
    """Return ``accent`` unless it would not show on ``cloth``; brass then."""
    return accent if abs(lightness(cloth.base) - lightness(accent.base)) > 0.12 else BRASS


def draw_pattern(inside: Brush, pattern: str, cloth: Cloth, second: Cloth, chance: Chance) -> None:
    """Print a pattern in the ``second`` cloth's colour; an unknown one prints nothing."""
    match pattern:
        case "stripes":
            _stripes(inside, second.base)
        case "plaid":
            _plaid(inside, second.base)
        case "dots":
            inside.dots(
                [(x + row % 2 * 34, row * 56) for row in range(10) for x in range(-408, 409, 68)], 11, second.base
            )
        case "stars":
            for row in range(8):
                for x in range(-400, 401, 100):
                    inside.fill(star(x + row % 2 * 50, row * 66, 15, 6, 5), second.base, 0.9)
        case "floral":
            _flowers(inside, cloth, second, chance)
        case "knit":
            for x in range(-400, 401, 19):
                inside.line([(x, -40), (x * 1.04, _LOW)], 5, cloth.shade, 0.55, ends=(1, 1))
        case _:
            return


def _stripes(inside: Brush, colour: Colour) -> None:
    for y in range(20, _LOW, 74):
        upper, lower = curve((-420, y + 46), (0, y), (420, y + 46)), curve((420, y + 80), (0, y + 36), (-420, y + 80))
        inside.fill([*upper, *lower], colour, 0.95)


def _plaid(inside: Brush, colour: Colour) -> None:
    for x in range(-400, 401, 80):
        inside.fill(box(x, -60, x + 26, _LOW), colour, 0.4)
    for y in range(-20, _LOW, 80):
        inside.fill(box(-_WIDE, y, _WIDE, y + 26), colour, 0.4)


def _flowers(inside: Brush, cloth: Cloth, second: Cloth, chance: Chance) -> None:
    for row in range(6):
        for column in range(-4, 5):
            name = f"flower{row}:{column}"
            x = column * 96 + row % 2 * 48 + chance.between(name, -16, 16)
            y = row * 84 + chance.between(f"{name}y", -12, 12)
            inside.fill(star(x, y, 23, 13, 5, chance.between(f"{name}a", 0, 72)), second.base, 0.95)
            inside.dot(x, y, 7, cloth.deep)
