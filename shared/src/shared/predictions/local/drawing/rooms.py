"""The pieces indoor backdrops are put together from. Canvas units, 832 × 1216."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import darker, lighter, mix
from shared.predictions.local.drawing.geometry import box, curve, ellipse, spline, star
from shared.predictions.local.drawing.traits import Scene


def wallpaper(brush: Brush, scene: Scene) -> None:
    """Paint striped wallpaper with a small motif, a rail and panelling below."""
    stripe = lighter(scene.sky, 0.035)
    for x in range(-20, 860, 104):
        brush.fill(box(x, -2, x + 52, 860), stripe, 0.8)
        for y in range(40, 820, 120):
            brush.fill(star(x + 78, y + (x // 104 % 2) * 60, 13, 5, 4), mix(scene.sky, scene.accent, 0.45), 0.7)
    wood = mix(scene.ground, scene.shadow, 0.3)
    brush.fill(box(-2, 850, 836, 1220), Gradient(lighter(wood, 0.05), wood))
    brush.fill(box(-2, 838, 836, 862), lighter(wood, 0.12))
    for x in range(20, 832, 204):
        panel = box(x, 900, x + 164, 1250, 8)
        brush.line([*panel, panel[0]], 6, darker(wood, 0.07), 0.9, ends=(1, 1))


def arch(brush: Brush, scene: Scene) -> None:
    """Paint a tall arched window full of evening behind the head."""
    glass = [*box(186, 480, 646, 1240), (186, 480)]
    round_top = ellipse(416, 480, 230, 250)
    light = mix(scene.accent, scene.key, 0.4)
    brush.glow(416, 560, 520, 620, light, 0.35)
    for shape in (round_top, glass):
        brush.fill(shape, Gradient(lighter(light, 0.06), mix(light, scene.ground, 0.45)), 0.95)
    frame = mix(scene.ground, (214, 170, 96), 0.5)
    outline = sorted((p for p in ellipse(416, 480, 230, 250) if p[1] <= 481), key=lambda p: p[0])
    brush.line([(186, 1240), *outline, (646, 1240)], 13, frame, 1, ends=(1, 1))
    for x in (300, 532):
        brush.line([(x, 262), (x, 1240)], 6, frame, 0.8, ends=(1, 1))
    brush.line([(186, 480), (646, 480)], 6, frame, 0.8, ends=(1, 1))


def wall_lamps(brush: Brush, scene: Scene) -> None:
    """Hang a glowing lamp at each side."""
    for x in (88, 744):
        brush.glow(x, 430, 210, 230, (255, 206, 120), 0.55)
        brush.fill(
            [(x - 52, 480), (x - 30, 384), (x + 30, 384), (x + 52, 480)], Gradient((255, 240, 200), (255, 204, 124))
        )
        brush.line([(x, 480), (x, 540)], 9, (168, 124, 62), 1, ends=(1, 1))
        brush.dot(x, 546, 15, Gradient((226, 180, 96), (150, 106, 52)))


def lamps(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint soft street lights out of focus."""
    for i in range(13):
        tone = ((255, 214, 140), scene.accent, (186, 220, 236))[i % 3]
        x, y, r = (
            chance.between(f"bokeh{i}", 0, 832),
            chance.between(f"bokehy{i}", 120, 980),
            chance.between(f"bokehr{i}", 26, 66),
        )
        brush.fill(ellipse(x, y, r, r), tone, 0.22)
        brush.fill(ellipse(x, y, r * 0.82, r * 0.82), tone, 0.2)


def window(brush: Brush, scene: Scene) -> None:
    """Paint a window's bars."""
    bar = mix(scene.ground, scene.shadow, 0.5)
    for x in (90, 742):
        brush.line([(x, -10), (x, 1230)], 20, bar, 1, ends=(1, 1))
    brush.line([(-10, 330), (842, 330)], 16, bar, 1, ends=(1, 1))


def tiles(brush: Brush, scene: Scene) -> None:
    """Paint a glazed tile wall."""
    for row in range(13):
        for column in range(-1, 9):
            x, y = column * 108 + (54 if row % 2 else 0), row * 82
            tone = mix(lighter(scene.sky, 0.05 + 0.02 * ((row * 7 + column * 3) % 3)), scene.key, 0.12)
            brush.fill(box(x + 3, y + 3, x + 105, y + 79, 7), Gradient(lighter(tone, 0.03), tone), 0.9)
    brush.glow(416, 480, 480, 520, scene.key, 0.4)


def shelf(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Hang pans and stand jars on a shelf."""
    wood = mix((140, 92, 56), scene.shadow, 0.2)
    brush.fill(box(-10, 250, 250, 270), wood)
    brush.fill(box(586, 250, 850, 270), wood)
    for i, x in enumerate((30, 104, 182, 640, 716, 792)):
        tone = (scene.accent, (226, 216, 190), mix(scene.ground, (120, 160, 120), 0.5))[i % 3]
        high = chance.between(f"jar{i}", 62, 104)
        brush.fill(box(x - 27, 250 - high, x + 27, 250, 13), Gradient(lighter(tone, 0.07), darker(tone, 0.06)))
        brush.fill(box(x - 29, 238 - high, x + 29, 254 - high, 6), wood)
    for x in (70, 170, 660, 764):
        brush.line([(x, 268), (x, 344)], 7, (92, 70, 60), 1, ends=(1, 1))
        brush.fill(ellipse(x, 384, 45, 45), Gradient((226, 142, 88), (146, 76, 48)))
        brush.fill(ellipse(x, 384, 33, 33), (120, 62, 44), 0.7)


def books(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Fill the wall with books."""
    wood = mix((96, 62, 46), scene.shadow, 0.35)
    brush.fill(box(-2, -2, 834, 1218), wood)
    for row in range(6):
        floor, x, i = 200 + row * 206, 6.0, 0
        while x < 830:
            wide, high = chance.between(f"bw{row}{i}", 22, 48), chance.between(f"bh{row}{i}", 124, 174)
            palette = (scene.accent, scene.sky, scene.ground, (176, 132, 84), (128, 60, 56))
            tone = mix(chance.pick(f"bt{row}{i}", palette), wood, 0.38)
            brush.fill(box(x, floor - high, x + wide, floor, 3), Gradient(lighter(tone, 0.05), tone, 90))
            brush.fill(box(x, floor - high * 0.82, x + wide, floor - high * 0.76), mix(tone, (232, 196, 120), 0.6))
            x, i = x + wide + 2, i + 1
        brush.fill(box(-2, floor, 834, floor + 24), lighter(wood, 0.07))


def porthole(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Set a great round window full of sea behind the head."""
    brass = mix((206, 158, 84), scene.shadow, 0.12)
    sea = mix(scene.sky, (70, 160, 160), 0.55)
    brush.fill(ellipse(416, 440, 336, 336), Gradient(lighter(brass, 0.1), darker(brass, 0.14), 40.0 * scene.side))
    pane = ellipse(416, 440, 290, 290)
    brush.fill(pane, Gradient(lighter(sea, 0.16), darker(sea, 0.1)))
    glass = brush.within(pane)
    for i in range(14):
        x, y, r = (
            chance.between(f"px{i}", 130, 700),
            chance.between(f"py{i}", 170, 720),
            chance.between(f"pr{i}", 5, 18),
        )
        ring = ellipse(x, y, r, r)
        glass.line([*ring, ring[0]], 3, (236, 252, 250), 0.6, ends=(1, 1))
    for x, y, way in ((214, 330, 1), (620, 270, -1), (606, 560, -1)):
        glass.fill(spline([(x - 38 * way, y), (x, y - 19), (x + 40 * way, y), (x, y + 19)]), scene.accent, 0.85)
        glass.fill([(x - 30 * way, y), (x - 62 * way, y - 21), (x - 62 * way, y + 21)], scene.accent, 0.85)
    for i in range(12):
        spot = brush.at(416, 440, i * 30)
        spot.dot(0, -313, 11, Gradient(lighter(brass, 0.16), darker(brass, 0.1)))


def trunks_and_cases(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Pile luggage at both sides."""
    for i, (x, y, wide, high) in enumerate(
        ((-40, 900, 230, 340), (10, 770, 170, 130), (640, 860, 240, 380), (676, 740, 190, 120))
    ):
        tone = ((150, 86, 58), (70, 108, 106), (128, 64, 62), (188, 140, 82))[i]
        tone = mix(tone, scene.shadow, 0.15)
        brush.fill(box(x, y, x + wide, y + high, 20), Gradient(lighter(tone, 0.06), darker(tone, 0.06)))
        for fx in (0.22, 0.78):
            brush.fill(box(x + wide * fx - 11, y, x + wide * fx + 11, y + high), darker(tone, 0.09), 0.9)
        handle = curve(
            (x + wide * 0.38, y + 2), (x + wide * 0.42, y - 24), (x + wide * 0.58, y - 24), (x + wide * 0.62, y + 2)
        )
        brush.line(handle, 11, darker(tone, 0.12), 1, ends=(1, 1))


def panels(brush: Brush, scene: Scene) -> None:
    """Paint a machine wall of riveted plates."""
    for row in range(6):
        for column in range(4):
            x, y = column * 216 - 16 + (108 if row % 2 else 0) - 108 * (row % 2), row * 212 - 20
            tone = lighter(scene.sky, 0.03 * ((row + column) % 2))
            brush.fill(box(x + 4, y + 4, x + 212, y + 208, 16), Gradient(lighter(tone, 0.04), darker(tone, 0.03)))
            brush.dots(
                [(x + 22, y + 22), (x + 194, y + 22), (x + 22, y + 190), (x + 194, y + 190)], 6, darker(tone, 0.1)
            )
    brush.glow(416, 480, 430, 480, scene.accent, 0.35)


def gauges(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Hang dials and pipes."""
    pipe = mix((186, 124, 76), scene.shadow, 0.2)
    for x in (44, 788):
        brush.line([(x, -10), (x, 1230)], 34, pipe, 1, ends=(1, 1))
        brush.line([(x + scene.side * 7, -10), (x + scene.side * 7, 1230)], 7, lighter(pipe, 0.16), 0.8, ends=(1, 1))
    for i, (x, y) in enumerate(((140, 250), (692, 220), (720, 560), (116, 600))):
        brush.dot(x, y, 66, Gradient(lighter(pipe, 0.12), darker(pipe, 0.12)))
        brush.dot(x, y, 53, (242, 236, 216))
        spot = brush.at(x, y, chance.between(f"dial{i}", -100, 100))
        spot.line([(0, 10), (0, -42)], 7, (196, 62, 52), 1, ends=(1, 0.2))
        brush.dot(x, y, 8, (66, 52, 52))


def curtain(brush: Brush, scene: Scene) -> None:
    """Hang a stage curtain."""
    cloth = mix(scene.sky, (150, 40, 54), 0.5)
    for x in range(-60, 900, 64):
        brush.fill(box(x, -4, x + 66, 1222), Gradient(darker(cloth, 0.07), lighter(cloth, 0.06), 90))
    for x in range(-90, 900, 184):
        brush.fill(
            [*curve((x, -10), (x + 92, 176), (x + 184, -10)), (x + 92, -30)],
            Gradient(lighter(cloth, 0.03), darker(cloth, 0.05)),
        )
        brush.line(curve((x, -4), (x + 92, 172), (x + 184, -4)), 11, (222, 176, 92), 0.95, ends=(1, 1))
