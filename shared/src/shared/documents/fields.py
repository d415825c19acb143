"""Reading a document field by field, whatever it turns out to be."""

import re
from collections.abc import Iterable, Iterator, Mapping

from shared.documents.text import clean, clip

TEXT_CHARS = 240
"""Characters kept of one text: a sentence or two."""
ITEM_CHARS = 80
"""Characters kept of one entry of a list."""
LIST_ITEMS = 8
"""Entries kept of one list."""
_WORDS_DEPTH = 4
_BARE_CODE = re.compile(r"[0-9a-fA-F]{6}")

Path = tuple[str, ...]


class Fields:
    """A JSON document being read. It notes what was asked for, so that the rest can be told apart.

    A path names a field in nested objects. A field that is missing or of the wrong type reads as empty.
    """

    def __init__(self, document: object) -> None:
        self._document = document if isinstance(document, Mapping) else {}
        self._read: set[Path] = set()

    def text(self, *path: str, limit: int = TEXT_CHARS) -> str:
        """Return a text, trimmed and at most ``limit`` characters long."""
        return clip(clean(self._value(path)), limit)

    def whole(self, *path: str) -> str:
        """Return a text exactly as the client wrote it."""
        value = self._value(path)
        return value if isinstance(value, str) else ""

    def texts(self, *path: str) -> tuple[str, ...]:
        """Return a list's distinct texts, at most :data:`LIST_ITEMS`, each at most :data:`ITEM_CHARS` long."""
        return _distinct(_items(self._value(path)))

    def words(self, *path: str) -> tuple[str, ...]:
        """Return the texts of a field that may be a text, a list of texts or an object of short words."""
        return _distinct(_leaves(self._value(path), _WORDS_DEPTH))

    def colour(self, *path: str) -> str:
        """Return a colour as its document has it: a code with its ``#``, or words."""
        return _marked(self.text(*path, limit=ITEM_CHARS))

    def colours(self, *path: str) -> tuple[str, ...]:
        """Return a list's colours, each a code with its ``#``, or words."""
        return _distinct(_marked(item) for item in self.texts(*path))

    def flag(self, *path: str) -> bool | None:
        """Return a yes or no, or None when the document does not say."""
        value = self._value(path)
        return value if isinstance(value, bool) else None

    def skip(self, *paths: Path) -> None:
        """Count fields as read without looking at them."""
        self._read.update(paths)

    def keys(self, *path: str) -> tuple[str, ...]:
        """Return the names of an object's fields, sorted, without marking them as read."""
        value = _at(self._document, path)
        return tuple(sorted(key for key in value if isinstance(key, str))) if isinstance(value, Mapping) else ()

    def rest(self) -> Mapping[str, object]:
        """Return the document without what has been read so far."""
        return _without(self._document, self._read)

    def _value(self, path: Path) -> object:
        self._read.add(path)
        return _at(self._document, path)


def _at(document: object, path: Path) -> object:
    for name in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(name)
    return document


def _without(document: Mapping[str, object], read: Iterable[Path]) -> dict[str, object]:
    """Copy as deep as paths were read, leaving those out."""
    inner: dict[str, list[Path]] = {}
    for name, *path in read:
        inner.setdefault(name, []).append(tuple(path))
    rest: dict[str, object] = {}
    for name, value in document.items():
        paths = inner.get(name, [])
        if () in paths:
            continue
        rest[name] = _without(value, paths) if paths and isinstance(value, Mapping) else value
    return rest


def _items(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple):
        yield from (clip(clean(item), ITEM_CHARS) for item in value)


def _leaves(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield clip(clean(value), TEXT_CHARS)
    elif depth and isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item, depth - 1)
    elif depth and isinstance(value, Mapping):
        for _, item in sorted(value.items(), key=lambda field: str(field[0])):
            yield from _leaves(item, depth - 1)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Keep the first :data:`LIST_ITEMS` texts that are neither empty nor repeated."""
    kept: dict[str, str] = {}
    for text in texts:
        if text:
            kept.setdefault(text.casefold(), text)
        if len(kept) == LIST_ITEMS:
            break
    return tuple(kept.values())


def _marked(colour: str) -> str:
    return f"#{colour}" if _BARE_CODE.fullmatch(colour) else colour
