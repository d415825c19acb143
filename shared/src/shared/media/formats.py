"""The file formats we keep: how each is told from its first bytes, and what it is called."""

import re
from dataclasses import dataclass

from shared.domain.kinds import Kind

SNIFF_BYTES = 512
"""How much of a file's beginning :func:`sniff` wants to see."""


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """One format: whose output it can be, its media type, its extension, and its name in Pillow or FFmpeg."""

    kind: Kind
    content_type: str
    extension: str
    codec: str


PNG = MediaFormat(Kind.PORTRAIT, "image/png", "png", "PNG")
JPEG = MediaFormat(Kind.PORTRAIT, "image/jpeg", "jpg", "JPEG")
WEBP = MediaFormat(Kind.PORTRAIT, "image/webp", "webp", "WEBP")
GIF = MediaFormat(Kind.PORTRAIT, "image/gif", "gif", "GIF")
AVIF = MediaFormat(Kind.PORTRAIT, "image/avif", "avif", "AVIF")
MP4 = MediaFormat(Kind.VIDEO, "video/mp4", "mp4", "mp4")
QUICKTIME = MediaFormat(Kind.VIDEO, "video/quicktime", "mov", "mov")
WEBM = MediaFormat(Kind.VIDEO, "video/webm", "webm", "matroska")

FORMATS = (PNG, JPEG, WEBP, GIF, AVIF, MP4, QUICKTIME, WEBM)
"""Every format we keep, and no other: what a browser neither shows nor plays is of no use at an ``outputUrl``."""

_BY_EXTENSION = {known.extension: known for known in FORMATS}

_MP4_BRANDS = (b"iso", b"mp4", b"avc", b"M4V", b"dash", b"cmf", b"3gp", b"3g2")
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide")
_EBML = b"\x1a\x45\xdf\xa3"
# The DocType element: its id, its length (4, in one of the widths EBML allows), its text.
_WEBM_DOCTYPE = re.compile(rb"\x42\x82(?:\x84|\x40\x04|\x01\x00{6}\x04)webm")


def sniff(head: bytes) -> MediaFormat | None:
    """Tell a format from a file's first :data:`SNIFF_BYTES` bytes (fewer if it has no more); None for any other."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(_EBML):
        return WEBM if _WEBM_DOCTYPE.search(head, 4, 80) else None
    return _sniff_boxes(head)


def _sniff_boxes(head: bytes) -> MediaFormat | None:
    """Tell apart the formats that are made of boxes, by the brands in their first one."""
    if head[4:8] in _OLD_QUICKTIME:
        return QUICKTIME
    if head[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(head[:4], "big"), len(head))
    major, *compatible = [head[at : at + 4] for at in (8, *range(16, end - 3, 4))]
    brands = {major, *compatible}
    if brands & {b"avif", b"avis"}:
        return AVIF
    if major == b"qt  ":
        return QUICKTIME
    return MP4 if any(brand.startswith(_MP4_BRANDS) for brand in brands) else None


def format_named(name: str) -> MediaFormat | None:
    """Return the format whose extension ``name`` has; the store gives every file the one its bytes earned."""
    return _BY_EXTENSION.get(name.rpartition(".")[2])
