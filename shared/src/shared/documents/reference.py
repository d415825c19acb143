"""What a document says beyond the known fields, in as few words as are wanted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from shared.documents.fields import ITEM_CHARS
from shared.documents.text import clean, clip

_DEPTH = 5
_PER_FIELD = 3
"""Leaves taken of one top-level field, so that a long list of episodes does not crowd out the rest."""
_BOOKKEEPING = re.compile(
    r"(?:^|_)(?:id|ids|uuid|slug|hash|url|urls|uri|href|link|path|file|image|video|audio|token|key|version|model|"
    r"seed|at|date|time|timestamp|created|updated|status)$|Ids?$|U[Rr][LlIi]s?$|At$"
)
"""Names of fields that hold addresses and administration."""
_MACHINE_TEXT = re.compile(r"(?i)https?://|www\.|data:|^\S{33,}$|^[0-9a-f-]{16,}$|^\d{4}-\d\d-\d\d")
"""Text for machines: addresses, encoded bytes, ids, times."""


@dataclass(frozen=True, slots=True, order=True)
class _Leaf:
    depth: int
    path: tuple[str, ...]
    words: str


def reference(document: Mapping[str, object], limit_chars: int) -> str:
    """Return the document's words, "field value; field value", in at most ``limit_chars`` characters.

    Shallow fields come first, each gets a few words, and neither addresses nor ids are taken. The order of an object's
    fields makes no difference.
    """
    said: list[str] = []
    room = limit_chars
    taken: dict[str, int] = {}
    for leaf in sorted(_leaves(document, ())):
        field = leaf.path[0]
        if taken.get(field, 0) == _PER_FIELD or len(leaf.words) > room or leaf.words in said:
            continue
        taken[field] = taken.get(field, 0) + 1
        said.append(leaf.words)
        room -= len(leaf.words) + len("; ")
    return "; ".join(said)


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[_Leaf]:
    if isinstance(value, Mapping):
        fields = ((key, item) for key, item in value.items() if isinstance(key, str) and not _BOOKKEEPING.search(key))
    elif isinstance(value, list | tuple):
        # A list's texts stand under its own name. Its objects tell of other things: episodes, other characters.
        texts = (item for item in value if isinstance(item, str))
        fields = ((f"{number:03}", item) for number, item in enumerate(islice(texts, _PER_FIELD)))
    else:
        words = _words(value, path)
        if words:
            yield _Leaf(len(path), path, words)
        return
    if len(path) < _DEPTH:
        for key, item in fields:
            yield from _leaves(item, (*path, key))


def _words(value: object, path: tuple[str, ...]) -> str:
    text = clean(value)
    if not text or _MACHINE_TEXT.search(text):
        return ""
    key = next((key for key in reversed(path) if not key.isdigit()), "")
    # Each of a thousand leaves has it: of a name that fills the body, what is kept of it is read, and no more.
    name = clean(key[: 4 * ITEM_CHARS].replace("_", " "))
    return f"{clip(name, ITEM_CHARS)} {clip(text, ITEM_CHARS)}".strip(" .;,:")
