"""The frames of a clip, each made from the stage and the time alone."""

from PIL import Image, ImageChops

from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.label import label_place
from shared.predictions.local.framing import Shape, Stage
from shared.predictions.local.motion import RATE, View, backdrop_view, blinks, figure_view, lamp_place, motes
from shared.predictions.local.overlays import LEVELS, figure_mask, label_mark, lamp, mote_marks, shut_eye
from shared.predictions.local.planes import Planes, planes_of

_MOTES = 28
_MOTE_SIZES = (5, 8, 13)
"""Radii at 720 pixels."""


class Film:
    """Makes a clip's frames from one stage; the same seed gives the same motes and blinks."""

    def __init__(self, stage: Stage, shape: Shape, seed: int) -> None:
        self._shape, self._stage, self._lids = shape, planes_of(stage.picture), stage.eyelids
        self._size, self._half = (shape.width, shape.height), (shape.width // 2, shape.height // 2)
        self._figure = figure_mask(self._size, stage.figure_width)
        self._figure_half = self._figure.resize(self._half)
        self._lamp, self._label = lamp(self._size), label_mark(self._size)
        chance = Chance(seed)
        self._motes = motes(_MOTES, len(_MOTE_SIZES), chance)
        self._mote_marks = [mote_marks(round(size * min(self._size) / 720)) for size in _MOTE_SIZES]
        self._blinks = blinks(shape.seconds, chance)

    @property
    def frames(self) -> int:
        """How many there are."""
        return self._shape.seconds * RATE

    def frame(self, number: int) -> Planes:
        """Return frame ``number``, from 0."""
        t = number / RATE
        behind, before = backdrop_view(t, self._shape.seconds), figure_view(t, self._shape.seconds)
        planes = Planes(*(self._seen(plane, behind, before) for plane in self._stage))
        self._blink(planes, before, self._blinks.get(number, 0.0))
        planes = planes._replace(y=self._lit(planes.y, t))
        self._scatter_motes(planes, t)
        self._label.put(planes, *label_place(self._size, self._label.mask))
        return planes

    def _seen(self, plane: Image.Image, behind: View, before: View) -> Image.Image:
        full = plane.size == self._stage.y.size
        size, mask = (self._size, self._figure) if full else (self._half, self._figure_half)
        seen = plane.resize(size, Image.Resampling.BILINEAR, box=behind.box(*plane.size))
        if before != behind:
            seen.paste(plane.resize(size, Image.Resampling.BILINEAR, box=before.box(*plane.size)), mask=mask)
        return seen

    def _blink(self, planes: Planes, view: View, amount: float) -> None:
        if self._lids is None or amount <= 0:
            return
        left, top, right, _ = view.box(*self._stage.y.size)
        scale = self._size[0] / (right - left)
        for eye in self._lids.eyes:
            shut_eye(planes, [((x - left) * scale, (y - top) * scale) for x, y in eye], amount, self._lids)

    def _lit(self, y: Image.Image, t: float) -> Image.Image:
        width, height = self._size
        across, down = lamp_place(t, self._shape.seconds)
        # The field is three frames wide, its light in the middle: the frame slides over it.
        left, top = round(width * (1.5 - across)), round(height * (1.5 - down))
        return ImageChops.add(y, self._lamp.crop((left, top, left + width, top + height)))

    def _scatter_motes(self, planes: Planes, t: float) -> None:
        width, height = self._size
        for mote in self._motes:
            level = int(mote.shine(t) * LEVELS)
            if level > 0:
                x, y = mote.place(t)
                self._mote_marks[mote.size][level - 1].put(planes, round(x * width), round(y * height))
