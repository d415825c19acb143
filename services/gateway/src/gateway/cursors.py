"""Cursors: where a list goes on, as text that clients hand back and need not understand."""

import base64
import binascii
import re

_WORDS = re.compile(rb"below ([1-9][0-9]{0,17})")


class BadCursor(ValueError):
    """The text is no cursor that was ever given out."""


def write_cursor(below: int) -> str:
    """Return the cursor of the jobs filed below a sequence."""
    return base64.urlsafe_b64encode(b"below %d" % below).decode().rstrip("=")


def read_cursor(text: str) -> int:
    """Return the sequence that a cursor stands for; raises :class:`BadCursor`."""
    try:
        words = _WORDS.fullmatch(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        words = None
    # Only what we would write ourselves: the same place has one cursor, and a damaged one is noticed.
    if words is None or write_cursor(int(words[1])) != text:
        raise BadCursor(text)
    return int(words[1])
