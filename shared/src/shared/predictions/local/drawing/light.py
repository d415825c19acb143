"""Light over the whole figure: its dark side, its rim, its shadow; then the picture's corners and its paper."""

import random

from PIL import Image, ImageChops, ImageFilter

from shared.predictions.local.drawing.canvas import Canvas
from shared.predictions.local.drawing.colours import Colour
from shared.predictions.local.drawing.traits import Scene


def _tinted(mask: Image.Image, colour: Colour) -> Image.Image:
    layer = Image.new("RGB", mask.size, colour)
    layer.putalpha(mask)
    return layer


def _faded(mask: Image.Image, opacity: float) -> Image.Image:
    return mask.point([round(v * opacity) for v in range(256)])


def _moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    moved = Image.new("L", mask.size)
    moved.paste(mask, (dx, dy))
    return moved


def _across(size: tuple[int, int], side: int) -> Image.Image:
    """Return a mask that grows from the lit side to the dark one."""
    ramp = Image.linear_gradient("L").rotate(90)
    if side > 0:
        ramp = ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return ramp.resize(size, Image.Resampling.BILINEAR)


def shade_figure(figure: Canvas, scene: Scene) -> None:
    """Darken the side away from the light, and the foot of the figure."""
    image = figure.image
    alpha = image.getchannel("A")
    dark = ImageChops.multiply(_across(image.size, scene.side).point([max(0, (v - 110)) for v in range(256)]), alpha)
    image.alpha_composite(_tinted(_faded(dark, 0.30 + 0.62 * scene.contrast), scene.shadow))
    foot = (
        Image.linear_gradient("L")
        .resize(image.size, Image.Resampling.BILINEAR)
        .point([max(0, (v - 168) * 2) for v in range(256)])
    )
    image.alpha_composite(_tinted(_faded(ImageChops.multiply(foot, alpha), 0.55), scene.shadow))


def light_edges(figure: Canvas, scene: Scene) -> None:
    """Run a rim of coloured light down the far edge and a softer one down the near edge."""
    _edge(figure, scene.rim, round(-scene.side * 7 * figure.scale), 0.62)
    _edge(figure, scene.key, round(scene.side * 5 * figure.scale), 0.24)


def _edge(figure: Canvas, colour: Colour, reach: int, opacity: float) -> None:
    image = figure.image
    alpha = image.getchannel("A")
    moved = _moved(alpha, -reach, round(3 * figure.scale))
    rim = ImageChops.subtract(alpha, moved).filter(ImageFilter.GaussianBlur(2.2 * figure.scale))
    image.alpha_composite(_tinted(_faded(ImageChops.multiply(rim, alpha), opacity), colour))


def cast_shadow(backdrop: Canvas, figure: Canvas, scene: Scene) -> None:
    """Throw the figure's soft shadow on the backdrop."""
    width, height = figure.image.size
    small = figure.image.getchannel("A").resize((width // 4, height // 4), Image.Resampling.BILINEAR)
    soft = small.filter(ImageFilter.GaussianBlur(7 * figure.scale)).resize((width, height), Image.Resampling.BILINEAR)
    moved = _moved(soft, round(-scene.side * 26 * figure.scale), round(14 * figure.scale))
    backdrop.image.alpha_composite(_tinted(_faded(moved, 0.42), scene.shadow))


def dissolve(figure: Canvas) -> None:
    """Let the figure be seen through, more and more towards its foot."""
    image = figure.image
    fade = (
        Image.linear_gradient("L")
        .resize(image.size, Image.Resampling.BILINEAR)
        .point([min(228, max(26, 470 - 2 * v)) for v in range(256)])
    )
    image.putalpha(ImageChops.multiply(image.getchannel("A"), fade))


def glow_around(backdrop: Canvas, figure: Canvas, colour: Colour) -> None:
    """Let the figure shine on the backdrop."""
    width, height = figure.image.size
    small = figure.image.getchannel("A").resize((width // 4, height // 4), Image.Resampling.BILINEAR)
    soft = small.filter(ImageFilter.GaussianBlur(13 * figure.scale)).resize((width, height), Image.Resampling.BILINEAR)
    backdrop.image.alpha_composite(_tinted(_faded(soft, 0.6), colour))


def soften(backdrop: Canvas) -> None:
    """Put the backdrop a little out of focus."""
    backdrop.image = backdrop.image.filter(ImageFilter.GaussianBlur(2.2 * backdrop.scale))


def vignette(picture: Image.Image, scene: Scene) -> None:
    """Deepen the corners, in place."""
    mask = Image.radial_gradient("L").resize(picture.size, Image.Resampling.BICUBIC)
    corners = mask.point([max(0, min(255, round((v - 150) * 1.5))) for v in range(256)])
    picture.paste(scene.shadow, mask=_faded(corners, 0.5))


def grain(picture: Image.Image, seed: int) -> Image.Image:
    """Return the picture on paper: fine even grain, and a broad unevenness as of washes."""
    rng = random.Random(seed)
    width, height = picture.size
    fine = Image.frombytes("L", (width, height), rng.randbytes(width * height)).filter(ImageFilter.GaussianBlur(0.8))
    coarse = Image.frombytes("L", (width // 24, height // 24), rng.randbytes((width // 24) * (height // 24)))
    coarse = coarse.resize((width, height), Image.Resampling.BICUBIC)
    tooth = Image.blend(fine, coarse, 0.45).point([round(128 + (v - 128) * 0.15) for v in range(256)])
    return ImageChops.overlay(picture, Image.merge("RGB", (tooth, tooth, tooth)))
