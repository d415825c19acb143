"""The painter: composes a bust portrait layer by layer, and says after each layer how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from shared.predictions.local.drawing import light, markers
from shared.predictions.local.drawing.accessories import ON_BUST, ON_HEAD
from shared.predictions.local.drawing.animal import EYES_AT, draw_animal
from shared.predictions.local.drawing.backdrop import draw_backdrop, halo
from shared.predictions.local.drawing.beard import draw_beard, draw_moustache
from shared.predictions.local.drawing.bust import BUILDS, draw_shoulders, outfit_of
from shared.predictions.local.drawing.canvas import Brush, Canvas
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.cloth import cloth_of, trim_for
from shared.predictions.local.drawing.colours import Colour, darker, mix
from shared.predictions.local.drawing.eyes import INK, draw_brows, draw_eyes, eye_outlines
from shared.predictions.local.drawing.features import draw_marks, draw_mouth, draw_nose, lip_colour
from shared.predictions.local.drawing.garments import BARE, draw_garment, draw_garment_behind
from shared.predictions.local.drawing.geometry import Point, ellipse
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

_OVER_THE_EYES = frozenset({"sunglasses", "monocle", "eyepatch", "mask"})
_NO_SHADOW = frozenset({"bald", "balding", "buzz", "mohawk", "tuft"})


@dataclass(frozen=True, slots=True)
class Eyelids:
    """What a clip needs to let somebody blink: each eye's outline, in pixels, and the colours of lid and lash."""

    eyes: tuple[tuple[Point, ...], ...]
    lid: Colour
    lash: Colour


@dataclass(frozen=True, slots=True)
class Portrait:
    """A finished picture, and its eyelids if they can be told from it."""

    image: Image.Image
    eyelids: Eyelids | None


def paint(picture: Description, scale: float = 1.0, step: Step = lambda done, total: None) -> Portrait:
    """Paint a bust portrait, 832 × 1216 times ``scale``; the same description always gives the same pixels."""
    sitting = _Sitting(picture, scale)
    for done, layer in enumerate(_Sitting.layers):
        step(done, LAYERS)
        layer(sitting)
    step(LAYERS, LAYERS)
    return Portrait(sitting.finished, sitting.eyelids())


class _Sitting:
    """One portrait in the making: the backdrop, the figure, and the brushes for its head and bust."""

    def __init__(self, picture: Description, scale: float) -> None:
        size = round(WIDTH * scale), round(HEIGHT * scale)
        self.picture, self.family = picture, picture.species.family
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

    def eyelids(self) -> Eyelids | None:
        """Return the eyelids, unless the eyes are shut, covered or not of the kind that blinks."""
        picture = self.picture
        covered = any(item.kind in _OVER_THE_EYES for item in picture.accessories)
        odd = self.family in ("robot", "ghost") or picture.species.kind in ("frog", "fish")
        if covered or odd or picture.expression.closed or "circuits" in picture.species.markers:
            return None
        frame = EYES_AT.within(self.head.frame) if self.family == "animal" else self.head.frame
        eyes = tuple(tuple(frame.apply(outline[::4])) for outline in eye_outlines(picture))
        return Eyelids(eyes, mix(self.skin.base, self.skin.shade, 0.4), mix(INK, self.skin.deep, 0.12))

    def _worn(self, item: Accessory) -> Worn:
        cloth = cloth_of(item.colour, self.picture.scene)
        return Worn(cloth, trim_for(cloth, self.outfit.trim), self.form, self.picture.scene.side)

    def _hair_brush(self) -> Brush:
        lines = [HATS[a.kind].line for a in self.picture.accessories if a.kind in HATS]
        known = [line for line in lines if line is not None]
        if not known:
            return self.head
        return self.head.within([(-900, min(max(known), 900)), (900, min(max(known), 900)), (900, 1200), (-900, 1200)])

    def _paint_backdrop(self) -> None:
        brush = self.backdrop.brush()
        draw_backdrop(brush, self.picture.scene, self.chance)
        halo(brush, self.picture.scene)
        light.soften(self.backdrop)

    def _paint_behind(self) -> None:
        self._mark(markers.BEHIND, self.bust)
        if self.family not in ("robot", "animal"):
            draw_hair_behind(self._hair_brush(), self.lock)
        draw_garment_behind(self.bust, self.outfit)

    def _paint_neck(self) -> None:
        picture, side = self.picture, self.picture.scene.side
        bare = picture.garment.kind in BARE
        if bare:
            draw_shoulders(self.bust, self.build, picture.face.skin, picture.scene)
        if self.family == "robot":
            draw_robot_neck(self.bust, self.skin, self.build.neck, side)
        else:
            draw_neck(self.bust, self.skin, self.build.neck * (1.2 if self.family == "animal" else 1.0), side, bare)

    def _paint_garment(self) -> None:
        draw_garment(self.bust, self.outfit)
        for item in self.picture.accessories:
            if item.kind in ON_BUST:
                ON_BUST[item.kind](self.bust, self._worn(item))

    def _paint_head(self) -> None:
        self._head_shadow()
        self._mark(markers.ROOTS, self.head)
        if self.family == "robot":
            draw_robot_head(self.head, self.picture, self.skin, self.chance)
        elif self.family == "animal":
            draw_animal(self.head, self.picture, self.skin, self.chance)
        else:
            self._paint_skull()

    def _head_shadow(self) -> None:
        far = -self.picture.scene.side
        self.bust.painted().fill(ellipse(far * 22, -46, 150, 110), self.picture.scene.shadow, 0.34, soft=20)

    def _paint_skull(self) -> None:
        if self.family != "alien" and "gills" not in self.picture.species.markers:
            draw_ears(self.head, self.form, self.skin, "pointed" in self.picture.species.markers)
        inside = draw_skull(self.head, self.form, self.skin, self.picture)
        if self.picture.hair.style not in _NO_SHADOW:
            side = self.picture.scene.side
            inside.fill(ellipse(-side * 12, -178, self.form.temple * 1.04, 92), self.skin.deep, 0.32, soft=12)

    def _paint_face(self) -> None:
        picture, skin, head = self.picture, self.skin, self.head
        if self.family in ("robot", "animal"):
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
        if self.family == "robot" or (self.family == "animal" and self.picture.hair.style != "tuft"):
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
        if self.family == "ghost":
            light.dissolve(self.figure)

    def _join(self) -> None:
        if self.family == "ghost":
            light.glow_around(self.backdrop, self.figure, self.skin.light)
        else:
            light.cast_shadow(self.backdrop, self.figure, self.picture.scene)
        self.backdrop.image.alpha_composite(self.figure.image)

    def _finish(self) -> None:
        flat = self.backdrop.image.convert("RGB")
        light.vignette(flat, self.picture.scene)
        self.finished = light.grain(flat, self.picture.seed)

    layers = (
        _paint_backdrop,
        _paint_behind,
        _paint_neck,
        _paint_garment,
        _paint_head,
        _paint_face,
        _paint_hair,
        _paint_worn,
        _light_figure,
        _join,
        _finish,
    )
    """The layers, in the order they are painted."""


LAYERS = len(_Sitting.layers)
"""How many steps a portrait takes."""
