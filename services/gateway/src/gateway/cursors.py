"""Cursors: where a list goes on, as text that clients hand back and need not understand."""

import re

CURSOR = "^[0-9a-f]{15}$"
"""What a cursor looks like: whatever does is one, so that nobody is refused who keeps to the description."""

_CURSOR = re.compile(CURSOR.strip("^$"))


class BadCursor(ValueError):
    """The text is no cursor."""


def write_cursor(below: int) -> str:
    """Return the cursor of the jobs filed below a sequence."""
    return f"{below:015x}"


def read_cursor(text: str) -> int:
    """Return the sequence that a cursor stands for; raises :class:`BadCursor`."""
    if not _CURSOR.fullmatch(text):
        raise BadCursor(text)
    return int(text, 16)
