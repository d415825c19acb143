"""The canvas and the brush: antialiased outlines, soft edges, gradients and clipping, painted with Pillow."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from shared.predictions.local.drawing.colours import Colour
from shared.predictions.local.drawing.geometry import Frame, Point, Points, ellipse, ribbon

_FINE = 4
"""Each outline is rasterised this many times larger and reduced: 16 samples a pixel."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """Paint that runs from ``a`` to ``b`` across the shape; ``angle`` 0 is top to bottom, 90 is right to left."""

    a: Colour
    b: Colour
    angle: float = 0.0


Paint = Colour | Gradient


@dataclass(frozen=True, slots=True)
class Patch:
    """A shape's coverage: an 8-bit mask, and where its corner lies on the canvas (pixels)."""

    mask: Image.Image
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The pixels it covers: left, top, right, bottom."""
        return self.left, self.top, self.left + self.mask.width, self.top + self.mask.height

    def inside(self, other: "Patch") -> "Patch | None":
        """Return the part of this shape that lies in ``other``, or None when they do not meet."""
        a, b = self.box, other.box
        left, top, right, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
        if left >= right or top >= bottom:
            return None
        mine = self.mask.crop((left - a[0], top - a[1], right - a[0], bottom - a[1]))
        theirs = other.mask.crop((left - b[0], top - b[1], right - b[0], bottom - b[1]))
        return Patch(ImageChops.multiply(mine, theirs), left, top)


class Canvas:
    """A picture being painted: straight-alpha RGBA, ``width`` × ``height`` pixels, transparent at first."""

    def __init__(self, width: int, height: int, scale: float = 1.0) -> None:
        self.image = Image.new("RGBA", (width, height))
        self.scale = scale

    def brush(self) -> "Brush":
        """Return a brush that draws in units, ``scale`` pixels each."""
        return Brush(self, Frame(scale=self.scale))

    def lay(self, patch: Patch, paint: Paint, opacity: float) -> None:
        """Paint over the canvas where ``patch`` is."""
        alpha = patch.mask if opacity >= 1 else patch.mask.point([round(v * opacity) for v in range(256)])
        if isinstance(paint, Gradient):
            layer = _gradient(paint, patch.mask.size)
        else:
            layer = Image.new("RGB", patch.mask.size, paint)
        layer.putalpha(alpha)
        self.image.alpha_composite(layer, (patch.left, patch.top))

    def rasterise(self, points: Points, soft: float) -> Patch | None:
        """Return an outline's coverage, given in pixels, its edge blurred by ``soft``; None when off the canvas."""
        bounds = self._bounds(points, soft)
        if bounds is None:
            return None
        left, top, right, bottom = bounds
        fine = 1 if soft > 3 else _FINE
        mask = Image.new("L", ((right - left) * fine, (bottom - top) * fine))
        ImageDraw.Draw(mask).polygon([((x - left) * fine, (y - top) * fine) for x, y in points], fill=255)
        if fine > 1:
            mask = mask.reduce(fine)
        if soft > 0:
            mask = mask.filter(ImageFilter.GaussianBlur(soft))
        return Patch(mask, left, top)

    def _bounds(self, points: Points, soft: float) -> tuple[int, int, int, int] | None:
        pad = soft * 3 + 1
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, right = max(0, math.floor(min(xs) - pad)), min(self.image.width, math.ceil(max(xs) + pad))
        top, bottom = max(0, math.floor(min(ys) - pad)), min(self.image.height, math.ceil(max(ys) + pad))
        return (left, top, right, bottom) if left < right and top < bottom else None


def _gradient(paint: Gradient, size: tuple[int, int]) -> Image.Image:
    ramp = _ramp(size, paint.angle)
    bands = [
        ramp.point([round(a + (b - a) * v / 255) for v in range(256)]) for a, b in zip(paint.a, paint.b, strict=True)
    ]
    return Image.merge("RGB", bands)


def _ramp(size: tuple[int, int], angle: float) -> Image.Image:
    width, height = size
    turn = math.radians(angle)
    dx, dy = -math.sin(turn), math.cos(turn)
    corners = [x * dx + y * dy for x in (0, width) for y in (0, height)]
    low, span = min(corners), (max(corners) - min(corners)) or 1.0
    # Pillow's own ramp is 256 pixels of 0 to 255; its outermost half pixels are left out so that nothing is off it.
    step = 254 / span
    matrix = (0.0, 0.0, 128.0, dx * step, dy * step, 1 - low * step)
    return Image.linear_gradient("L").transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


@dataclass(frozen=True, slots=True)
class Brush:
    """Paints on a canvas in its own frame's units, within its own clip."""

    canvas: Canvas
    frame: Frame
    clip: Patch | None = None

    def at(self, x: float = 0.0, y: float = 0.0, angle: float = 0.0, scale: float = 1.0) -> "Brush":
        """Return a brush whose origin is at (``x``, ``y``) of this one, turned by ``angle`` degrees and scaled."""
        return self.put(Frame(x, y, angle, scale))

    def put(self, frame: Frame) -> "Brush":
        """Return a brush that draws in a frame within this one's."""
        return replace(self, frame=frame.within(self.frame))

    def within(self, points: Points, soft: float = 0.0) -> "Brush":
        """Return a brush that paints only inside the outline (and inside this brush's own clip)."""
        patch = self._patch(points, soft)
        return replace(self, clip=patch or Patch(Image.new("L", (1, 1)), 0, 0))

    def painted(self) -> "Brush":
        """Return a brush that paints only where something has been painted before."""
        return replace(self, clip=Patch(self.canvas.image.getchannel("A"), 0, 0))

    def fill(self, points: Points, paint: Paint, opacity: float = 1.0, soft: float = 0.0) -> None:
        """Paint the inside of an outline; ``soft`` blurs its edge by that many units."""
        patch = self._patch(points, soft)
        if patch is not None:
            self.canvas.lay(patch, paint, opacity)

    def line(
        self, points: Points, width: float, paint: Paint, opacity: float = 1.0, ends: tuple[float, float] = (0.2, 0.2)
    ) -> None:
        """Paint a stroke ``width`` units thick in the middle, tapering to the fractions ``ends`` of it."""
        self.fill(ribbon(points, width, *ends), paint, opacity)

    def glow(self, x: float, y: float, rx: float, ry: float, colour: Colour, opacity: float) -> None:
        """Paint a soft light (or, in a dark colour, a soft shadow) about a point."""
        reach = min(rx, ry)
        self.fill(ellipse(x, y, rx - reach * 0.45, ry - reach * 0.45), colour, opacity, soft=reach * 0.3)

    def dot(self, x: float, y: float, radius: float, paint: Paint, opacity: float = 1.0) -> None:
        """Paint a disc."""
        self.fill(ellipse(x, y, radius, radius), paint, opacity)

    def dots(self, places: Iterable[Point], radius: float, paint: Paint, opacity: float = 1.0) -> None:
        """Paint many small discs."""
        for x, y in places:
            self.dot(x, y, radius, paint, opacity)

    def _patch(self, points: Points, soft: float) -> Patch | None:
        patch = self.canvas.rasterise(self.frame.apply(points), soft * self.frame.scale)
        return patch.inside(self.clip) if patch is not None and self.clip is not None else patch
