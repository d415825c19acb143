"""The bust: shoulders by build, and cloth draped over them. Bust units: the pit of the throat at 0, y downwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.cloth import Cloth, cloth_of, draw_pattern
from shared.predictions.local.drawing.colours import Colour
from shared.predictions.local.drawing.geometry import Point, Points, curve, ellipse, flip, spline
from shared.predictions.local.drawing.traits import Garment, Scene

FLOOR = 480.0
"""Where every garment ends, below the picture's edge."""


@dataclass(frozen=True, slots=True)
class Build:
    """A body's half widths: the neck's, the shoulders', the chest's at the floor; ``drop``: how far shoulders slope."""

    neck: float
    shoulder: float
    chest: float
    drop: float


BUILDS: Mapping[str, Build] = MappingProxyType(
    {
        "slim": Build(60, 236, 232, 74),
        "average": Build(70, 268, 268, 64),
        "broad": Build(86, 330, 322, 48),
        "round": Build(88, 304, 356, 74),
        "stocky": Build(90, 310, 322, 42),
    }
)
"""The builds there are."""


@dataclass(frozen=True, slots=True)
class Outfit:
    """All that a garment's drawing needs."""

    build: Build
    garment: Garment
    cloth: Cloth
    inner: Cloth
    trim: Cloth
    scene: Scene
    chance: Chance

    @property
    def side(self) -> int:
        """Where the light comes from: -1 left, 1 right."""
        return self.scene.side

    def facing(self, way: int, cloth: Cloth | None = None) -> Gradient:
        """Return the paint of a piece on the ``way`` side: lighter when it faces the light."""
        tones = cloth or self.cloth
        return Gradient(tones.light, tones.base) if way == self.side else Gradient(tones.base, tones.shade)


def outfit_of(build: Build, garment: Garment, scene: Scene, chance: Chance) -> Outfit:
    """Mix what ``garment`` is painted with."""
    cloth, inner, trim = (cloth_of(c, scene) for c in (garment.colour, garment.inner, garment.trim))
    return Outfit(build, garment, cloth, inner, trim, scene, chance)


def body_outline(build: Build, neckline: Points) -> list[Point]:
    """Return the clothed bust's outline.

    ``neckline`` is the right half of its opening, from the neck's side to the middle.
    """
    side = [
        (build.chest + 6, FLOOR),
        (build.chest + 2, FLOOR - 90),
        (build.shoulder + 10, 230),
        (build.shoulder - 2, 118 + build.drop * 0.4),
        (build.shoulder * 0.86, 34 + build.drop * 0.55),
        (build.shoulder * 0.56, 4 + build.drop * 0.28),
        (build.neck + 22, -14),
    ]
    return mirrored_pair([*curve(*side), *curve(side[-1], *neckline)])


def mirrored_pair(right: list[Point]) -> list[Point]:
    """Return a whole outline from its right half, ends first at the floor and last in the middle (or the reverse)."""
    return [*right, *flip(right)[::-1]]


def crew(build: Build, depth: float = 34.0) -> list[Point]:
    """Return the right half of a round neckline."""
    return [(build.neck * 0.92, depth * 0.5), (build.neck * 0.5, depth * 0.92), (0, depth)]


def vee(build: Build, depth: float = 130.0) -> list[Point]:
    """Return the right half of a pointed neckline."""
    return [(build.neck * 0.72, depth * 0.28), (build.neck * 0.3, depth * 0.72), (0, depth)]


def drape(brush: Brush, outfit: Outfit, outline: Points, cloth: Cloth | None = None) -> Brush:
    """Paint an outline as cloth over the bust, with arms, folds and pattern; return a brush clipped to it."""
    tones, build, side = cloth or outfit.cloth, outfit.build, outfit.side
    brush.fill(outline, Gradient(tones.light, tones.base, 30.0 * side))
    inside = brush.within(outline)
    if cloth is None:
        draw_pattern(inside, outfit.garment.pattern, outfit.cloth, outfit.inner, outfit.chance)
    wide = build.shoulder
    dark = [(0.52 * wide, -20.0), (0.66 * wide, 160), (0.56 * wide, FLOOR), (520, FLOOR), (520, -40)]
    inside.fill(spline([(-side * x, y) for x, y in dark]), tones.shade, 0.75, soft=22)
    for way in (-1, 1):
        arm = curve((way * (wide - 66), FLOOR), (way * (wide - 74), 320), (way * (wide - 52), 176))
        inside.line(arm, 13, tones.deep, 0.8, ends=(0.9, 0.05))
        fold = curve((way * wide * 0.82, 100), (way * wide * 0.66, 170), (way * wide * 0.7, 230))
        inside.line(fold, 8, tones.shade, 0.7, ends=(0.1, 0.1))
    inside.fill(ellipse(0, -6, build.neck * 1.5, 46), tones.deep, 0.55, soft=16)
    inside.glow(side * wide * 0.72, 92, 92, 44, tones.light, 0.6)
    return inside


def draw_shoulders(brush: Brush, build: Build, skin: Colour, scene: Scene) -> None:
    """Paint bare shoulders and chest (or fur, or enamel), to be covered by what is worn."""
    tones = cloth_of(skin, scene)
    outline = body_outline(build, crew(build, 6))
    brush.fill(outline, Gradient(tones.light, tones.base, 30.0 * scene.side))
    inside = brush.within(outline)
    inside.glow(-scene.side * build.shoulder * 0.8, 230, 190, 300, tones.deep, 0.6)
    for way in (-1, 1):
        arm = [(build.shoulder - 60, FLOOR), (build.shoulder - 70, 330), (build.shoulder - 48, 190)]
        inside.line(curve(*((way * x, y) for x, y in arm)), 11, tones.deep, 0.6, ends=(0.9, 0.05))
        inside.line(curve((way * build.shoulder * 0.62, 44), (way * 90, 40), (way * 20, 58)), 9, tones.shade, 0.7)
