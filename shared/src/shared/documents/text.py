"""Text as documents hold it, made fit for a sentence: one line, no control characters, of bounded length."""

import re
import unicodedata
from functools import lru_cache

# Lone surrogates cannot be encoded, and invisible marks would split a word without anyone seeing it.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_BOUNDARIES = (
    re.compile(r"(?<=[.!?])\s|[。！？]"),
    re.compile(r"[;,:]\s|\s[–—-]\s|[，、；：]"),
    re.compile(r"\s"),
)


_MOST_MARKS = 30
"""Combining marks kept on one letter, as in Unicode's Stream-Safe Text Format (UAX 15): any language needs fewer."""


@lru_cache(maxsize=8_192)
def _is_mark(character: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFD", character)[0]) != 0


def _stream_safe(text: str) -> str:
    """Leave marks out where a letter has too many: to put n in order takes Python n² steps (python/cpython#149079)."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if not character.isascii() and _is_mark(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def clean(value: object) -> str:
    """Return ``value`` as one trimmed line; empty when it is not text or holds nothing to read."""
    if not isinstance(value, str):
        return ""
    return " ".join(unicodedata.normalize("NFC", _stream_safe(_UNPRINTABLE.sub("", value))).split())


def clip(text: str, limit: int) -> str:
    """Return ``text`` cut to ``limit`` characters: after a sentence if one fits, else a clause, else a word."""
    if len(text) <= limit:
        return text
    for boundary in _BOUNDARIES:
        # One character of grace: a boundary just past the limit ends a piece that fits.
        ends = [found.start() for found in boundary.finditer(text, 0, limit + 1) if found.start() > limit // 3]
        if ends:
            return text[: ends[-1]].rstrip(" ,;:–—-")
    return text[:limit]
