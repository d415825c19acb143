"""Whether a clip's file is all there, by the lengths its own container states.

FFmpeg plays a cut-off file as far as it goes and says little; the container says where the file should have ended.
"""

from typing import BinaryIO

from shared.media import formats
from shared.media.formats import MediaFormat

_BOXES = frozenset(
    {
        b"ftyp",
        b"moov",
        b"mdat",
        b"moof",
        b"mfra",
        b"sidx",
        b"styp",
        b"free",
        b"skip",
        b"wide",
        b"udta",
        b"uuid",
        b"meta",
    }
)
_SEGMENT = 0x18538067


def is_whole(file: BinaryIO, size: int, media_format: MediaFormat) -> bool:
    """Whether nothing that the file announces lies past its ``size`` bytes."""
    return _segment_fits(file, size) if media_format is formats.WEBM else _boxes_fit(file, size)


def _boxes_fit(file: BinaryIO, size: int) -> bool:
    """Follow an MP4's top boxes; what follows the last known one is padding, which players skip as we do."""
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(16)
        length, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if len(header) < 8 or kind not in _BOXES or length == 0:
            return True
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length < 8:
            return False
        at += length
    return at == size


def _segment_fits(file: BinaryIO, size: int) -> bool:
    """Read the lengths of a WebM's two top elements; a live recording's second one states none."""
    file.seek(0)
    at = 0
    while True:
        header = file.read(12)
        element, width = _vint(header, keep_marker=True)
        length, more = _vint(header[width:], keep_marker=False)
        if not width or not more:
            return False
        at += width + more
        if element == _SEGMENT:
            return length == (1 << 7 * more) - 1 or at + length <= size
        at += length
        file.seek(at)


def _vint(data: bytes, keep_marker: bool) -> tuple[int, int]:
    """Read one of EBML's numbers, whose leading zero bits count its bytes; return both (0: unreadable)."""
    width = 9 - data[0].bit_length() if data and data[0] else 0
    if not width or len(data) < width:
        return 0, 0
    number = int.from_bytes(data[:width], "big")
    return (number if keep_marker else number & ((1 << 7 * width) - 1)), width
