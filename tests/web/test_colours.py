"""Text can be read by day and by night: WCAG's contrast of every pair of colours that the page puts together."""

import re
from pathlib import Path

import pytest

THEME = Path(__file__).resolve().parents[2] / "services/gateway/src/gateway/web/theme.css"
TEXT = 4.5
EDGE = 3.0
"""The least contrast of text, and of what shows where a control is."""

_PAIRS = [
    *(("ink", ground, TEXT) for ground in ("paper", "panel")),
    *(("soft", ground, TEXT) for ground in ("paper", "panel")),
    *(("accent", ground, TEXT) for ground in ("paper", "panel")),
    *(("accent-strong", ground, TEXT) for ground in ("paper", "panel")),
    *(("on-accent", ground, TEXT) for ground in ("accent", "accent-strong")),
    *(("warn", ground, TEXT) for ground in ("panel", "warn-paper")),
    *(("edge", ground, EDGE) for ground in ("paper", "panel")),
    ("accent", "line", EDGE),
]


def _themes() -> dict[str, dict[str, str]]:
    """Return each theme's colours by name."""
    blocks = re.findall(r":root\s*{(.*?)}", THEME.read_text(), re.DOTALL)
    day, night = (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block)) for block in blocks)
    return {"day": day, "night": day | night}


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize(("front", "ground", "least"), _PAIRS)
def test_colours_stand_apart(theme: str, front: str, ground: str, least: float) -> None:
    colours = _themes()[theme]
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[ground])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= least
