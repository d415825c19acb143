"""Where a description comes from: the client's documents, read by trait, the client's own words first. Pure."""

import re
from collections.abc import Mapping, Sequence

from shared.documents.fields import Fields
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, from_hex
from shared.predictions.local.palettes import colours_in
from shared.predictions.local.wording import before, said

_DETAILS = "character_details"
_OPENING_WORDS = 12
_CUSTOM_CHARS = 10_000
"""Characters read of the client's own prompt: every trait looks through it."""
_DENIED = re.compile(r"\b(?:no|without|never|not)\s+[^,.;]*")

Path = Sequence[str]


class Sources:
    """What the documents say, trait by trait; nothing in them is fatal.

    ``custom`` is the client's own prompt, which goes before the dossier; ``prose`` the dossier's free text, which comes
    after its own fields. ``chance`` decides what nobody has said, the same for the same character of the same show.
    """

    def __init__(self, show: object, character: object, seed: object, custom_prompt: str | None) -> None:
        self.show, self.character, self.hint = Fields(show), Fields(character), Fields(seed)
        self.custom = _affirmed((custom_prompt or "")[:_CUSTOM_CHARS])
        self.prose = _affirmed(
            said(
                self.hint.words("key_visual_trait"),
                self.words(_DETAILS, "distinctive_features"),
                self.words(_DETAILS, "distinguishing_features"),
                self.words(_DETAILS, "species", "visual_markers"),
                self.words("look", "surface"),
            )
        )
        self.chance = Chance.of(*self._identity(show, character, seed))

    def _identity(self, show: object, character: object, seed: object) -> tuple[object, ...]:
        # The same character keeps its face when its scene or its wardrobe is edited.
        name = self.name
        known = [name] if name else [_object(character), _object(seed), self.custom]
        return (self.show.text("show_title") or self.character.text("show_id"), *known)

    @property
    def name(self) -> str:
        """The character's name or id, or nothing."""
        return self.character.text("character") or self.character.text("metadata", "name")

    def words(self, *path: str) -> str:
        """Return all that a field of the dossier says, as one text, without what it denies."""
        return _affirmed(said(self.character.words(*path)))

    def detail(self, *path: str) -> str:
        """Return all that a field below ``character_details`` says."""
        return self.words(_DETAILS, *path)

    def items(self, *path: str) -> list[str]:
        """Return a field's separate texts, whether it is a list, an object or one text with commas."""
        texts = self.character.words(*path)
        if len(texts) == 1:
            texts = tuple(re.split(r"\s*[,;]\s*", texts[0]))
        return [text for text in map(_affirmed, texts) if text.strip()]

    def about(self, noun: str, *more: str) -> str:
        """Return the words before a noun in the client's own prompt."""
        return before(self.custom, noun, *more)

    def colour(self, path: Path, *nouns: str) -> Colour | None:
        """Return the colour the client's prompt or else a field gives; codes before words."""
        own = colours_in(self.about(*nouns)) if nouns else []
        if own:
            return own[0]
        texts = self.character.words(*path)
        codes = [code for code in map(from_hex, texts) if code]
        named = [colour for text in texts for colour in colours_in(text)]
        told = colours_in(before(self.prose, *nouns)) if nouns else []
        return next(iter([*codes, *named, *told]), None)

    def colours(self, *path: str) -> list[Colour]:
        """Return the colours a list in the dossier gives, codes or words."""
        return _colours(self.character.words(*path))

    def show_colours(self, *path: str) -> list[Colour]:
        """Return the colours a list in the show's blueprint gives."""
        return _colours(self.show.words(*path))

    def opening(self) -> str:
        """Return how the client's own prompt begins: there it says who this is."""
        return " ".join(self.custom.split()[:_OPENING_WORDS])


def _object(document: object) -> object:
    return document if isinstance(document, Mapping) else {}


def _colours(texts: Sequence[str]) -> list[Colour]:
    found = []
    for text in texts:
        code = from_hex(text)
        found += [code] if code else colours_in(text)
    return found


def _affirmed(text: str) -> str:
    return _DENIED.sub("", text)
