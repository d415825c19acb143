"""Fitting a portrait to a clip's shape: what the camera sees before it moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PIL import Image, ImageFilter

from shared.predictions.local.drawing.geometry import Point
from shared.predictions.local.drawing.painter import Eyelids
from shared.predictions.local.reference import Reference

_SHORT_SIDES = {"standard": 720, "720p": 720, "high": 1024, "1080p": 1080}
_LONG_SIDES = {720: 1280, 1024: 1792, 1080: 1920}
_SECONDS = 8
_LONGEST = 60
_HEADROOM = 0.22
"""Of what a crop takes off a portrait's height, the part it takes above: heads are up there."""

_COLUMN = 1.5
"""How much taller than a wide frame the figure in its middle is."""

_NARROWEST = 8
"""Pixels that the figure in a wide frame is wide at the least, however thin its picture is."""

_NEARLY = 0.9
"""The part of a frame's width from which on a picture had better fill it all."""

_EDGE, _SOFT = 0.16, 0.06
"""The parts of the figure's width that are mirrored beyond it, and that fade out."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A clip's size in pixels, both even, and its length in seconds."""

    width: int
    height: int
    seconds: int


def shape_of(settings: Mapping[str, str | int]) -> Shape:
    """Return the shape that an order's settings ask for; what they leave out or garble is portrait, 720p, 8 s."""
    short = _SHORT_SIDES.get(str(settings.get("resolution")), 720)
    long = _LONG_SIDES[short]
    sizes = {"landscape": (long, short), "square": (short, short)}
    seconds = settings.get("seconds")
    length = seconds if isinstance(seconds, int) and 0 < seconds <= _LONGEST else _SECONDS
    return Shape(*sizes.get(str(settings.get("aspectRatio")), (short, long)), length)


@dataclass(frozen=True, slots=True)
class Stage:
    """The picture the camera moves over, and where in it (in shares of its width) the figure stands."""

    picture: Image.Image
    eyelids: Eyelids | None
    figure_width: float


def stage_of(reference: Reference, size: tuple[int, int]) -> Stage:
    """Return the reference as a picture of ``size``.

    It is cropped to the frame's shape; a frame much wider than the picture shows it in its middle, before itself out
    of focus.
    """
    width, height = reference.picture.size
    column = max(_NARROWEST, round(size[1] * _COLUMN * width / height))
    if column < size[0] * _NEARLY:
        return _wide_stage(reference, size, column)
    covered = _cover(reference, size)
    return Stage(covered.picture, covered.eyelids, 1.0)


def _cover(reference: Reference, size: tuple[int, int]) -> Reference:
    """Scale and crop a picture so that it fills ``size``."""
    width, height = reference.picture.size
    scale = max(size[0] / width, size[1] / height)
    # Rounding must not leave the picture by a hair: Pillow refuses such a box.
    seen_width, seen_height = min(size[0] / scale, width), min(size[1] / scale, height)
    left, top = (width - seen_width) / 2, (height - seen_height) * _HEADROOM
    box = (left, top, min(left + seen_width, width), min(top + seen_height, height))
    picture = reference.picture.resize(size, Image.Resampling.LANCZOS, box=box)
    return Reference(picture, _moved(reference.eyelids, scale, (-left * scale, -top * scale), size))


def _wide_stage(reference: Reference, size: tuple[int, int], column: int) -> Stage:
    figure = _cover(reference, (column, size[1]))
    left = (size[0] - column) // 2
    stage = _beyond(figure.picture, size, left)
    stage.paste(figure.picture, (left, 0), _feather(figure.picture.size))
    return Stage(stage, _moved(figure.eyelids, 1.0, (left, 0), size), column / size[0])


def _beyond(figure: Image.Image, size: tuple[int, int], left: int) -> Image.Image:
    """Return what lies at both sides of a picture: its edges mirrored, stretched and out of focus."""
    stage = Image.new("RGB", size)
    stage.paste(figure, (left, 0))
    strip = round(figure.width * _EDGE)
    for x, edge in ((0, 0), (left + figure.width, figure.width - strip)):
        mirrored = figure.crop((edge, 0, edge + strip, figure.height)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        stage.paste(mirrored.resize((size[0] - left - figure.width if x else left, size[1])), (x, 0))
    return stage.filter(ImageFilter.GaussianBlur(size[1] / 40))


def _feather(size: tuple[int, int]) -> Image.Image:
    """Return a mask that fades out towards the left and the right."""
    width, height = size
    soft = round(width * _SOFT)
    mask = Image.new("L", (width, 8))
    mask.paste(255, (soft, 0, width - soft, 8))
    return mask.filter(ImageFilter.BoxBlur((soft, 0))).resize((width, height))


def _moved(lids: Eyelids | None, scale: float, by: Point, frame: tuple[int, int]) -> Eyelids | None:
    """Return eyelids where a scaled picture has them; None when the frame shows them in part or not at all.

    Anyone may have written them: what lies outside may lie as far away as the picture was thin.
    """
    if lids is None:
        return None

    def moved(eye: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple((x * scale + by[0], y * scale + by[1]) for x, y in eye)

    eyes = tuple(map(moved, lids.eyes))
    seen = all(0 <= x <= frame[0] and 0 <= y <= frame[1] for eye in eyes for x, y in eye)
    return replace(lids, eyes=eyes) if seen else None
