"""Eyelids as text: how a portrait's file tells a clip where somebody can blink. Pure."""

import json

from shared.predictions.local.drawing.colours import Colour, from_hex
from shared.predictions.local.drawing.geometry import Point
from shared.predictions.local.drawing.painter import Eyelids

_MOST_POINTS = 100


def to_text(lids: Eyelids, size: tuple[int, int]) -> str:
    """Return eyelids as JSON, their outlines in shares of a picture's ``size`` so that a scaled copy still fits."""
    width, height = size
    eyes = [[[round(x / width, 4), round(y / height, 4)] for x, y in eye] for eye in lids.eyes]
    return json.dumps({"eyes": eyes, "lid": _hex(lids.lid), "lash": _hex(lids.lash)}, separators=(",", ":"))


def from_text(text: object, size: tuple[int, int]) -> Eyelids | None:
    """Read them back for a picture of ``size``; None for anything else, since anyone may have written the file."""
    try:
        told = json.loads(text) if isinstance(text, str) else {}
        eyes = tuple(tuple(_point(point, size) for point in eye) for eye in told["eyes"])
        lid, lash = from_hex(told["lid"]), from_hex(told["lash"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    sane = len(eyes) == 2 and all(3 <= len(eye) <= _MOST_POINTS for eye in eyes)
    return Eyelids(eyes, lid, lash) if sane and lid and lash else None


def _point(pair: object, size: tuple[int, int]) -> Point:
    if not isinstance(pair, list) or len(pair) != 2:
        raise ValueError("a point is two numbers")
    x, y = float(pair[0]), float(pair[1])
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError("a point lies in the picture")
    return x * size[0], y * size[1]


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
