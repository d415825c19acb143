"""Reading a PNG through without holding it: every checksum, every pixel inflated, 64 KiB at a time.

Pillow would hold the whole picture, 4 bytes a pixel, and only to tell us that nothing is missing.
"""

import struct
import zlib
from typing import BinaryIO

_PIECE = 64 * 1024
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type: grey, RGB, palette, grey and alpha, RGB and alpha
# Adam7: each pass's first column and row, and its steps.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_ONE_PASS = ((0, 0, 1, 1),)


class BrokenPng(Exception):
    """The file is cut short or damaged."""


class _Pixels:
    """The picture's compressed rows, inflated and counted; none is kept, and nothing past the last is read."""

    def __init__(self, expected: int) -> None:
        self._inflate = zlib.decompressobj()
        self._missing = expected

    def add(self, data: bytes) -> None:
        """Inflate a piece; raises ``zlib.error`` when it is damaged."""
        while data and not self.whole and not self._inflate.eof:
            self._missing -= len(self._inflate.decompress(data, _PIECE))
            data = self._inflate.unconsumed_tail

    @property
    def whole(self) -> bool:
        """Whether every byte that the header promised was there."""
        return self._missing <= 0


def png_size(file: BinaryIO) -> tuple[int, int]:
    """Return the width and height that the header says; raises :class:`BrokenPng`."""
    return _header(file)[:2]


def read_through(file: BinaryIO) -> None:
    """Read every chunk to the last; raises :class:`BrokenPng` at the first thing missing or wrong."""
    width, height, depth, colour, interlaced = _header(file)
    pixels = _Pixels(_inflated_size(width, height, depth * _SAMPLES[colour], interlaced))
    file.seek(8)
    try:
        while _chunk(file, pixels) != b"IEND":
            pass
    except zlib.error as error:
        raise BrokenPng(str(error)) from error
    if not pixels.whole:
        raise BrokenPng("pixels are missing")


def _header(file: BinaryIO) -> tuple[int, int, int, int, bool]:
    file.seek(8)
    length, kind, width, height, depth, colour, _, _, interlace = struct.unpack(">I4sIIBBBBB", _exactly(file, 21))
    if (length, kind) != (13, b"IHDR") or colour not in _SAMPLES or depth not in (1, 2, 4, 8, 16):
        raise BrokenPng("no header")
    return width, height, depth, colour, interlace == 1


def _inflated_size(width: int, height: int, bits: int, interlaced: bool) -> int:
    """Bytes of the rows of every pass, each row with its filter's byte before it."""
    total = 0
    for column, row, across, down in _PASSES if interlaced else _ONE_PASS:
        columns, rows = -(-(width - column) // across), -(-(height - row) // down)
        total += max(rows, 0) * (1 + -(-columns * bits // 8)) if columns > 0 else 0
    return total


def _chunk(file: BinaryIO, pixels: _Pixels) -> bytes:
    """Read one chunk, check its sum, and return its kind."""
    length, kind = struct.unpack(">I4s", _exactly(file, 8))
    checksum = zlib.crc32(kind)
    while length:
        piece = _exactly(file, min(length, _PIECE))
        length -= len(piece)
        checksum = zlib.crc32(piece, checksum)
        if kind == b"IDAT":
            pixels.add(piece)
    if int.from_bytes(_exactly(file, 4), "big") != checksum:
        raise BrokenPng(f"the {kind!r} chunk is damaged")
    return bytes(kind)


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise BrokenPng("the file ends early")
    return data
