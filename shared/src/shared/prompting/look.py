"""A show's visual rules as clauses: colour, light, camera, matter, and what must not be seen."""

import re
from collections.abc import Sequence

from shared.documents.show import ShowView
from shared.prompting.clauses import Clause, Rank, Wording, say
from shared.prompting.colours import colour_words

_NEGATION = re.compile(r"(?i)^(?:never|no|not|avoid|without|do(?:es)? not|do(?:es)?n['’]t|must not|should not)\s+")


def look_clauses(show: ShowView, wording: Wording) -> list[Clause]:
    """State the show's rules for every picture and clip."""
    return [
        *say("Aim", show.goal, wording=wording),
        *say("Genre and mood", show.genre, show.mood[:4], wording=wording),
        *say("Palette", painted(show.palette), show.palette_bias, wording=wording, rank=Rank.TELLING),
        *say("Lighting", show.lighting[:5], wording=wording, rank=Rank.TELLING),
        *say("Camera", show.camera[:4], wording=wording),
        *say("Composition", show.composition[:3], wording=wording, rank=Rank.EXTRA),
        *say("Materials", show.materials[:4], wording=wording),
        *say("Sets and props", show.sets[:4], wording=wording, rank=Rank.EXTRA),
        *say("Grade", show.grade[:2], wording=wording, rank=Rank.EXTRA),
    ]


def left_out(wording: Wording, *unwanted: Sequence[str]) -> list[Clause]:
    """Say what must not be seen."""
    return say("Leave out", _unwanted(*unwanted), wording=wording, rank=Rank.TELLING)


def never(wording: Wording, rules: Sequence[str]) -> list[Clause]:
    """Say what a character must not do."""
    return say("Never", _unwanted(rules), wording=wording)


def _unwanted(*groups: Sequence[str]) -> tuple[str, ...]:
    """Join the lists; "no neon" is neon, since "leave out no neon" asks for it."""
    return tuple(dict.fromkeys(_NEGATION.sub("", words) for group in groups for words in group))


def painted(colours: Sequence[str]) -> tuple[str, ...]:
    """Return colours as distinct words."""
    return tuple(dict.fromkeys(map(colour_words, colours)))
