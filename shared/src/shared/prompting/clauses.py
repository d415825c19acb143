"""A prompt as clauses: which must be said, which may be left out, and how they share a limited space."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

Wording = Callable[[str], str]
"""What happens to a document's own words before they stand in a prompt; it may leave none of them."""

_PART_END = re.compile(r"[;,]\s|(?<=[.!?])\s|[、，；。]")
_WORD_END = re.compile(r"\s")
_LOOSE_ENDS = " .;,:–—-"


class Rank(IntEnum):
    """How much a picture loses without a clause; the lower is kept the longer."""

    ESSENTIAL = 0
    REQUIRED = 1
    TELLING = 2
    USEFUL = 3
    EXTRA = 4


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of a prompt. ``whole`` ones are the client's own words: never cut, never left out.

    ``lead`` counts the characters of its label, which says nothing without what follows.
    """

    text: str
    rank: Rank = Rank.USEFUL
    whole: bool = False
    lead: int = 0


def say(
    label: str, *parts: str | Sequence[str], wording: Wording, rank: Rank = Rank.USEFUL, end: str = ""
) -> list[Clause]:
    """Return one clause, "label: part; part; end.", or none when the documents had nothing to say.

    A part is a text, or several to be joined with commas. ``wording`` is applied to all of them at once, for what it
    looks for may begin in one and end in the next. ``label`` and ``end`` are ours; what wording objects to is left out.
    """
    words = wording("; ".join(filter(None, map(_part, parts)))).strip(_LOOSE_ENDS)
    if not words:
        return []
    lead = f"{label}: " if _passes(f"{label}: {words}", wording) else ""
    ending = f"; {end}" if end and _passes(end, wording) else ""
    return [Clause(f"{lead}{words}{ending}.", rank, lead=len(lead))]


def declare(*parts: str, wording: Wording, rank: Rank = Rank.ESSENTIAL) -> Clause:
    """Return a sentence of our own, "part, part.", without the parts that wording objects to.

    If it objects to them all, they stand: what must be said is not left unsaid because a show is called "No".
    """
    kept = [part for part in parts if _passes(part, wording)]
    return Clause(", ".join(kept or parts) + ".", rank)


def fit(clauses: Sequence[Clause], limit: int) -> list[Clause]:
    """Return the clauses that share ``limit`` characters, one to a line, in their order.

    Whole clauses come before all else, even past the limit. Then the essential ones, shortened evenly if they must be;
    then, if there is room beside those, the others by rank, each if it fits, or as many of its parts as do.
    """
    whole = {at: clause for at, clause in enumerate(clauses) if clause.whole}
    # Every line but the first costs a line break: counted with each line, and once given back.
    room = limit + 1 - sum(map(_cost, whole.values()))
    essential = {at: clause for at, clause in enumerate(clauses) if clause.rank is Rank.ESSENTIAL and at not in whole}
    others = {at: clause for at, clause in enumerate(clauses) if clause.rank and at not in whole}
    left = room - sum(map(_cost, essential.values()))
    kept = _squeezed(essential, room) if left < 0 else essential | _chosen(others, left)
    return [clause for _, clause in sorted((whole | kept).items())]


def prompt_of(clauses: Iterable[Clause]) -> str:
    """Write the clauses out, one to a line."""
    return "\n".join(clause.text for clause in clauses)


def _passes(words: str, wording: Wording) -> bool:
    return wording(words) == words


def _part(part: str | Sequence[str]) -> str:
    texts = [part] if isinstance(part, str) else part
    return ", ".join(filter(None, (text.strip(_LOOSE_ENDS) for text in texts)))


def _cost(clause: Clause) -> int:
    return len(clause.text) + 1


def _squeezed(clauses: Mapping[int, Clause], room: int) -> dict[int, Clause]:
    """Shorten every clause to the same length, the short ones leaving what they do not need to the rest."""
    kept: dict[int, Clause] = {}
    waiting = sorted(clauses, key=lambda at: (_cost(clauses[at]), at))
    for number, at in enumerate(waiting):
        shortened = _shortened(clauses[at], room // (len(waiting) - number) - 1)
        if shortened is not None:
            kept[at] = shortened
            room -= _cost(shortened)
    return kept


def _chosen(clauses: Mapping[int, Clause], room: int) -> dict[int, Clause]:
    """Keep what fits, by rank and then in order."""
    kept: dict[int, Clause] = {}
    for at in sorted(clauses, key=lambda at: (clauses[at].rank, at)):
        shortened = _shortened(clauses[at], room - 1)
        if shortened is not None:
            kept[at] = shortened
            room -= _cost(shortened)
    return kept


def _shortened(clause: Clause, limit: int) -> Clause | None:
    """Cut a clause to its first parts; an essential one to its first words if even one part is too long."""
    if len(clause.text) <= limit:
        return clause
    text = _cut(clause, limit, _PART_END)
    if not text and clause.rank is Rank.ESSENTIAL:
        text = _cut(clause, limit, _WORD_END)
    return replace(clause, text=text) if text else None


def _cut(clause: Clause, limit: int, boundary: re.Pattern[str]) -> str:
    # A boundary is two characters at most, and a full stop takes its place.
    ends = [
        end.start() for end in boundary.finditer(clause.text, clause.lead, max(limit + 1, 0)) if end.start() < limit
    ]
    kept = clause.text[: ends[-1]].rstrip(_LOOSE_ENDS) if ends else ""
    return f"{kept}." if len(kept) >= max(1, clause.lead) else ""
