"""Text can be read in the dark room: WCAG's contrast of every pair of colours that the page puts together."""

import re

import pytest

from tests.web.visit import ROOT

THEME = ROOT / "services/gateway/src/gateway/web/theme.css"
TEXT = 4.5
EDGE = 3.0
"""The least contrast of text, and of what shows where a control is."""

_GROUNDS = ("room", "floor", "panel", "panel-2")

_PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "soft", "lamp", "lamp-strong", "warn", "ok") for ground in _GROUNDS),
    *(("on-lamp", ground, TEXT) for ground in ("lamp", "lamp-strong")),
    ("warn", "warn-panel", TEXT),
    *(("edge", ground, EDGE) for ground in _GROUNDS),
    ("lamp", "line", EDGE),
]

COLOURS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", THEME.read_text()))


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("front", "ground", "least"), _PAIRS)
def test_colours_stand_apart(front: str, ground: str, least: float) -> None:
    light, dark = sorted((_luminance(COLOURS[front]), _luminance(COLOURS[ground])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= least
