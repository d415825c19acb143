"""Colours: sRGB triples outside, OKLab inside, so that mixing and shading look as paint does. Pure."""

import math
import re

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def from_hex(text: object) -> Colour | None:
    """Return the colour written as ``#rrggbb`` or ``#rgb`` (the ``#`` may be missing), or None for anything else."""
    found = _HEX.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(d * 2 for d in found[1])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return ``a`` with ``share`` (0 to 1) of ``b`` in it."""
    la, lb = _to_lab(a), _to_lab(b)
    return _from_lab(*(x + (y - x) * share for x, y in zip(la, lb, strict=True)))


def lightness(colour: Colour) -> float:
    """Return how light the eye finds it, 0 (black) to 1 (white)."""
    return _to_lab(colour)[0]


def chroma(colour: Colour) -> float:
    """Return how colourful it is, 0 (grey) to about 0.3."""
    _, a, b = _to_lab(colour)
    return math.hypot(a, b)


def lighter(colour: Colour, amount: float) -> Colour:
    """Return it ``amount`` lighter (0 to 1), leaning warm as sunlight does."""
    light, a, b = _to_lab(colour)
    return _from_lab(min(0.985, light + amount), a + amount * 0.01, b + amount * 0.05)


def darker(colour: Colour, amount: float) -> Colour:
    """Return it ``amount`` darker (0 to 1), a little richer and cooler as painters' shadows are."""
    light, a, b = _to_lab(colour)
    rich = 1 + amount * 0.6
    return _from_lab(max(0.06, light - amount), a * rich + amount * 0.02, b * rich - amount * 0.08)


def with_lightness(colour: Colour, light: float) -> Colour:
    """Return the same hue at a given lightness."""
    _, a, b = _to_lab(colour)
    return _from_lab(light, a, b)


def vivid(colour: Colour, factor: float) -> Colour:
    """Return it with its colourfulness multiplied."""
    light, a, b = _to_lab(colour)
    return _from_lab(light, a * factor, b * factor)


def distance(a: Colour, b: Colour) -> float:
    """Return how different they look, 0 to about 1."""
    return math.dist(_to_lab(a), _to_lab(b))


def _to_lab(colour: Colour) -> tuple[float, float, float]:
    r, g, b = (_linear(c / 255) for c in colour)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_lab(light: float, a: float, b: float) -> Colour:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return _byte(red), _byte(green), _byte(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _byte(value: float) -> int:
    value = min(1.0, max(0.0, value))
    encoded = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(encoded * 255)
