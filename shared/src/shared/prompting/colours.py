"""Colour codes as words: a model handed ``#d9a441`` writes it on the picture, handed "ochre" it paints.

The name is the nearest of a painter's few dozen, measured in OKLab, where equal distances look equally different
(Björn Ottosson, "A perceptual color space for image processing", 2020).
"""

import colorsys
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

Rgb = tuple[float, float, float]
"""Red, green and blue, 0 to 1, as a code holds them (gamma-encoded sRGB)."""

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "black": "080808",
        "charcoal": "333333",
        "dark gray": "585858",
        "gray": "909090",
        "silver gray": "b8b8b8",
        "pale gray": "dcdcdc",
        "off-white": "f3f2f0",
        "white": "ffffff",
        "warm gray": "99918a",
        "slate gray": "64748b",
        "slate blue": "5a7a9c",
        "blue-black": "14172a",
        "navy": "1f2a4d",
        "midnight blue": "191970",
        "deep blue": "0f2f80",
        "royal blue": "3355d1",
        "blue": "1f5fff",
        "cobalt blue": "0047ab",
        "steel blue": "4682b4",
        "sky blue": "7fbfea",
        "powder blue": "b9d7e8",
        "ice blue": "e0eff7",
        "dusty blue": "8fa6bf",
        "cyan": "12d8e8",
        "dark teal": "123f46",
        "teal": "0f7d80",
        "turquoise": "3fcfc4",
        "mint green": "aee8c6",
        "sea green": "3c8f6b",
        "emerald green": "17a05d",
        "dark green": "0b4f1f",
        "forest green": "2a5e3a",
        "pine green": "23332c",
        "green": "2ba52b",
        "bright green": "3be03b",
        "lime green": "a8e02a",
        "sage green": "9caf88",
        "moss green": "6b7a3a",
        "olive": "74702a",
        "dark olive": "454520",
        "khaki": "b8ab78",
        "pale yellow": "f7efa8",
        "yellow": "f8e12c",
        "golden yellow": "f5c52c",
        "ochre": "cc952f",
        "mustard": "b8901b",
        "amber": "f5a01f",
        "apricot": "f7bd85",
        "orange": "f5821f",
        "burnt orange": "c25a14",
        "rust": "97421f",
        "terracotta": "c46a4e",
        "clay": "a8675a",
        "coral": "fa7b62",
        "salmon pink": "f4a28f",
        "peach": "fad3b4",
        "cream": "f6ecd2",
        "ivory": "fbf7e6",
        "beige": "e2d2b4",
        "stone": "c9c2b2",
        "sand": "cdb38b",
        "tan": "c8a06e",
        "brass": "b08d57",
        "caramel": "c68642",
        "bronze": "8c6a35",
        "warm brown": "8b5a3c",
        "brown": "6b4226",
        "chestnut": "7a3b24",
        "taupe": "8a7563",
        "umber": "4f3a2a",
        "dark brown": "341f14",
        "brown-black": "1d110a",
        "maroon": "6e1423",
        "burgundy": "581a33",
        "deep red": "9a0c18",
        "crimson": "c8143c",
        "red": "e8221f",
        "brick red": "a5302a",
        "dusty rose": "c48793",
        "rose pink": "e8607f",
        "pale pink": "f7d5db",
        "pink": "f7a8c0",
        "hot pink": "f03c98",
        "magenta": "e012d8",
        "mauve": "a5809c",
        "plum": "6c2a5c",
        "dark purple": "33163f",
        "purple": "762aa0",
        "violet": "8b4be0",
        "indigo": "432a96",
        "lavender": "c6b8ec",
        "lilac": "c79bd6",
    }
)

_CODE = re.compile(r"(?i)(?:(?<!&)#|(?<!\w)0x)([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-z_])")
# Without a mark only six digits that mix letters and numbers are surely no word, no count and no year.
_BARE_CODE = re.compile(r"(?i)(?<![\w#&-])(?=[a-f]*\d)(?=\d*[a-f])(?!\d{4}(?:ad|bc|ce)\b)([0-9a-f]{6})(?![\w-])")
_FUNCTION = re.compile(r"(?i)(?<!\w)(rgb|hsl)a?\(\s*([^()]{1,60})\)")
_HUE_WEIGHT = 6.0
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(%?)")
# From a run's first mark alone: from each of them on, a run without a word behind it would be searched again.
_STRAY_MARK = re.compile(r"(?<!#)#+(?=\w)")


def colour_name(code: str) -> str | None:
    """Name a code of 3, 4, 6 or 8 hex digits, with or without ``#``, its opacity left out; None for anything else."""
    digits = code.strip().removeprefix("#")
    if not re.fullmatch(r"[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}", digits):
        return None
    return _nearest(_rgb(digits))


def colour_words(text: str) -> str:
    """Return ``text`` with every colour code in it as a word, and no ``#`` before anything else."""
    text = _FUNCTION.sub(_function_word, _CODE.sub(_code_word, text))
    return _STRAY_MARK.sub("", _BARE_CODE.sub(_code_word, text))


def _code_word(found: re.Match[str]) -> str:
    digits = found[1]
    # "Locker #204" is a number; "#333" is what designers write for a gray.
    number = digits.isdigit() and len(digits) < 6 and len(set(digits)) > 1
    word = digits if number else colour_name(digits) or digits
    joined = found.start() > 0 and found.string[found.start() - 1].isalnum()
    return f" {word}" if joined else word


def _function_word(found: re.Match[str]) -> str:
    numbers = [(float(number), bool(percent)) for number, percent in _NUMBER.findall(found[2])[:3]]
    if len(numbers) < 3:
        return found[0]
    if found[1].lower() == "rgb":
        red, green, blue = (_unit(number / (100 if percent else 255)) for number, percent in numbers)
        return _nearest((red, green, blue))
    hue, saturation, lightness = (number for number, _ in numbers)
    return _nearest(colorsys.hls_to_rgb(hue / 360 % 1, _unit(lightness / 100), _unit(saturation / 100)))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _rgb(digits: str) -> Rgb:
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _nearest(colour: Rgb) -> str:
    lab = _oklab(colour)
    # A word is wrong sooner by its hue than by its lightness.
    return min(_named(), key=lambda name: _distance(lab, _named()[name]))


def _distance(one: Rgb, other: Rgb) -> float:
    lightness, green_red, blue_yellow = (a - b for a, b in zip(one, other, strict=True))
    return lightness**2 + _HUE_WEIGHT * (green_red**2 + blue_yellow**2)


@cache
def _named() -> Mapping[str, Rgb]:
    return {name: _oklab(_rgb(digits)) for name, digits in _NAMES.items()}


def _oklab(colour: Rgb) -> Rgb:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
