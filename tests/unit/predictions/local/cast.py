"""The example show's cast, and how unlike two pictures are."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageStat

from shared.predictions.local.description import describe
from shared.predictions.local.drawing.painter import paint
from shared.predictions.local.drawing.traits import Description

EXAMPLES = Path(__file__).parents[4] / "docs" / "examples"
NAMES = tuple(sorted(path.stem for path in (EXAMPLES / "characters").glob("*.json")))
SMALL = 0.2
"""The scale that tests paint at: a fifth of the size, a twentieth of the time."""


@cache
def document(name: str) -> Any:
    """Return an example document, ``show`` or one of the cast."""
    path = EXAMPLES / "show.json" if name == "show" else EXAMPLES / "characters" / f"{name}.json"
    return json.loads(path.read_text("utf-8"))


def described(name: str) -> Description:
    """Describe one of the cast."""
    return describe(document("show"), document(name))


@cache
def small_picture(description: Description) -> Image.Image:
    """Paint somebody, small."""
    return paint(description, SMALL).image


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how unlike two pictures look at a glance: 0 for the same, 255 for black and white."""
    seen = [picture.convert("RGB").resize((26, 38), Image.Resampling.BOX) for picture in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*seen)).mean) / 3
