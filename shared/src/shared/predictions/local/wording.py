"""Finding what a text says: the first row of a table one of whose words is in it. Pure.

A table's row is a value and its words, separated by blanks; ``+`` in a word stands for a blank. A word matches where a
word of the text begins, so ``glass`` finds "glasses"; one that ends in ``.`` must be the whole word.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

Table = Sequence[tuple[str, str]]

_BEFORE = 5
"""Words taken before a noun as its description."""


def first(text: str, table: Table) -> str | None:
    """Return the value of the first row that the text speaks of, or None."""
    lowered = text.casefold()
    return next((value for value, words in table if _pattern(words).search(lowered)), None)


def every(text: str, table: Table) -> list[str]:
    """Return the values of all rows that the text speaks of, in the table's order."""
    lowered = text.casefold()
    return list(dict.fromkeys(value for value, words in table if _pattern(words).search(lowered)))


def before(text: str, *nouns: str) -> str:
    """Return the few words that stand before any of ``nouns`` in a prose text: how it is described."""
    found: list[str] = []
    for noun in nouns:
        for clause in re.split(r"[,.;:()!?\n]| and | with ", text.casefold()):
            place = re.search(rf"\b{noun}", clause)
            if place:
                found += clause[: place.start()].split()[-_BEFORE:]
    return " ".join(found)


def said(*texts: Iterable[str] | str) -> str:
    """Join texts and lists of texts into one, clauses apart."""
    flat: list[str] = []
    for text in texts:
        flat.extend([text] if isinstance(text, str) else text)
    return ", ".join(filter(None, flat))


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile("|".join(_one(word) for word in words.split()))


def _one(word: str) -> str:
    whole = word.endswith(".")
    body = re.escape(word.rstrip(".").replace("+", " ")).replace(r"\ ", r"[\s-]+")
    return rf"\b{body}\b" if whole else rf"\b{body}"
