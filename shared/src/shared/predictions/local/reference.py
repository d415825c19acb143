"""The picture a clip starts from: read from bytes anyone may have sent, so with every care."""

import base64
import binascii
import io
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.ports.provider import Portrait
from shared.predictions.local import eyelids
from shared.predictions.local.drawing.label import SOFTWARE, without_label
from shared.predictions.local.drawing.painter import Eyelids
from shared.predictions.local.drawing.painter import Portrait as Painted
from shared.predictions.local.still import EYELIDS

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
_MOST_PIXELS = 16_000_000
"""What a worker can hold several times over beside another render; no clip shows half of it."""
_LONGEST_SIDE = 3_840
"""Larger pictures are scaled down first: no clip shows more."""


class NotAPicture(Exception):
    """The portrait cannot be read as a picture; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture in RGB, and its eyelids if it told of them."""

    picture: Image.Image
    eyelids: Eyelids | None


def of_painted(painted: Painted) -> Reference:
    """Return a portrait that has just been painted, not yet labelled."""
    return Reference(painted.image, painted.eyelids)


def bytes_of(portrait: Portrait | None) -> bytes | None:
    """Return the picture that came with an order, or None when it is an address we do not fetch.

    Raises :class:`NotAPicture` for a ``data:`` address that cannot be decoded.
    """
    if portrait is None:
        return None
    if portrait.data is not None:
        return portrait.data
    return _of_data_url(portrait.url) if portrait.url and portrait.url[:5].casefold() == "data:" else None


def _of_data_url(url: str) -> bytes:
    head, comma, body = url.partition(",")
    if not comma or not head[5:].casefold().startswith("image/"):
        raise NotAPicture("The portrait's data: address holds no picture.")
    raw = unquote_to_bytes(body)
    try:
        return base64.b64decode(raw, validate=True) if head.casefold().endswith(";base64") else raw
    except binascii.Error as error:
        raise NotAPicture("The portrait's data: address is not base64.") from error


def read(data: bytes) -> Reference:
    """Read a picture; raises :class:`NotAPicture`."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise NotAPicture(f"The portrait is larger than {_MOST_PIXELS // 1_000_000} megapixels.")
            opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            return _reference(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise NotAPicture("The portrait cannot be read as a picture.") from error


def _reference(opened: Image.Image) -> Reference:
    text = dict(opened.info)
    ImageOps.exif_transpose(opened, in_place=True)
    upright = opened.convert("RGBA")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    flat = Image.new("RGB", upright.size, (236, 232, 224))
    flat.paste(upright, mask=upright.getchannel("A"))
    lids = eyelids.from_text(text.get(EYELIDS), flat.size)
    return Reference(without_label(flat) if text.get("Software") == SOFTWARE else flat, lids)
