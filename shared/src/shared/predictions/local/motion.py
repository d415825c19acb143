"""How a clip moves: camera, breath, blinks, motes in the light. Pure; times in seconds, places in shares of a side."""

import math
from dataclasses import dataclass

from shared.predictions.local.drawing.chance import Chance

RATE = 24
"""Frames a second."""

_PUSH = 0.075
_PARALLAX = 0.010
_BREATH = 0.0045
_BREATH_SECONDS = 3.8
_BLINK = (0.55, 1.0, 1.0, 0.6, 0.2)
"""How far the lids are shut in each frame of a blink."""


@dataclass(frozen=True, slots=True)
class View:
    """What is seen: magnification (1 shows everything) and the middle, in shares of the stage."""

    zoom: float
    x: float
    y: float

    def box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return the part of a stage of this size that is seen, within the stage: left, top, right, bottom."""
        w, h = width / self.zoom, height / self.zoom
        left = min(max(self.x * width - w / 2, 0.0), width - w)
        top = min(max(self.y * height - h / 2, 0.0), height - h)
        return left, top, left + w, top + h


def backdrop_view(t: float, length: float) -> View:
    """Return how the backdrop is seen at ``t``: all of it at first, then slowly nearer."""
    near = _ease(t / length)
    drift = 0.012 * near * math.sin(2 * math.pi * t / 9)
    return View(1 + _PUSH * near, 0.5 + drift, 0.5 - 0.05 * near)


def figure_view(t: float, length: float) -> View:
    """Return how the figure is seen at ``t``: a little nearer than its backdrop, and breathing."""
    behind, near = backdrop_view(t, length), _ease(t / length)
    breath = _BREATH * math.sin(2 * math.pi * t / _BREATH_SECONDS) * min(1.0, t)
    sway = 0.003 * near * math.sin(2 * math.pi * t / 6.5)
    return View(behind.zoom + _PARALLAX * near + max(0.0, breath), behind.x + sway, behind.y + 0.012 * near)


def _ease(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def blinks(seconds: int, chance: Chance) -> dict[int, float]:
    """Return how far the eyes are shut, 0 to 1, in the frames in which somebody blinks."""
    shut: dict[int, float] = {}
    at, count = chance.between("first blink", 1.0, 1.8), 0
    while at < seconds - 0.4:
        shut.update({round(at * RATE) + i: amount for i, amount in enumerate(_BLINK)})
        count += 1
        at += chance.between(f"blink{count}", 2.2, 3.8)
    return shut


def lamp_place(t: float, length: float) -> tuple[float, float]:
    """Return where the middle of the drifting light is, in shares of the frame: it comes in from outside a corner."""
    share = t / length
    return -0.5 + 1.4 * share, -0.5 + 1.0 * share


@dataclass(frozen=True, slots=True)
class Mote:
    """A speck in the light: where it starts, how it drifts (shares a second), how large it is and how it twinkles."""

    x: float
    y: float
    dx: float
    dy: float
    size: int
    beat: float
    phase: float

    def place(self, t: float) -> tuple[float, float]:
        """Return where it is, in shares of the frame; it comes back in where it left."""
        return (self.x + self.dx * t) % 1.1 - 0.05, (self.y + self.dy * t) % 1.1 - 0.05

    def shine(self, t: float) -> float:
        """Return how bright it is, 0 to 1; all are dark at first."""
        return min(1.0, t / 1.5) * (0.5 + 0.5 * math.sin(2 * math.pi * (t / self.beat + self.phase))) ** 2


def motes(count: int, sizes: int, chance: Chance) -> list[Mote]:
    """Return motes of ``sizes`` sizes, most of them small."""
    return [
        Mote(
            x=chance.between(f"mote x{i}", 0, 1.1),
            y=chance.between(f"mote y{i}", 0, 1.1),
            dx=chance.between(f"mote dx{i}", -0.012, 0.012),
            dy=chance.between(f"mote dy{i}", -0.035, -0.008),
            size=int(sizes * chance.share(f"mote size{i}") ** 2),
            beat=chance.between(f"mote beat{i}", 2.2, 4.5),
            phase=chance.share(f"mote phase{i}"),
        )
        for i in range(count)
    ]
