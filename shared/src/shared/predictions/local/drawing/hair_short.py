"""Hair that is cropped, combed or spiked: each style paints what lies on the head. Head units, as in ``head``."""

from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.geometry import Point, points, spline
from shared.predictions.local.drawing.hair import Lock, cap, curls, forehead, gloss, paint, scattered, strands


def bald(brush: Brush, lock: Lock) -> None:
    """A bare scalp, and the light on it."""
    brush.glow(lock.side * 60, lock.form.crown + 62, 66, 30, (255, 250, 240), 0.35)


def balding(brush: Brush, lock: Lock) -> None:
    """Hair at the sides only."""
    bald(brush, lock)
    for way in (-1, 1):
        tuft = lock.points("140 -138, 167 -112, 182 -50, 172 8, 148 16, 142 -40, 135 -96", way)
        inside = paint(brush, lock, spline(tuft))
        strands(inside, lock, lock.points("135 -130, 148 10", way), lock.points("170 -120, 176 10", way), 8, 5)


def buzz(brush: Brush, lock: Lock) -> None:
    """Cropped close: a shadow with a crisp hairline."""
    outline = cap(lock, 5, forehead(lock, -146), ends=-4)
    brush.fill(outline, lock.base, 0.86)
    inside = brush.within(outline)
    inside.glow(lock.side * 50, -190, 100, 44, lock.light, 0.6)
    inside.dots(scattered(lock, outline, 13), 1.7, lock.deep, 0.35)


def crop(brush: Brush, lock: Lock) -> None:
    """Short, parted at the side, swept across the brow."""
    near = lock.side
    inside = paint(brush, lock, cap(lock, 24, forehead(lock, -150), ends=2))
    part, temple = lock.points("62 -248, 120 -150, 160 0", near), lock.points("62 -246, 180 -168, 180 -20", near)
    strands(inside, lock, part, temple, 12, 7)
    sweep = "62 -206, 22 -150, -45 -118, -124 -96, -164 -88, -168 -140, -105 -222, -30 -262, 62 -236"
    fringe = paint(brush, lock, spline(lock.points(sweep, near)), 30 * near)
    over = lock.points("62 -234, -20 -258, -150 -170, -166 -96", near)
    under = lock.points("62 -198, 0 -146, -75 -112, -142 -92", near)
    strands(fringe, lock, over, under, 16, 7)
    gloss(fringe, lock, lock.points("52 -222, -30 -216, -108 -150", near), 12)


def swept(brush: Brush, lock: Lock) -> None:
    """Combed back from the brow."""
    inside = paint(brush, lock, cap(lock, 30, forehead(lock, -158, 8)))
    for way in (-1, 1):
        middle, side = points("0 -140, 6 -268", way), lock.points("126 -90, 176 -150, 105 -238", way)
        strands(inside, lock, middle, side, 16, 7)
        strands(inside, lock, lock.points("129 -88, 174 -110", way), lock.points("142 -10, 174 -40", way), 6, 6)
    gloss(inside, lock, lock.points("-105 -178, 0 -210, 105 -178"), 10, 0.4)


def quiff(brush: Brush, lock: Lock) -> None:
    """Short at the sides with a proud wave in front."""
    sides = paint(brush, lock, cap(lock, 12, forehead(lock, -150), ends=4))
    strands(sides, lock, lock.points("-150 -120, -150 0"), lock.points("-120 -150, -135 -40"), 8, 4)
    near = lock.side
    wave = "-129 -134, -164 -196, -99 -276, 0 -312, 108 -298, 170 -232, 146 -158, 90 -140, 0 -152"
    outline = spline(lock.points(wave, near))
    inside = paint(brush, lock, outline, 20 * near)
    if lock.bumpy:
        curls(inside, lock, scattered(lock, outline, 34), 21)
        return
    over = lock.points("-129 -140, -90 -238, 20 -288, 150 -268", near)
    under = lock.points("30 -146, 90 -170, 135 -208, 164 -228", near)
    strands(inside, lock, over, under, 18, 8)
    gloss(inside, lock, lock.points("-90 -208, 0 -258, 112 -254", near), 14)


_SPIKES = "-202 -92, -222 -176, -129 -292, -45 -320, 42 -324, 126 -290, 220 -172, 200 -90"
_VALLEYS = "-166 -116, -147 -194, -93 -234, -3 -258, 87 -236, 147 -192, 166 -112"
_RAGGED = (
    "156 -20, 135 -92, 105 -138, 66 -102, 66 -102, 36 -146, -12 -98, -12 -98, -45 -146, -84 -108, -84 -108, -111 -140, "
    "-135 -92"
)


def spiky(brush: Brush, lock: Lock) -> None:
    """Spikes up and out."""
    tips = lock.points(_SPIKES)
    outline: list[Point] = [(-lock.form.temple - 6, -20), tips[0], tips[0]]
    for valley, tip in zip(lock.points(_VALLEYS), tips[1:], strict=True):
        outline += [valley, tip, tip]
    inside = paint(brush, lock, spline([*outline, *lock.points(_RAGGED)]))
    for i, tip in enumerate(tips):
        root = (i - 3.5) * 33
        strands(inside, lock, [(root, -150), tip], [(root + 34, -150), tip], 4, 7)


def mohawk(brush: Brush, lock: Lock) -> None:
    """Shaved sides and a crest."""
    buzz(brush, lock)
    crest = (
        "-44 -138, -62 -218, -92 -308, -50 -298, -40 -356, -6 -320, 22 -366, 44 -314, 88 -320, 64 -222, 46 -138, 0 -120"
    )
    inside = paint(brush, lock, spline(points(crest)))
    strands(inside, lock, points("-40 -140, -84 -298"), points("40 -140, 84 -308"), 20, 8)


def undercut(brush: Brush, lock: Lock) -> None:
    """Shaved at the sides, long on top and thrown over."""
    buzz(brush, lock)
    far = -lock.side
    throw = "-111 -150, -120 -224, -30 -270, 99 -258, 184 -150, 180 -40, 152 34, 152 34, 135 -70, 60 -132, 0 -150"
    inside = paint(brush, lock, spline(lock.points(throw, far)), 30 * lock.side)
    over = lock.points("-105 -208, 45 -258, 180 -140, 160 20", far)
    under = lock.points("-105 -150, 0 -150, 105 -110, 150 10", far)
    strands(inside, lock, over, under, 18, 8)
    gloss(inside, lock, lock.points("-60 -226, 90 -214, 164 -110", far), 12)


def tuft(brush: Brush, lock: Lock) -> None:
    """A few stubborn locks on the crown."""
    top = lock.form.crown
    for x, lean, high in ((-26, -34, 46), (24, 40, 40), (0, 6, 64)):
        tip = (x + lean, top - high)
        left, right = (x - 16 + lean * 0.3, top - high * 0.4), (x + 14 + lean * 0.2, top - high * 0.3)
        inside = paint(brush, lock, spline([(x - 24, top + 34), left, tip, tip, right, (x + 24, top + 36)]))
        strands(inside, lock, [(x - 12, top + 30), tip], [(x + 12, top + 30), tip], 4, 5)
