"""Hair's materials: its tones, the cap it forms on a skull, strands that follow a flow. Head units, as in ``head``."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, darker, lighter, lightness, mix, vivid
from shared.predictions.local.drawing.geometry import Point, Points, curve, resample, ribbon, scallops, spline
from shared.predictions.local.drawing.head import HeadForm
from shared.predictions.local.drawing.traits import Hair, Scene

_BUMPS = {"curly": (44.0, 15.0), "coily": (27.0, 9.0)}
"""How long and how deep the bumps of each texture's silhouette are."""

_SWINGS = {"wavy": 7.0, "curly": 9.0, "coily": 5.0}
"""How far each texture's strands swing."""


@dataclass(frozen=True, slots=True)
class Lock:
    """All that a hair style needs to draw itself; ``side`` is where the light comes from."""

    hair: Hair
    form: HeadForm
    base: Colour
    light: Colour
    shade: Colour
    deep: Colour
    shine: Colour
    side: int
    chance: Chance

    @property
    def bumpy(self) -> bool:
        """Whether it curls."""
        return self.hair.texture in _BUMPS

    def points(self, text: str, way: int = 1) -> list[Point]:
        """Return points drawn about the usual head, spread to this one's width."""
        return self.form.points(text, way)


def lock_of(hair: Hair, form: HeadForm, scene: Scene, chance: Chance) -> Lock:
    """Mix the tones of this hair in the scene's light."""
    base = mix(hair.colour, (46, 34, 40), 0.12) if lightness(hair.colour) < 0.25 else hair.colour
    lift = 0.10 if lightness(base) < 0.4 else 0.07
    light = mix(lighter(base, lift), scene.key, 0.10)
    shade = mix(darker(base, 0.09), scene.shadow, 0.10)
    deep = mix(darker(base, 0.19), scene.shadow, 0.12)
    shine = mix(vivid(lighter(base, lift * 2.2), 0.9), scene.key, 0.25)
    return Lock(hair, form, base, light, shade, deep, shine, scene.side, chance)


def cap(lock: Lock, volume: float, hairline: Points, ends: float = 0.0) -> list[Point]:
    """Return the outline of hair ``volume`` units proud of the skull, above ``hairline`` (left to right).

    ``ends`` is how far below the eyes it reaches at the sides.
    """
    return [*outer_arc(lock, volume, ends), *edge(lock, curve(*reversed(hairline)))]


def outer_arc(lock: Lock, volume: float, ends: float = 0.0) -> list[Point]:
    """Return the line over the top of the head from left to right, ``volume`` units proud of the skull."""
    form = lock.form
    side, top = form.temple + volume * 0.62, form.crown - volume
    half = [
        (side * 0.36, top + 10),
        (side * 0.70, top + 50),
        (side * 0.96, top + 126),
        (form.cheek + volume * 0.45, -46),
        (form.cheek + volume * 0.3, ends),
    ]
    return edge(lock, curve(*[(-x, y) for x, y in reversed(half)], (0, top), *half))


def edge(lock: Lock, line: list[Point]) -> list[Point]:
    """Return ``line`` as this texture's silhouette: smooth, or bumpy to the left of its way."""
    return scallops(line, *_BUMPS[lock.hair.texture]) if lock.bumpy else line


def forehead(lock: Lock, height: float = -148.0, peak: float = 0.0, ends: float = 0.0) -> list[Point]:
    """Return a hairline across the brow from left to right; ``peak`` lowers (or, negative, raises) its middle."""
    w, c = lock.form.temple, lock.form.cheek
    half = [(w * 0.4, height + 3), (w * 0.72, height + 22), (w * 0.87, height + 70), (c * 0.93, -34), (c * 0.97, ends)]
    return [*[(-x, y) for x, y in reversed(half)], (0, height + peak), *half]


def paint(brush: Brush, lock: Lock, outline: Points, angle: float = 0.0) -> Brush:
    """Fill an outline with hair; return a brush clipped to it, for its strands."""
    brush.fill(outline, Gradient(lock.light, lock.shade, angle))
    inside = brush.within(outline)
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    far = right if lock.side < 0 else left
    inside.glow(far, (top + bottom) / 2, (right - left) * 0.34, (bottom - top) * 0.6, lock.deep, 0.6)
    return inside


def strands(inside: Brush, lock: Lock, first: Points, last: Points, count: int, width: float = 6.0) -> None:
    """Paint ``count`` strands that flow between two guide lines, each a little its own way and tone."""
    a, b = resample(curve(*first), 14), resample(curve(*last), 14)
    tones = (lock.shade, lock.light, lock.deep, lock.base, lock.shade, lock.shine)
    # Curls cover most of the strands beneath them.
    opacity = 0.34 if lock.bumpy else 0.62
    for i in range(count):
        name = f"{first[0]}{last[0]}{i}"
        t = min(1.0, max(0.0, (i + 0.5 + lock.chance.between(f"strand{name}", -0.5, 0.5)) / count))
        line = [(p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t) for p, q in zip(a, b, strict=True)]
        thick = width * lock.chance.between(f"thick{name}", 0.5, 1.3)
        tone = lock.chance.pick(f"tone{name}", tones)
        inside.line(_textured(lock, line, i), thick, tone, opacity, ends=(0.15, 0.05))


def _textured(lock: Lock, line: list[Point], i: int) -> list[Point]:
    swing = _SWINGS.get(lock.hair.texture)
    if swing is None:
        return line
    zigzag = [(x + swing * (1 if (k + i) % 2 else -1) * min(1, k / 4), y) for k, (x, y) in enumerate(line[::2])]
    return spline(zigzag, closed=False, detail=5)


def curls(inside: Brush, lock: Lock, places: Sequence[Point], radius: float, opacity: float = 0.45) -> None:
    """Paint ringlets at ``places``: small arcs of all the hair's tones."""
    tones = (lock.light, lock.shade, lock.deep, lock.shine, lock.deep)
    for i, (x, y) in enumerate(places):
        r = radius * lock.chance.between(f"curl{i}", 0.75, 1.25)
        arc = curve((-r, r * 0.3), (-r * 0.6, -r * 0.75), (r * 0.4, -r * 0.8), (r, r * 0.1), (r * 0.3, r * 0.6))
        spot = inside.at(x, y, lock.chance.between(f"turn{i}", -40, 40))
        spot.line(arc, r * 0.34, tones[i * 7 % 5], opacity, ends=(0.15, 0.1))


def scattered(lock: Lock, outline: Points, spacing: float) -> list[Point]:
    """Return places spread over an outline's bounds about ``spacing`` apart, uneven as nature is."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    across, down = int((max(xs) - min(xs)) / spacing) + 1, int((max(ys) - min(ys)) / spacing / 0.86) + 1
    return [
        _strayed(lock, min(xs) + (column + row % 2 / 2) * spacing, min(ys) + row * spacing * 0.86, spacing)
        for row in range(down)
        for column in range(across)
    ]


def _strayed(lock: Lock, x: float, y: float, spacing: float) -> Point:
    name = f"{x:.0f}:{y:.0f}"
    reach = 0.3 * spacing
    return x + lock.chance.between(name, -reach, reach), y + lock.chance.between(f"{name}y", -reach, reach)


def gloss(inside: Brush, lock: Lock, line: Points, width: float, opacity: float = 0.5) -> None:
    """Paint a soft band of shine along a line."""
    band = ribbon(curve(*line), width * 1.8, 0.05, 0.05)
    inside.fill(band, lock.shine, opacity * 0.8, soft=width * 0.45)
