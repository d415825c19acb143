"""Names of stored files: one path segment of a safe alphabet, so that no name leads anywhere else."""

import re

_STEM = re.compile(r"[A-Za-z0-9_-]{1,200}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}\.[a-z0-9]{2,5}")


def is_media_stem(text: str) -> bool:
    """Whether a file may be stored under ``text`` and an extension: 1 to 200 letters, digits, underscores, hyphens."""
    return _STEM.fullmatch(text) is not None


def is_media_name(text: str) -> bool:
    """Whether ``text`` is a stem, a dot and a short extension, as every stored file is called."""
    return _NAME.fullmatch(text) is not None
