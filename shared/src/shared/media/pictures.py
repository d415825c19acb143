"""Measuring a picture: its size in pixels, and that all of them are there."""

import struct
from typing import BinaryIO

from PIL import Image

from shared.media import formats
from shared.media.formats import MediaFormat
from shared.media.measures import Damaged, Measures, TooManyPixels
from shared.media.png import BrokenPng, png_size, read_through

MAX_PIXELS = 40_000_000
"""Pixels of all frames together: over twice the largest picture a model makes, and 160 MB while it is decoded."""

# What Pillow raises on files made badly or on purpose, as its own openers know.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    TypeError,
    RuntimeError,
    struct.error,
    Image.DecompressionBombError,
)


def measure_picture(file: BinaryIO, media_format: MediaFormat) -> Measures:
    """Read a picture through; raises :class:`Damaged` and :class:`TooManyPixels`. Blocks: run it in a thread."""
    return _measure_png(file) if media_format is formats.PNG else _measure_with_pillow(file, media_format)


def _measure_png(file: BinaryIO) -> Measures:
    try:
        width, height = png_size(file)
        _refuse_bombs(width, height)
        read_through(file)
    except BrokenPng as error:
        raise Damaged(str(error)) from error
    return Measures(width, height)


def _measure_with_pillow(file: BinaryIO, media_format: MediaFormat) -> Measures:
    file.seek(0)
    try:
        with Image.open(file, formats=[media_format.codec]) as image:
            width, height = image.size
            _refuse_bombs(width, height, getattr(image, "n_frames", 1))
            _decode(image)
    except _BROKEN as error:
        raise Damaged(str(error)) from error
    return Measures(width, height)


def _refuse_bombs(width: int, height: int, frames: int = 1) -> None:
    if width < 1 or height < 1:
        raise Damaged("a picture without pixels")
    if width * height * frames > MAX_PIXELS:
        raise TooManyPixels(width, height, frames)


def _decode(image: Image.Image) -> None:
    # A JPEG's data is read to its end at an eighth of the size too, for a sixty-fourth of the memory.
    image.draft("L", (1, 1))
    for frame in range(getattr(image, "n_frames", 1)):
        image.seek(frame)
        image.load()
