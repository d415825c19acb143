"""Paints the README's picture: the example show's cast, as the built-in renderer sees it.

    python -m bench.cast

writes ``docs/images/cast.png``, the same bytes each time.
"""

import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from shared.predictions.local.description import describe
from shared.predictions.local.drawing.label import label, label_place
from shared.predictions.local.drawing.painter import paint

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "docs" / "examples"
TARGET = ROOT / "docs" / "images" / "cast.png"

CAST = ("mira-okonjo", "bellhop-nine", "otto-brindle", "dame-isolde", "juno-park", "halvard-grue", "teo-salgado")
"""Who stands where, from left to right."""

_WIDTH, _HEIGHT = 232, 339
_GAP = 10
_ROUND = 14
_STEP = 4


def document(name: str) -> Any:
    """Return one of the example documents."""
    return json.loads((EXAMPLES / name).read_text("utf-8"))


def contact_sheet() -> Image.Image:
    """Return the cast in a row, on nothing."""
    show = document("show.json")
    sheet = Image.new("RGBA", (len(CAST) * (_WIDTH + _GAP) - _GAP, _HEIGHT))
    for i, name in enumerate(CAST):
        painted = paint(describe(show, document(f"characters/{name}.json"))).image
        portrait = painted.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS).convert("RGBA")
        portrait.putalpha(_rounded())
        sheet.paste(portrait, (i * (_WIDTH + _GAP), 0))
    mark = label(11)
    sheet.alpha_composite(mark, label_place(sheet.size, mark))
    return sheet


def _rounded() -> Image.Image:
    mask = Image.new("L", (_WIDTH * 4, _HEIGHT * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), _ROUND * 4, fill=255)
    return mask.reduce(4)


def fewer_tones(sheet: Image.Image) -> Image.Image:
    """Return the sheet with every fourth tone only: half the bytes, and no eye sees it."""
    toned = sheet.convert("RGB").point([min(255, round(value / _STEP) * _STEP) for value in range(256)] * 3)
    toned.putalpha(sheet.getchannel("A"))
    return toned


def main() -> None:
    """Write the picture."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    fewer_tones(contact_sheet()).save(TARGET, optimize=True)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
