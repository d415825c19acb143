"""The seed sent beside a dossier: a few words to go by where the dossier is silent."""

from dataclasses import dataclass

from shared.documents.fields import ITEM_CHARS, Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedView:
    """A seed's words, empty where it is silent."""

    gender: str = ""
    age_range: str = ""
    species_hint: str = ""
    key_visual_trait: str = ""


def read_seed(document: object) -> SeedView:
    """Read a seed; anything but an object reads as an empty one."""
    fields = Fields(document)
    return SeedView(
        gender=fields.text("gender", limit=ITEM_CHARS),
        age_range=fields.text("age_range", limit=ITEM_CHARS),
        species_hint=fields.text("species_hint", limit=ITEM_CHARS),
        key_visual_trait=fields.text("key_visual_trait"),
    )
