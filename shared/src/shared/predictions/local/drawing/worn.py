"""What every drawing of a thing worn on the head or the chest is given."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.cloth import Cloth
from shared.predictions.local.drawing.geometry import Point, Points, ellipse, shift
from shared.predictions.local.drawing.head import HeadForm

SHADE = (40, 20, 40)
"""The colour of small shadows."""


@dataclass(frozen=True, slots=True)
class Worn:
    """A thing worn: its cloth, its trimming's, the head it is on, and the light's side."""

    cloth: Cloth
    trim: Cloth
    form: HeadForm
    side: int

    def points(self, text: str, way: int = 1) -> list[Point]:
        """Return points drawn about the usual head, spread to this one's width."""
        return self.form.points(text, way)


Draw = Callable[[Brush, Worn], None]


def solid(brush: Brush, outline: Points, cloth: Cloth, side: int) -> Brush:
    """Paint a shape lit from ``side``; return a brush clipped to it."""
    brush.fill(outline, Gradient(cloth.light, cloth.shade, 35.0 * side))
    return brush.within(outline)


def bead(brush: Brush, x: float, y: float, radius: float, cloth: Cloth) -> None:
    """Paint a round thing with some shine: a button, a gem, a pompom."""
    brush.dot(x, y, radius, Gradient(cloth.light, cloth.shade))


def shaded(brush: Brush, outline: Points, paint: Gradient, drop: float = 7.0) -> Brush:
    """Paint a piece that throws a small soft shadow; return a brush clipped to it."""
    brush.fill(shift(outline, 0, drop), SHADE, 0.33, soft=drop * 0.75)
    brush.fill(outline, paint)
    return brush.within(outline)


def brow_shadow(brush: Brush, worn: Worn, y: float) -> None:
    """Paint the shadow a hat throws on the face."""
    brush.within(worn.form.outline).fill(ellipse(0, y, worn.form.temple + 20, 46), SHADE, 0.30, soft=12)
