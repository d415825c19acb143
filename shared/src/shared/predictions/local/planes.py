"""Pictures as the encoder takes them: planes of light and colour, a third of the work that RGB would be."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import av
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from shared.predictions.local.drawing.colours import Colour


class Planes(NamedTuple):
    """One picture as BT.709 video: light at full size, the two colours at half. Width and height are even."""

    y: Image.Image
    u: Image.Image
    v: Image.Image


def planes_of(picture: Image.Image) -> Planes:
    """Return an RGB picture as planes."""
    frame = av.VideoFrame.from_bytes(picture.convert("RGBA").tobytes(), *picture.size).reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    y, u, v = (
        Image.frombytes("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1)
        for plane in frame.planes
    )
    return Planes(y, u, v)


Tones = tuple[int, int, int]
"""A colour's values in the three planes."""


def tones_of(colour: Colour) -> Tones:
    """Return a colour's values in the three planes."""
    r, g, b = (c / 255 for c in colour)
    light = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return round(16 + 219 * light), round(128 + 224 * (b - light) / 1.8556), round(128 + 224 * (r - light) / 1.5748)


@dataclass(frozen=True, slots=True)
class Mark:
    """A small shape to put on frames: its coverage, at full size and at half, and its tones or its own picture."""

    mask: Image.Image
    small: Image.Image
    paint: Tones | Planes

    @classmethod
    def of(cls, mask: Image.Image, paint: Tones | Planes) -> Self:
        """Return a mark; the mask is cut to an even size."""
        even = mask.crop((0, 0, max(2, mask.width // 2 * 2), max(2, mask.height // 2 * 2)))
        return cls(even, even.reduce(2), paint)

    def put(self, planes: Planes, x: int, y: int) -> None:
        """Put it on a frame with its corner at the even place next to (``x``, ``y``)."""
        x, y = x // 2, y // 2
        light, blue, red = self.paint
        _lay(planes.y, light, x * 2, y * 2, self.mask)
        _lay(planes.u, blue, x, y, self.small)
        _lay(planes.v, red, x, y, self.small)


def _lay(plane: Image.Image, paint: int | Image.Image, x: int, y: int, mask: Image.Image) -> None:
    if isinstance(paint, int):
        plane.paste(paint, (x, y, x + mask.width, y + mask.height), mask)
    else:
        plane.paste(paint, (x, y), mask)
