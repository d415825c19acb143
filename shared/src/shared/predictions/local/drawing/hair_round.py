"""Hair with a shape of its own: curls, clouds, bowls and bobs. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.geometry import Point, curve, spline
from shared.predictions.local.drawing.hair import Lock, cap, curls, edge, forehead, gloss, paint, scattered, strands


def curly_crop(brush: Brush, lock: Lock) -> None:
    """A short head of curls."""
    outline = cap(lock, 36, forehead(lock, -142, 10), ends=-2)
    inside = paint(brush, lock, outline)
    curls(inside, lock, scattered(lock, outline, 33), 21)


def _cloud(lock: Lock, grow: float = 0.0) -> list[Point]:
    """Return a cloud of hair's outline, round from ear to ear."""
    big = 46 + 78 * lock.hair.length + grow
    wide, top = lock.form.temple + big, lock.form.crown - big * 0.92
    half = [
        (wide * 0.56, top + 34),
        (wide * 0.93, top + 140),
        (wide, -96),
        (wide * 0.86, 4),
        (wide * 0.66, 56),
    ]
    return edge(lock, curve(*[(-x, y) for x, y in reversed(half)], (0, top), *half))


def afro_back(brush: Brush, lock: Lock) -> None:
    """A round cloud of hair, behind the head."""
    outline = [*_cloud(lock, 4), *curve(*lock.points("156 66, 0 90, -156 66"))]
    inside = paint(brush, lock, outline)
    curls(inside, lock, scattered(lock, outline, 30), 16, 0.3)


def afro(brush: Brush, lock: Lock) -> None:
    """The cloud's front, rounded over the brow."""
    hairline = edge(lock, curve(*reversed(forehead(lock, -136, 2, ends=-30))))
    right, left = curve(*lock.points("182 30, 162 -14")), curve(*lock.points("-162 -14, -182 30"))
    outline = [*_cloud(lock), *right, *hairline, *left]
    inside = paint(brush, lock, outline)
    top = lock.form.crown - 46 - 60 * lock.hair.length
    inside.glow(lock.side * 100, top + 90, 190, 130, lock.light, 0.8)
    inside.glow(-lock.side * 170, -90, 120, 230, lock.deep, 0.7)
    curls(inside, lock, scattered(lock, outline, 25), 14, 0.32)


def bowl(brush: Brush, lock: Lock) -> None:
    """An even fringe all the way round."""
    hairline = "-176 -6, -131 -22, -126 -82, -60 -94, 0 -97, 60 -94, 126 -82, 131 -22, 176 -6"
    inside = paint(brush, lock, cap(lock, 32, lock.points(hairline), ends=-4))
    left, right = lock.points("0 -258, -160 -158, -176 -10"), lock.points("0 -258, 160 -158, 176 -10")
    strands(inside, lock, left, right, 34, 8)
    gloss(inside, lock, lock.points("-128 -156, 0 -180, 128 -156"), 15)


def _bob_low(lock: Lock) -> float:
    return 128 + 130 * lock.hair.length


def bob_back(brush: Brush, lock: Lock) -> None:
    """The bob's nape."""
    c, low = lock.form.cheek, _bob_low(lock)
    half = [(c + 26, -60), (c + 38, 90), (c + 24, low), (c + 24, low), (0, low + 12)]
    paint(brush, lock, spline([*half, *[(-x, y) for x, y in reversed(half[:-1])]]))


def bob(brush: Brush, lock: Lock) -> None:
    """Cut clean at the jaw, with a blunt fringe or a side parting."""
    for way in (-1, 1):
        _bob_side(brush, lock, way)
    low = -62.0 if lock.hair.fringe else -150.0
    hairline = lock.points(_BLUNT) if lock.hair.fringe else _parted(lock)
    inside = paint(brush, lock, cap(lock, 30, hairline, ends=-34))
    part = 0.0 if lock.hair.fringe else lock.side * 50.0
    for way in (-1, 1):
        middle = [(part, -256.0), (way * 12 + part, -150), (way * 15, low + 8)]
        side = [(part, -256.0), *lock.points("158 -178, 176 -30", way)]
        strands(inside, lock, middle, side, 17, 8)
    gloss(inside, lock, lock.points("-135 -140, 0 -176, 135 -140"), 15)


_BLUNT = "-172 -30, -130 -66, -60 -62, 0 -59, 60 -62, 130 -66, 172 -30"


def _bob_side(brush: Brush, lock: Lock, way: int) -> None:
    low = _bob_low(lock)
    outer = lock.points("120 -150, 176 -120, 192 40", way)
    inner = lock.points("134 60, 134 -60", way)
    tip, hem = (way * (lock.form.cheek + 30), low), (way * lock.form.cheek * 0.74, low - 8)
    inside = paint(brush, lock, spline([*outer, tip, tip, hem, hem, *inner]))
    front = [*lock.points("120 -150, 134 20", way), (way * lock.form.cheek * 0.76, low)]
    strands(inside, lock, front, [*lock.points("174 -120, 192 40", way), tip], 11, 7)


def _parted(lock: Lock) -> list[Point]:
    line = lock.points("172 -30, 142 -84, 99 -140, 50 -176, 10 -140, -75 -104, -135 -64, -172 -30", lock.side)
    return line if lock.side < 0 else line[::-1]
