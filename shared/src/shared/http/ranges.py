"""Conditional and range requests (RFC 9110, sections 13 and 14), as far as serving an unchanging file goes.

Pure: header values in, decisions out. A header that cannot be read is ignored, as the RFC asks, never an error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RANGE = re.compile(r"(?P<first>[0-9]*)-(?P<last>[0-9]*)")
_ENTITY_TAG = re.compile(r'(?P<weak>W/)?(?P<opaque>"[\x21\x23-\x7e\x80-\xff]*")')
_TAG_SEPARATOR = re.compile(r"[ \t]*(?:,[ \t]*)*")
_FARTHEST = 10**18
_OWS = " \t"


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from ``start`` up to, not including, ``end``; never empty."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return self.end - self.start

    def content_range(self, size: int) -> str:
        """Return the ``Content-Range`` of a 206 out of ``size`` bytes."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


class Unsatisfiable(Exception):
    """The one range asked for lies outside the file: 416."""

    def __init__(self, size: int) -> None:
        super().__init__(f"there are only {size} bytes")
        self.content_range = f"bytes */{size}"


def requested_span(header: str | None, size: int) -> Span | None:
    """Return the span that a ``Range`` header asks for, or None to answer with the whole file.

    The whole is the answer to no header, to one that is malformed or in another unit, and to several ranges at once
    (which a server may decline to serve piecemeal). Raises :class:`Unsatisfiable`.
    """
    match _only_range(header):
        case None:
            return None
        case None, suffix if suffix and not size:
            return None  # all of nothing, which no Content-Range can say
        case None, suffix if suffix:
            return Span(max(0, size - suffix), size)
        case int(first), last if first < size:
            return Span(first, size if last is None else min(size, last + 1))
    raise Unsatisfiable(size)


def _only_range(header: str | None) -> tuple[int | None, int | None] | None:
    """Return the header's range if it is the only one and well-formed: ``5-9``, ``5-`` or ``-5``, and not backwards."""
    unit, _, ranges = (header or "").partition("=")
    specs = [part.strip(_OWS) for part in ranges.split(",") if part.strip(_OWS)]
    spec = _RANGE.fullmatch(specs[0]) if unit.strip(_OWS).lower() == "bytes" and len(specs) == 1 else None
    if spec is None:
        return None
    first, last = _position(spec["first"]), _position(spec["last"])
    if first is None:
        return None if last is None else (None, last)
    return None if last is not None and last < first else (first, last)


def _position(digits: str) -> int | None:
    """Read a position; one beyond any file is as good as the farthest, however many digits it has."""
    if not digits:
        return None
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= 18 else _FARTHEST


def if_range_holds(header: str | None, etag: str) -> bool:
    """Whether the ``Range`` may be served: no ``If-Range``, or exactly our strong validator.

    A date never holds, since we promise none.
    """
    return header is None or header.strip(_OWS) == etag


def none_match(header: str | None, etag: str) -> bool:
    """Whether ``If-None-Match`` lets the request through; False means 304. Validators compare weakly here."""
    if header is None:
        return True
    return header.strip(_OWS) != "*" and etag.removeprefix("W/") not in _opaque_tags(header)


def _opaque_tags(header: str) -> Iterator[str]:
    """Yield the tags of a list without their weakness, as far as the list can be read: a tag may hold a comma."""
    at = _end(_TAG_SEPARATOR, header, 0)
    while tag := _ENTITY_TAG.match(header, at):
        yield tag["opaque"]
        at = _end(_TAG_SEPARATOR, header, tag.end())


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
