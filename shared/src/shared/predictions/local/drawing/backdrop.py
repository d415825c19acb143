"""Where they are: a painted stage behind the figure, chosen by its hint. Canvas units: 832 × 1216."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.predictions.local.drawing import rooms
from shared.predictions.local.drawing import scenery as paint
from shared.predictions.local.drawing.canvas import Brush, Gradient
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import lighter, mix
from shared.predictions.local.drawing.geometry import box, curve, ellipse
from shared.predictions.local.drawing.scenery import HEIGHT, WIDTH
from shared.predictions.local.drawing.traits import Scene

Draw = Callable[[Brush, Scene, Chance], None]


def draw_backdrop(brush: Brush, scene: Scene, chance: Chance) -> None:
    """Paint the whole backdrop of this scene."""
    brush.fill(box(-2, -2, WIDTH + 2, HEIGHT + 2), Gradient(scene.sky, scene.ground))
    PLACES.get(scene.place, _poster)(brush, scene, chance)


def _poster(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416, 470, 330)
    paint.sweeps(brush, scene, chance)


def _night(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.stars(brush, scene, chance, 90)
    paint.moon(brush, scene, chance)
    paint.hills(brush, scene, chance, (820, 930, 1040))


def _sea(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416 + chance.between("sun", -150, 150), 420, 210)
    paint.clouds(brush, scene, chance, 4)
    paint.waves(brush, scene, chance, 640)


def _beach(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 620, 260, 110)
    paint.clouds(brush, scene, chance, 5)
    sea = mix(scene.sky, (40, 130, 150), 0.55)
    brush.fill(box(-2, 600, WIDTH + 2, 840), Gradient(sea, lighter(sea, 0.1)))
    for i in range(9):
        x, y = chance.between(f"glint{i}", 0, WIDTH), chance.between(f"glinty{i}", 620, 800)
        brush.line([(x - 50, y), (x + 50, y)], 5, (255, 255, 250), 0.4, ends=(0, 0))
    sand = mix((238, 206, 150), scene.ground, 0.25)
    brush.fill(
        [*curve((-20, 830), (230, 800), (520, 846), (860, 812)), (860, 1240), (-20, 1240)],
        Gradient(lighter(sand, 0.05), sand),
    )
    for y in (900, 960, 1030):
        brush.line(
            curve((-20, y), (250, y - 18), (560, y + 14), (860, y - 10)),
            9,
            mix(sand, scene.shadow, 0.2),
            0.5,
            ends=(1, 1),
        )


def _underwater(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.rays(brush, scene, chance)
    paint.hills(brush, scene, chance, (880, 990))
    paint.kelp(brush, scene, chance)
    paint.bubbles(brush, scene, chance, 36)


def _haunted(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.stars(brush, scene, chance, 40)
    paint.moon(brush, scene, chance)
    paint.mist(brush, scene, chance)
    paint.bubbles(brush, scene, chance, 26)


def _rain(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.lamps(brush, scene, chance)
    rooms.window(brush, scene)
    paint.rain(brush, scene, chance)


def _forest(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416, 420, 240)
    paint.trunks(brush, scene, chance)
    paint.leaves(brush, scene, chance)


def _garden(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 590, 320, 150)
    paint.hills(brush, scene, chance, (720, 840, 960))
    paint.blossoms(brush, scene, chance)


def _mountains(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416 + chance.between("sun", -170, 170), 360, 150)
    paint.peaks(brush, scene, chance, (560, 680, 820))


def _snow(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.peaks(brush, scene, chance, (600, 740))
    paint.hills(brush, scene, chance, (880, 980))
    paint.snow(brush, chance)


def _desert(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416, 440, 270)
    paint.hills(brush, scene, chance, (720, 820, 940))


def _city(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416, 450, 250)
    paint.skyline(brush, scene, chance)


def _space(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.nebula(brush, scene, chance)
    paint.stars(brush, scene, chance, 150)
    paint.planet(brush, scene, chance)


def _workshop(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.panels(brush, scene)
    rooms.gauges(brush, scene, chance)


def _lobby(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.wallpaper(brush, scene)
    rooms.arch(brush, scene)
    rooms.wall_lamps(brush, scene)


def _kitchen(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.tiles(brush, scene)
    rooms.shelf(brush, scene, chance)
    paint.steam(brush, chance)


def _library(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.books(brush, scene, chance)
    brush.glow(416, 470, 420, 420, scene.accent, 0.35)


def _luggage(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.wallpaper(brush, scene)
    rooms.porthole(brush, scene, chance)
    rooms.trunks_and_cases(brush, scene, chance)


def _stage(brush: Brush, scene: Scene, chance: Chance) -> None:
    rooms.curtain(brush, scene)
    for x in (180, 652):
        brush.fill(
            [(x - 30, -20), (x + 30, -20), (416 + 330, 1240), (416 - 330, 1240)],
            lighter(scene.key, 0.05),
            0.14,
            soft=26,
        )
    brush.glow(416, 520, 420, 470, scene.key, 0.3)


def _fire(brush: Brush, scene: Scene, chance: Chance) -> None:
    brush.glow(416, 900, 620, 560, (255, 146, 60), 0.5)
    paint.hills(brush, scene, chance, (860, 980))
    paint.embers(brush, chance)


def _clouds(brush: Brush, scene: Scene, chance: Chance) -> None:
    paint.disc(brush, scene, 416, 440, 260)
    paint.clouds(brush, scene, chance, 12)


PLACES: Mapping[str, Draw] = MappingProxyType(
    {
        "poster": _poster,
        "night": _night,
        "sea": _sea,
        "beach": _beach,
        "underwater": _underwater,
        "haunted": _haunted,
        "rain": _rain,
        "forest": _forest,
        "garden": _garden,
        "mountains": _mountains,
        "snow": _snow,
        "desert": _desert,
        "city": _city,
        "space": _space,
        "workshop": _workshop,
        "lobby": _lobby,
        "kitchen": _kitchen,
        "library": _library,
        "luggage": _luggage,
        "stage": _stage,
        "fire": _fire,
        "clouds": _clouds,
    }
)
"""The places there are."""


def halo(brush: Brush, scene: Scene) -> None:
    """Paint the light behind the head that lifts the figure off its backdrop."""
    brush.glow(416, 520, 470, 540, mix(scene.accent, scene.key, 0.5), 0.26)
    brush.fill(ellipse(416, 1240, 560, 250), mix(scene.ground, scene.shadow, 0.6), 0.5, soft=60)
