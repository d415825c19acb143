"""The mark every local rendering carries, in the picture and in its file."""

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

NOTICE = "local rendering — no model made this"
"""What a rendering says of itself."""

SOFTWARE = "Greenroom local renderer"
"""What its file says made it."""

_INK = (255, 250, 240, 235)
_PILL = (16, 14, 24, 150)
_BAND = 70 / 1216
"""The part of a portrait's height, from its foot, that the label lies in."""


def label(height: float) -> Image.Image:
    """Return the notice as a small RGBA picture whose letters are ``height`` pixels high: readable on anything."""
    font = ImageFont.load_default(max(10.0, height))
    # Pillow's own font has no dash: it is drawn.
    parts = [(part, font.getlength(part)) for part in NOTICE.split("—")]
    dash, pad = height * 0.95, height * 0.8
    size = round(sum(length for _, length in parts) + dash * (len(parts) - 1) + pad * 2), round(height * 1.7)
    picture = Image.new("RGBA", size)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius=size[1] / 2, fill=_PILL)
    x, middle = pad, size[1] / 2
    for i, (part, length) in enumerate(parts):
        if i:
            draw.line((x, middle, x + dash, middle), fill=_INK, width=max(1, round(height / 12)))
            x += dash
        draw.text((x, middle), part, font=font, fill=_INK, anchor="lm")
        x += length
    return picture


def label_place(size: tuple[int, int], mark: Image.Image) -> tuple[int, int]:
    """Return where the label's corner goes on a picture of ``size``: in the middle of its foot."""
    return (size[0] - mark.width) // 2, size[1] - round(mark.height * 1.36)


def draw_label(picture: Image.Image, scale: float) -> Image.Image:
    """Return the picture with the notice at its foot."""
    mark = label(23 * scale)
    labelled = picture.copy()
    labelled.paste(mark, label_place(picture.size, mark), mark)
    return labelled


def without_label(picture: Image.Image) -> Image.Image:
    """Return one of our own portraits without the foot that carries its label."""
    return picture.crop((0, 0, picture.width, picture.height - round(picture.height * _BAND)))


def png_info(extra: dict[str, str]) -> PngInfo:
    """Return the text chunks of a local rendering's PNG."""
    info = PngInfo()
    for key, value in {"Software": SOFTWARE, "Comment": NOTICE, **extra}.items():
        info.add_itxt(key, value)
    return info
