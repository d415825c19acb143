"""Hair that falls: what lies behind the bust, and what lies before it. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.geometry import Point, Points, curve, ribbon, spline
from shared.predictions.local.drawing.hair import Lock, cap, curls, edge, forehead, gloss, paint, scattered, strands

FRINGE = "-150 -24, -126 -62, -63 -74, 0 -72, 63 -74, 126 -62, 150 -24"
"""A fringe's hem, left to right."""


def low_of(lock: Lock) -> float:
    """Return how far down the hair falls."""
    return 250 + 330 * lock.hair.length


def long_back(brush: Brush, lock: Lock) -> None:
    """A curtain behind neck and shoulders."""
    w, c, low = lock.form.temple, lock.form.cheek, low_of(lock)
    flare = 58 if lock.hair.texture == "straight" else 92
    half = [(w + 34, -80), (c + flare * 0.66, 90), (c + flare, low * 0.6), (c + flare * 0.6, low), (20, low + 6)]
    left = edge(lock, curve(*[(-x, y) for x, y in reversed(half)]))
    right = edge(lock, curve(*half))
    inside = paint(brush, lock, [*left, *right])
    hem = [(w, -100.0), (c + flare * 0.8, 200), (c + flare * 0.4, low)]
    strands(inside, lock, [(-x, y) for x, y in hem], hem, 26, 12)


def long(brush: Brush, lock: Lock) -> None:
    """Parted, falling in front of the shoulders."""
    for way in (-1, 1):
        if lock.bumpy:
            _curly_fall(brush, lock, way)
        else:
            _fall(brush, lock, way)
    _crown(brush, lock)


def _fall(brush: Brush, lock: Lock, way: int) -> None:
    c, low = lock.form.cheek, low_of(lock)
    outer = [*lock.points("93 -168, 180 -110, 198 60, 212 220", way), (way * (c + 30), low - 40)]
    inner = [(way * (c - 8), low - 14), (way * (c - 26), low * 0.62), *lock.points("145 120, 137 -20", way)]
    inside = paint(brush, lock, spline([*outer, *inner]))
    front = [*lock.points("93 -160, 140 0, 136 170", way), (way * (c - 10), low)]
    back = [*lock.points("174 -120, 196 60, 206 220", way), (way * (c + 20), low)]
    strands(inside, lock, front, back, 14, 9)


def _curly_fall(brush: Brush, lock: Lock, way: int) -> None:
    low = low_of(lock) * 0.86
    outer = [*lock.points("93 -168, 190 -110, 222 60, 244 190", way), (way * 236, low - 50), (way * 180, low)]
    inner = [(way * 124, low - 30), *lock.points("118 170, 140 60, 137 -20", way)]
    outline = edge(lock, spline([*outer, *inner] if way > 0 else [*outer, *inner][::-1]))
    inside = paint(brush, lock, outline)
    front, back = lock.points("93 -160, 140 0, 130 400", way), lock.points("174 -120, 216 60, 236 400", way)
    strands(inside, lock, front, back, 10, 12)
    curls(inside, lock, scattered(lock, outline, 34), 22, 0.36)


def _crown(brush: Brush, lock: Lock) -> None:
    fringe = lock.hair.fringe
    part = 0.0 if fringe else lock.side * 34.0
    hairline = lock.points(FRINGE) if fringe else _curtains(lock, part)
    inside = paint(brush, lock, cap(lock, 32, hairline, ends=-20))
    for way in (-1, 1):
        middle = [(part, -254.0), (part + way * 30, -150), (way * lock.form.temple * (0.2 if fringe else 0.8), -84)]
        strands(inside, lock, middle, [(part, -258.0), *lock.points("162 -178, 178 -20", way)], 17, 9)
    gloss(inside, lock, lock.points("-138 -134, 0 -184, 138 -134"), 15)


def _curtains(lock: Lock, part: float) -> list[Point]:
    left = lock.points("-168 -16, -134 -50, -105 -116")
    return [*left, (part - 10, -190), (part + 10, -190), *[(-x, y) for x, y in reversed(left)]]


def locs_back(brush: Brush, lock: Lock) -> None:
    """Ropes of hair behind the shoulders."""
    low = low_of(lock)
    for i in range(11):
        x = (i - 5) * lock.form.cheek * 0.23
        _rope(brush, lock, curve((x * 0.8, -160), (x * 1.25, 0), (x * 1.4, 160), (x * 1.3, low - 20 * (i % 3))), 40)


def locs(brush: Brush, lock: Lock) -> None:
    """Ropes of hair from the crown, falling at both sides."""
    c, top, low = lock.form.cheek, lock.form.crown, low_of(lock)
    paint(brush, lock, cap(lock, 22, forehead(lock, -150), ends=-8))
    for i in range(5):
        for way in (-1, 1):
            over = [(way * (2 + i * 13), top - 18 + i * 7), (way * (84 + i * 21), -172 + i * 22)]
            down = [(way * (c - 14 + i * 13), 24), (way * (c - 24 + i * 19), 190)]
            _rope(brush, lock, curve(*over, *down, (way * (c - 36 + i * 19), low - 60 * (i % 2) - 30)), 33)


def _rope(brush: Brush, lock: Lock, line: Points, width: float) -> None:
    inside = paint(brush, lock, ribbon(line, width, 0.8, 0.45))
    for (x, y), (x2, y2) in zip(line[3::2], line[4::2], strict=False):
        dx, dy = y2 - y, x - x2
        reach = width * 0.5 / max(1.0, (dx * dx + dy * dy) ** 0.5)
        band = [(x - dx * reach, y - dy * reach), (x, y + 3), (x + dx * reach, y + dy * reach)]
        inside.line(band, 4, lock.deep, 0.4)
    inside.line([(x + lock.side * width * 0.16, y) for x, y in line], 7, lock.shine, 0.4)


def floating_back(brush: Brush, lock: Lock) -> None:
    """Hair adrift, as under water."""
    w, drift = lock.form.temple, -lock.side
    for i in range(15):
        way = (i - 7) / 7
        sink = 150 * abs(way)
        high = lock.form.crown - 6 - 60 * (1 - abs(way)) - 40 * lock.chance.share(f"lift{i}") + sink
        long = lock.chance.between(f"long{i}", 40, 110)
        root, rise = (way * w * 0.86, -120 + sink / 2), (way * (w + 44), high)
        swell = (way * (w + 92) - drift * 16, high - 48)
        curl = [(way * (w + 74) + drift * long * 0.6, high - 96), (way * (w + 84) + drift * long * 1.3, high - 84)]
        line = curve(root, rise, swell, *curl)
        inside = paint(brush, lock, ribbon(line, 52, 0.9, 0.16))
        inside.line(line, 7, lock.shine, 0.5)
        inside.line([(x + 9, y + 3) for x, y in line], 4, lock.deep, 0.4)
