"""What is laid over a clip's frames: the drifting light, the motes in it, shut eyelids, the label."""

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from shared.predictions.local.drawing.colours import Colour
from shared.predictions.local.drawing.geometry import Point
from shared.predictions.local.drawing.label import label
from shared.predictions.local.drawing.painter import Eyelids
from shared.predictions.local.planes import Mark, Planes, planes_of, tones_of

LEVELS = 8
"""How many brightnesses a mote has."""

_LIGHT = 30
_WARM: Colour = (255, 226, 170)
_FINE = 3


def figure_mask(size: tuple[int, int], figure_width: float) -> Image.Image:
    """Return a soft bust, ``figure_width`` of the frame wide: what moves a little nearer than the rest."""
    small = Image.new("L", (180, 270))
    draw = ImageDraw.Draw(small)
    draw.ellipse((44, 34, 136, 172), fill=255)
    draw.ellipse((8, 150, 172, 420), fill=255)
    soft = small.filter(ImageFilter.GaussianBlur(9)).resize((round(size[0] * figure_width), size[1]))
    mask = Image.new("L", size)
    mask.paste(soft, ((size[0] - soft.width) // 2, 0))
    return mask


def lamp(size: tuple[int, int]) -> Image.Image:
    """Return a broad soft light in the middle of a field three frames wide and high."""
    width, height = size
    reach = round(max(size) * 0.9)
    dimmed = [round((255 - v) ** 2 / 65_025 * _LIGHT) for v in range(256)]
    blob = Image.radial_gradient("L").point(dimmed).resize((reach, reach), Image.Resampling.BICUBIC)
    field = Image.new("L", (width * 3, height * 3))
    field.paste(blob, (width * 3 // 2 - reach // 2, height * 3 // 2 - reach // 2))
    return field


def mote_marks(radius: int) -> list[Mark]:
    """Return a glowing speck at each level of brightness."""
    glow = Image.radial_gradient("L").resize((radius * 2, radius * 2), Image.Resampling.BICUBIC)
    tones = tones_of(_WARM)
    return [
        Mark.of(glow.point([round((1 - v / 255) ** 2.4 * 210 * level / LEVELS) for v in range(256)]), tones)
        for level in range(1, LEVELS + 1)
    ]


def label_mark(size: tuple[int, int]) -> Mark:
    """Return the label for frames of ``size``."""
    picture = label(min(size) / 36)
    even = picture.crop((0, 0, picture.width // 2 * 2, picture.height // 2 * 2))
    return Mark.of(even.getchannel("A"), planes_of(even.convert("RGB")))


def shut_eye(planes: Planes, outline: Sequence[Point], amount: float, lids: Eyelids) -> None:
    """Draw a lid down over an eye's outline, by ``amount`` (0 to 1), with the lash at its edge."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    tall = max(ys) - min(ys)
    pad = max(4.0, tall * 0.12)
    left, top = math.floor((min(xs) - pad) / 2) * 2, math.floor((min(ys) - pad) / 2) * 2
    size = (math.ceil(max(xs) + pad) - left) * _FINE, (math.ceil(max(ys) + pad) - top) * _FINE
    eye = Image.new("L", size)
    ImageDraw.Draw(eye).polygon([((x - left) * _FINE, (y - top) * _FINE) for x, y in outline], fill=255)
    eye = eye.filter(ImageFilter.MaxFilter(5))
    up, thick = round(tall * (1 - amount) * _FINE), max(3, round(pad * 0.45)) * _FINE
    # What is shut is the eye under itself moved up, so the lid's edge is curved as the eye is.
    shut = ImageChops.darker(eye, _moved_up(eye, up))
    lash = ImageChops.subtract(shut, _moved_up(eye, up + thick))
    Mark.of(shut.reduce(_FINE), tones_of(lids.lid)).put(planes, left, top)
    Mark.of(lash.reduce(_FINE), tones_of(lids.lash)).put(planes, left, top)


def _moved_up(shape: Image.Image, by: int) -> Image.Image:
    moved = Image.new("L", shape.size)
    moved.paste(shape, (0, -by))
    return moved
