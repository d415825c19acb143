"""The pieces backdrops are put together from: sky, land, water. Canvas units, 832 × 1216."""

from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, darker, lighter, mix
from shared.predictions.local.drawing.geometry import box, curve, ellipse, points, spline, star
from shared.predictions.local.drawing.traits import Scene

WIDTH, HEIGHT = 832.0, 1216.0


def disc(brush: Brush, scene: Scene, x: float, y: float, radius: float) -> None:
    """Paint the poster's sun: one big calm circle with a glow."""
    brush.glow(x, y, radius * 1.8, radius * 1.8, scene.accent, 0.35)
    brush.fill(
        ellipse(x, y, radius, radius),
        Gradient(lighter(scene.accent, 0.08), mix(scene.accent, scene.ground, 0.35)),
        0.92,
    )


def sweeps(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint broad dry strokes across the lower half."""
    for i in range(9):
        y = 640 + i * 66 + chance.between(f"sweep{i}", -20, 20)
        tone = mix(scene.ground, (scene.accent, scene.sky, scene.shadow)[i % 3], 0.34)
        lean = chance.between(f"lean{i}", -70, 70)
        brush.line(
            curve((-60, y + lean), (280, y - 30), (560, y + 24), (900, y - lean)),
            chance.between(f"wide{i}", 50, 110),
            tone,
            0.5,
            ends=(0.5, 0.2),
        )


def stars(brush: Brush, scene: Scene, chance: Chance, count: int) -> None:
    """Scatter stars over the sky."""
    for i in range(count):
        x, y = chance.between(f"star{i}", 0, WIDTH), chance.between(f"stary{i}", 0, 840)
        size = chance.between(f"starsize{i}", 1.2, 3.6)
        brush.dot(x, y, size, (255, 250, 232), chance.between(f"shine{i}", 0.35, 0.95))
        if i % 17 == 0:
            brush.fill(star(x, y, size * 4.5, size * 0.8, 4), (255, 250, 232), 0.9)


def moon(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint a full moon."""
    x, y, radius = 416 + chance.pick("moon", (-210, 200)), 300.0, 128.0
    pale = mix((250, 244, 222), scene.key, 0.25)
    brush.glow(x, y, radius * 2.4, radius * 2.4, pale, 0.4)
    brush.fill(ellipse(x, y, radius, radius), Gradient(lighter(pale, 0.04), darker(pale, 0.06)))
    for dx, dy, r in ((-40, -30, 26), (36, 20, 34), (-20, 56, 18), (50, -54, 14)):
        brush.dot(x + dx, y + dy, r, darker(pale, 0.07), 0.6)


def hills(brush: Brush, scene: Scene, chance: Chance, heights: tuple[float, ...]) -> None:
    """Paint rolling land, each range nearer and deeper in colour."""
    for i, y in enumerate(heights):
        points = [(-40 + k * 130, y + chance.between(f"hill{i}{k}", -50, 50)) for k in range(8)]
        tone = mix(scene.sky, mix(scene.ground, scene.shadow, 0.35), (i + 1.4) / (len(heights) + 0.6))
        brush.fill([*curve(*points), (900, 1260), (-40, 1260)], Gradient(lighter(tone, 0.05), tone))


def peaks(brush: Brush, scene: Scene, chance: Chance, heights: tuple[float, ...]) -> None:
    """Paint mountains with lit sides and snow, each range nearer and darker."""
    for i, y in enumerate(heights):
        tone = mix(darker(scene.sky, 0.07 + 0.07 * i), scene.ground, 0.25)
        for k in range(4):
            x = -60 + k * 280 + chance.between(f"peak{i}{k}", -70, 70)
            _peak(brush.at(x, y - chance.between(f"high{i}{k}", 120, 250)), scene, tone)


def _peak(top: Brush, scene: Scene, tone: Colour) -> None:
    """Paint one mountain about its summit."""
    top.fill(points("-280 340, 0 0, 280 340, 280 1200, -280 1200"), Gradient(tone, mix(tone, scene.ground, 0.5)))
    top.fill(points("0 0, 280 340, 60 340, 26 130", scene.side), lighter(tone, 0.07), 0.85)
    snow = points("0 0, 66 80, 30 68, 4 104, -26 66, -66 80")
    top.fill(snow, mix((255, 252, 246), scene.sky, 0.2), 0.9)


def clouds(brush: Brush, scene: Scene, chance: Chance, count: int) -> None:
    """Paint flat-bottomed clouds."""
    tone = mix((255, 250, 240), scene.sky, 0.35)
    for i in range(count):
        x, y = chance.between(f"cloud{i}", -40, 870), chance.between(f"cloudy{i}", 60, 560 if count < 8 else 1100)
        size = chance.between(f"cloudsize{i}", 0.6, 1.3)
        puffs = [(0, 0, 130, 26), (-56, -22, 56, 34), (10, -40, 68, 48), (70, -20, 50, 32)]
        for dx, dy, rx, ry in puffs:
            brush.fill(ellipse(x + dx * size, y + dy * size, rx * size, ry * size), tone, 0.75)


def waves(brush: Brush, scene: Scene, chance: Chance, top: float) -> None:
    """Paint rows of stylised waves."""
    for i in range(8):
        y = top + i * 74.0
        tone = mix(mix(scene.sky, scene.ground, 0.3 + i * 0.09), scene.shadow, i * 0.03)
        shift = chance.between(f"wave{i}", 0, 150)
        crest = [(-160 + shift + k * 75, y + (-26 if k % 2 else 18) * (0.5 + i * 0.1)) for k in range(15)]
        line = curve(*crest)
        brush.fill([*line, (980, 1260), (-160, 1260)], Gradient(lighter(tone, 0.07), tone))
        brush.line(line, 6, mix(lighter(tone, 0.2), scene.key, 0.3), 0.6, ends=(1, 1))


def rays(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint shafts of light from above."""
    for i in range(6):
        x = chance.between(f"ray{i}", -60, 880)
        brush.fill(
            [(x, -30), (x + 70, -30), (x + 260, 1240), (x - 60, 1240)], lighter(scene.accent, 0.1), 0.16, soft=18
        )


def kelp(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint swaying weed at the sides."""
    for i in range(10):
        x = (30 + i * 34) if i < 5 else (WIDTH - 30 - (i - 5) * 34)
        top = chance.between(f"kelp{i}", 430, 820)
        sway = chance.between(f"sway{i}", -46, 46)
        tone = mix(scene.ground, (44, 110, 84), 0.5)
        brush.line(
            curve((x, 1250), (x + sway, 1040), (x - sway, 850), (x + sway * 0.6, top)), 34, tone, 0.85, ends=(1, 0.05)
        )


def bubbles(brush: Brush, scene: Scene, chance: Chance, count: int) -> None:
    """Scatter rising bubbles."""
    for i in range(count):
        x, y, r = chance.between(f"bx{i}", 10, 822), chance.between(f"by{i}", 20, 1150), chance.between(f"br{i}", 4, 22)
        ring = ellipse(x, y, r, r)
        brush.fill(ring, (255, 255, 255), 0.10)
        brush.line([*ring, ring[0]], 2.6, (236, 252, 255), 0.6, ends=(1, 1))
        brush.dot(x - r * 0.35, y - r * 0.38, r * 0.2, (255, 255, 255), 0.85)


def mist(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint banks of mist."""
    for i in range(6):
        x, y = chance.between(f"mist{i}", 0, 832), chance.between(f"misty{i}", 620, 1160)
        brush.glow(x, y, 380, 110, mix((226, 240, 244), scene.sky, 0.3), 0.34)


def rain(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint slanting rain and drops on the glass."""
    for i in range(90):
        x, y = chance.between(f"rx{i}", -20, 860), chance.between(f"ry{i}", -40, 1180)
        brush.line([(x, y), (x - 9, y + chance.between(f"rl{i}", 34, 84))], 2.6, (226, 238, 244), 0.4, ends=(0.2, 1))


def trunks(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint trees, far to near."""
    for row, (count, wide, depth) in enumerate(((9, 30, 0.25), (6, 50, 0.5), (4, 84, 0.8))):
        for i in range(count):
            x = WIDTH * (i + chance.between(f"tree{row}{i}", 0.1, 0.9)) / count
            tone = mix(scene.sky, mix(scene.ground, scene.shadow, 0.45), depth)
            if row == 2 and 170 < x < 660:
                continue
            brush.fill(
                [(x - wide * 0.4, -10), (x + wide * 0.4, -10), (x + wide * 0.6, 1240), (x - wide * 0.6, 1240)],
                Gradient(tone, darker(tone, 0.05)),
            )
            brush.line(
                [(x - scene.side * -wide * 0.3, -10), (x - scene.side * -wide * 0.42, 1240)],
                5,
                lighter(tone, 0.12),
                0.6,
                ends=(1, 1),
            )


def leaves(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Hang foliage from the upper corners."""
    for i in range(64):
        left = i % 2 == 0
        x = chance.between(f"lx{i}", -30, 280) if left else chance.between(f"lx{i}", 552, 862)
        y = chance.between(f"ly{i}", -20, 330)
        tone = mix(mix(scene.ground, (66, 120, 78), 0.6), scene.accent, chance.between(f"lt{i}", 0, 0.4))
        spot = brush.at(x, y, chance.between(f"la{i}", 0, 360))
        spot.fill(spline([(0, 44), (22, 6), (0, -52), (0, -52), (-22, 6)]), Gradient(lighter(tone, 0.06), tone), 0.92)


def blossoms(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Scatter flowers over the meadow."""
    for i in range(46):
        y = chance.between(f"fy{i}", 760, 1190)
        x, size = chance.between(f"fx{i}", 0, 832), 8 + (y - 760) * 0.05
        tone: Colour = (scene.accent, lighter(scene.accent, 0.14), (255, 246, 224))[i % 3]
        brush.line([(x, y), (x + 3, y + size * 2.2)], 4, (84, 124, 72), 0.8, ends=(1, 1))
        brush.fill(star(x, y, size, size * 0.5, 5, i * 31.0), tone)
        brush.dot(x, y, size * 0.28, (244, 200, 92))


def snow(brush: Brush, chance: Chance) -> None:
    """Let it snow."""
    for i in range(130):
        brush.dot(
            chance.between(f"sx{i}", 0, 832),
            chance.between(f"sy{i}", 0, 1216),
            chance.between(f"sr{i}", 2, 8),
            (255, 255, 255),
            chance.between(f"so{i}", 0.4, 0.9),
        )


def skyline(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint rows of buildings with lit windows."""
    for row, (y, depth) in enumerate(((540, 0.35), (650, 0.6), (780, 0.85))):
        tone = mix(scene.sky, mix(scene.ground, scene.shadow, 0.5), depth)
        x, i = -20.0, 0
        while x < WIDTH:
            wide, top = chance.between(f"w{row}{i}", 60, 120), y - chance.between(f"h{row}{i}", 0, 220)
            brush.fill(box(x, top, x + wide, 1260), Gradient(lighter(tone, 0.04), tone))
            for wy in range(int(top) + 22, int(top) + 300, 34):
                for wx in range(int(x) + 12, int(x + wide) - 16, 26):
                    if chance.odds(f"lit{row}{wx}{wy}", 0.34):
                        brush.fill(box(wx, wy, wx + 12, wy + 18), lighter(scene.accent, 0.1), 0.75)
            x, i = x + wide + 6, i + 1


def nebula(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint clouds of glowing gas."""
    for i in range(7):
        tone = (scene.accent, scene.rim, lighter(scene.sky, 0.15))[i % 3]
        brush.glow(
            chance.between(f"nx{i}", 0, 832),
            chance.between(f"ny{i}", 40, 900),
            chance.between(f"nr{i}", 190, 330),
            chance.between(f"nh{i}", 110, 220),
            tone,
            0.3,
        )


def planet(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint a ringed planet."""
    x, y, r = 416 + chance.pick("planet", (-230, 220)), 300.0, 140.0
    ring = ellipse(x, y, r * 1.75, r * 0.36, -16)
    ball = ellipse(x, y, r, r)
    brush.fill(ball, Gradient(lighter(scene.accent, 0.1), mix(scene.accent, scene.shadow, 0.6), 40.0 * scene.side))
    inside = brush.within(ball)
    for dy in (-70, -20, 34, 78):
        inside.line(
            curve((x - r, y + dy + 20), (x, y + dy), (x + r, y + dy - 26)),
            20,
            darker(scene.accent, 0.08),
            0.4,
            ends=(1, 1),
        )
    half = len(ring) // 2
    brush.line(ring[: half + 1], 13, lighter(scene.rim, 0.1), 0.9, ends=(0.6, 0.6))


def embers(brush: Brush, chance: Chance) -> None:
    """Scatter rising sparks."""
    for i in range(60):
        x, y = chance.between(f"ex{i}", 0, 832), chance.between(f"ey{i}", 120, 1200)
        r = chance.between(f"er{i}", 1.5, 5)
        brush.glow(x, y, r * 5, r * 5, (255, 130, 40), 0.5)
        brush.dot(x, y, r, (255, 220, 150))


def steam(brush: Brush, chance: Chance) -> None:
    """Let steam rise at the sides."""
    for i in range(7):
        x = chance.pick(f"vx{i}", (90, 170, 650, 730)) + chance.between(f"vd{i}", -40, 40)
        y = chance.between(f"vy{i}", 380, 900)
        brush.glow(x, y, 110, 170, (255, 250, 240), 0.22)
