"""The mark every local rendering carries, in the picture and in its file."""

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

NOTICE = "local rendering — no model made this"
"""What the picture says of itself."""

_INK = (255, 250, 240, 235)

SOFTWARE = "Greenroom local renderer"
"""What the file says made it."""


def draw_label(picture: Image.Image, scale: float) -> None:
    """Write the notice at the picture's foot, in place: small, readable on anything."""
    font = ImageFont.load_default(max(11.0, 23 * scale))
    draw = ImageDraw.Draw(picture, "RGBA")
    # Pillow's own font has no dash: it is drawn.
    parts = [(part, draw.textlength(part, font=font)) for part in NOTICE.split("—")]
    dash = 22 * scale
    width = sum(length for _, length in parts) + dash * (len(parts) - 1)
    height, x, middle = 23 * scale, (picture.width - width) / 2, picture.height - 34 * scale
    pill = (x - 18 * scale, middle - height * 0.82, x + width + 18 * scale, middle + height * 0.82)
    draw.rounded_rectangle(pill, radius=height * 0.82, fill=(16, 14, 24, 138))
    for i, (part, length) in enumerate(parts):
        if i:
            draw.line((x, middle, x + dash, middle), fill=_INK, width=max(1, round(2 * scale)))
            x += dash
        draw.text((x, middle), part, font=font, fill=_INK, anchor="lm")
        x += length


def png_info(extra: dict[str, str]) -> PngInfo:
    """Return the text chunks of a local rendering's PNG."""
    info = PngInfo()
    for key, value in {"Software": SOFTWARE, "Comment": NOTICE, **extra}.items():
        info.add_itxt(key, value)
    return info
