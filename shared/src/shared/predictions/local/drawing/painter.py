"""The painter: composes a bust portrait layer by layer, and says after each layer how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from shared.predictions.local.drawing import light, markers
from shared.predictions.local.drawing.accessories import ON_BUST, ON_HEAD
from shared.predictions.local.drawing.animal import draw_animal
from shared.predictions.local.drawing.backdrop import draw_backdrop, halo
from shared.predictions.local.drawing.beard import draw_beard, draw_moustache
from shared.predictions.local.drawing.bust import BUILDS, draw_shoulders, outfit_of
from shared.predictions.local.drawing.canvas import Brush, Canvas
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.cloth import cloth_of, trim_for
from shared.predictions.local.drawing.colours import darker, mix
from shared.predictions.local.drawing.eyes import draw_brows, draw_eyes
from shared.predictions.local.drawing.features import draw_marks, draw_mouth, draw_nose, lip_colour
from shared.predictions.local.drawing.garments import BARE, draw_garment, draw_garment_behind
from shared.predictions.local.drawing.geometry import ellipse
from shared.predictions.local.drawing.hair import Lock, lock_of
from shared.predictions.local.drawing.hair_styles import draw_hair_before, draw_hair_behind
from shared.predictions.local.drawing.hats import HATS
from shared.predictions.local.drawing.head import draw_ears, draw_neck, draw_skull, head_form, skin_tones
from shared.predictions.local.drawing.robot import draw_robot_head, draw_robot_neck
from shared.predictions.local.drawing.traits import Accessory, Description
from shared.predictions.local.drawing.worn import Worn

WIDTH, HEIGHT = 832, 1216
"""The portrait's size at scale 1, in pixels and in canvas units."""

Step = Callable[[int, int], None]
"""Told after each layer how many of how many are done; it may raise to stop the painting."""

_HEAD_Y = -272.0
"""Where the head's middle is above the pit of the throat, in bust units."""

_NO_SHADOW = frozenset({"bald", "balding", "buzz", "mohawk", "tuft"})


@dataclass(frozen=True, slots=True)
class Portrait:
    """A finished picture; for a clip to blink, where its eyes are (x, y, radius in pixels) and its lids' colour."""

    image: Image.Image
    eyes: tuple[tuple[float, float, float], ...]
    lids: tuple[int, int, int]


def paint(picture: Description, scale: float = 1.0, step: Step = lambda done, total: None) -> Portrait:
    """Paint a bust portrait, 832 × 1216 times ``scale``; the same description always gives the same pixels."""
    sitting = _Sitting(picture, scale)
    layers = sitting.layers()
    for done, layer in enumerate(layers):
        step(done, len(layers))
        layer()
    step(len(layers), len(layers))
    return sitting.portrait()


class _Sitting:
    """One portrait in the making: the backdrop, the figure, and the brushes for its head and bust."""

    def __init__(self, picture: Description, scale: float) -> None:
        size = round(WIDTH * scale), round(HEIGHT * scale)
        self.picture, self.scale = picture, scale
        self.chance = Chance(picture.seed)
        self.backdrop, self.figure = Canvas(*size, scale), Canvas(*size, scale)
        self.bust = self.figure.brush().at(WIDTH / 2, HEIGHT - 444 * picture.closeness, scale=picture.closeness)
        self.head = self.bust.at(picture.turn * 6, _HEAD_Y, picture.tilt)
        self.form = head_form(picture.face)
        self.skin = skin_tones(picture.face.skin, picture.scene)
        self.build = BUILDS.get(picture.build, BUILDS["average"])
        self.outfit = outfit_of(self.build, picture.garment, picture.scene, self.chance)
        self.lock = lock_of(picture.hair, self.form, picture.scene, self.chance)
        self.finished = self.backdrop.image

    def layers(self) -> list[Callable[[], None]]:
        """Return the layers in the order they are painted."""
        return [
            self._paint_backdrop,
            self._paint_behind,
            self._paint_neck,
            self._paint_garment,
            self._paint_head,
            self._paint_face,
            self._paint_hair,
            self._paint_worn,
            self._light_figure,
            self._join,
            self._finish,
        ]

    def portrait(self) -> Portrait:
        """Return what has been painted."""
        reach = 38 * self.picture.eyes.size
        spots = self.head.frame.apply([(-73.0, 0.0), (73.0, 0.0)])
        size = reach * self.head.frame.scale
        return Portrait(self.finished, tuple((x, y, size) for x, y in spots), self.skin.base)

    def _worn(self, item: Accessory) -> Worn:
        cloth = cloth_of(item.colour, self.picture.scene)
        return Worn(cloth, trim_for(cloth, self.outfit.trim), self.form, self.picture.scene.side)

    def _hair_brush(self) -> Brush:
        lines = [HATS[a.kind].line for a in self.picture.accessories if a.kind in HATS]
        known = [line for line in lines if line is not None]
        if not known:
            return self.head
        return self.head.within([(-900, min(max(known), 900)), (900, min(max(known), 900)), (900, 1200), (-900, 1200)])

    @property
    def _family(self) -> str:
        return self.picture.species.family

    def _paint_backdrop(self) -> None:
        brush = self.backdrop.brush()
        draw_backdrop(brush, self.picture.scene, self.chance)
        halo(brush, self.picture.scene)
        light.soften(self.backdrop)

    def _paint_behind(self) -> None:
        self._mark(markers.BEHIND, self.bust)
        if self._family not in ("robot", "animal"):
            draw_hair_behind(self._hair_brush(), self.lock)
        draw_garment_behind(self.bust, self.outfit)

    def _paint_neck(self) -> None:
        picture, side = self.picture, self.picture.scene.side
        bare = picture.garment.kind in BARE
        if bare:
            draw_shoulders(self.bust, self.build, picture.face.skin, picture.scene)
        if self._family == "robot":
            draw_robot_neck(self.bust, self.skin, self.build.neck, side)
        else:
            draw_neck(self.bust, self.skin, self.build.neck * (1.2 if self._family == "animal" else 1.0), side, bare)

    def _paint_garment(self) -> None:
        draw_garment(self.bust, self.outfit)
        for item in self.picture.accessories:
            if item.kind in ON_BUST:
                ON_BUST[item.kind](self.bust, self._worn(item))

    def _paint_head(self) -> None:
        self._head_shadow()
        self._mark(markers.ROOTS, self.head)
        if self._family == "robot":
            draw_robot_head(self.head, self.picture, self.skin, self.chance)
        elif self._family == "animal":
            draw_animal(self.head, self.picture, self.skin, self.chance)
        else:
            self._paint_skull()

    def _head_shadow(self) -> None:
        far = -self.picture.scene.side
        self.bust.painted().fill(ellipse(far * 22, -46, 150, 110), self.picture.scene.shadow, 0.34, soft=20)

    def _paint_skull(self) -> None:
        if self._family != "alien" and "gills" not in self.picture.species.markers:
            draw_ears(self.head, self.form, self.skin, "pointed" in self.picture.species.markers)
        inside = draw_skull(self.head, self.form, self.skin, self.picture)
        if self.picture.hair.style not in _NO_SHADOW:
            side = self.picture.scene.side
            inside.fill(ellipse(-side * 12, -178, self.form.temple * 1.04, 92), self.skin.deep, 0.32, soft=12)

    def _paint_face(self) -> None:
        picture, skin, head = self.picture, self.skin, self.head
        if self._family in ("robot", "animal"):
            return
        inside = head.within(self.form.outline)
        draw_nose(inside, picture, skin)
        draw_marks(inside, picture, skin)
        draw_beard(head, inside, picture, self._beard_lock())
        draw_mouth(head, picture, skin, lip_colour(picture.face, skin))
        draw_moustache(head, picture, self._beard_lock())
        draw_eyes(head, picture, skin)
        self._mark(markers.ON_SKIN, head)
        draw_brows(head, picture, mix(darker(self.lock.base, 0.06), skin.deep, 0.2))

    def _beard_lock(self) -> Lock:
        beard = self.picture.beard
        if beard is None:
            return self.lock
        whiskers = type(self.picture.hair)(
            style="crop", texture=self.picture.hair.texture, colour=beard.colour, length=0.2, fringe=False
        )
        return lock_of(whiskers, self.form, self.picture.scene, self.chance)

    def _paint_hair(self) -> None:
        if self._family == "robot" or (self._family == "animal" and self.picture.hair.style != "tuft"):
            return
        draw_hair_before(self._hair_brush(), self.lock)

    def _paint_worn(self) -> None:
        self._mark(markers.ON_TOP, self.head)
        for item in self.picture.accessories:
            if item.kind in ON_HEAD:
                ON_HEAD[item.kind](self.head, self._worn(item))
        for item in self.picture.accessories:
            if item.kind in HATS:
                HATS[item.kind].draw(self.head, self._worn(item))

    def _mark(self, drawings: markers.Drawings, brush: Brush) -> None:
        for name in sorted(self.picture.species.markers & drawings.keys()):
            drawings[name](brush, self.picture, self.form, self.skin)

    def _light_figure(self) -> None:
        light.shade_figure(self.figure, self.picture.scene)
        light.light_edges(self.figure, self.picture.scene)
        if self._family == "ghost":
            light.dissolve(self.figure)

    def _join(self) -> None:
        if self._family == "ghost":
            light.glow_around(self.backdrop, self.figure, self.skin.light)
        else:
            light.cast_shadow(self.backdrop, self.figure, self.picture.scene)
        self.backdrop.image.alpha_composite(self.figure.image)

    def _finish(self) -> None:
        flat = self.backdrop.image.convert("RGB")
        light.vignette(flat, self.picture.scene)
        self.finished = light.grain(flat, self.picture.seed)
