"""A character as clauses: who it is, what can be seen, what is worn, how it stands before us."""

import re

from shared.documents.character import CharacterView
from shared.documents.seed import SeedView
from shared.prompting.clauses import Clause, Rank, Wording, say
from shared.prompting.look import never, painted

_MACHINE_NAME = re.compile(r"(?i)[0-9a-f-]{16,}|(?=(?:\D*\d){3})\S{12,}|(?:char(?:acter)?|chr|id)?[\W_]*\d+")
_SLUG = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)+")


def identity(view: CharacterView, seed: SeedView) -> tuple[str, ...]:
    """Return who the character is in a few parts, the seed's words where the dossier is silent."""
    species = ", ".join(view.body.species) or seed.species_hint
    age = view.body.age or seed.age_range
    # A bare number would say nothing about being an age.
    aged = f"aged {age}" if age[:1].isdigit() and not age[-1:].isalpha() else age
    parts = (_spoken(view.name), view.body.gender or seed.gender, aged, species)
    return tuple(filter(None, parts))


def body_clauses(view: CharacterView, seed: SeedView, wording: Wording) -> list[Clause]:
    """State what can be seen of the body."""
    body = view.body
    traits = (*body.features, *body.markers) or (seed.key_visual_trait,)
    return [
        *say("Distinctive", traits[:5], wording=wording, rank=Rank.TELLING),
        *say("Skin", body.skin, wording=wording, rank=Rank.TELLING),
        *say("Eyes", body.eye_colour, body.eyes, wording=wording, rank=Rank.TELLING),
        *say("Hair", body.hair, body.hair_colour, wording=wording, rank=Rank.TELLING),
        *say("Facial hair", body.facial_hair, wording=wording, rank=Rank.TELLING),
        *say("Build", body.build, body.silhouette, wording=wording),
    ]


def wardrobe_clauses(view: CharacterView, wording: Wording) -> list[Clause]:
    """State what is worn."""
    worn = view.wardrobe
    colours = painted(worn.signature_colours or worn.palette)
    return [
        *say("Wardrobe", worn.items[:6], worn.summary[:3], wording=wording, rank=Rank.TELLING),
        *say("Accessories", worn.accessories[:4], wording=wording, rank=Rank.TELLING),
        *say("Signature colors", colours, worn.palette_notes[:1], wording=wording),
        *say("Surfaces", view.body.surface, worn.rules[:1], wording=wording, rank=Rank.EXTRA),
    ]


def background_clauses(view: CharacterView, wording: Wording) -> list[Clause]:
    """State what cannot be seen and yet shapes a character: part in the story, habits, what else the dossier holds."""
    return [
        *say("Role", view.role, view.function, view.tags[:3], wording=wording),
        *say("Always", view.manner.always[:3], wording=wording),
        *never(wording, view.manner.never[:3]),
        *say("Also", view.reference, wording=wording, rank=Rank.EXTRA),
    ]


def _spoken(name: str) -> str:
    """Return a name fit for a sentence: ids say nothing, and "mara_vance" is Mara Vance."""
    if _MACHINE_NAME.fullmatch(name):
        return ""
    if _SLUG.fullmatch(name):
        return " ".join(word.capitalize() for word in re.split("[_-]", name) if not word.isdigit())
    return name
