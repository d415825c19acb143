"""From what documents say to a face: its shape, its skin, its eyes, its mood. Pure; chance fills the silence."""

from shared.predictions.local.being import Being
from shared.predictions.local.drawing.colours import Colour, lightness, mix
from shared.predictions.local.drawing.head import SHAPES
from shared.predictions.local.drawing.traits import Expression, Eyes, Face
from shared.predictions.local.moods import EXPRESSIONS_BY_NAME, USUAL_MOODS
from shared.predictions.local.palettes import ALIENS, COMMON_FUR, EYES, FURS, GHOSTS, LAMPS, SHELLS, SKINS
from shared.predictions.local.sources import Sources
from shared.predictions.local.vocabulary import (
    EXPRESSIONS,
    FACES,
    FULL_LIPS,
    GLOWING,
    HEAVY_BROWS,
    MARKS,
    NARROW_EYES,
    NOSES_SAID,
    OWN_SKINS,
    SKIN_WORDS,
    WIDE_EYES,
)
from shared.predictions.local.wording import before, every, first, said

DEEP_SKIN = 0.62
"""Skins darker than this mostly come with dark eyes and dark hair."""

_SOFTNESS = {"feminine": (0.55, 0.95), "masculine": (0.1, 0.5), "androgynous": (0.4, 0.75)}
_LIPS = {"feminine": (0.55, 0.9), "masculine": (0.12, 0.4), "androgynous": (0.35, 0.6)}
_BROWS = {"feminine": (0.15, 0.5), "masculine": (0.5, 0.9), "androgynous": (0.35, 0.65)}
_LIKELY_SHAPES = {
    "feminine": ("oval", "round", "heart", "diamond"),
    "masculine": ("square", "oval", "long", "pear", "diamond"),
}
_LIKELY_NOSES = ("straight", "button", "broad", "long", "snub", "narrow", "hooked")
_EYE_SIZES = {"animal": 1.06, "alien": 1.34}


def face(sources: Sources, being: Being) -> Face:
    """Return the lasting face."""
    chance, looks = sources.chance, being.presentation
    prose = said(sources.custom, sources.prose)
    return Face(
        shape=first(prose, FACES) or _shape(sources, being),
        nose=first(prose, NOSES_SAID) or chance.pick("nose", _LIKELY_NOSES),
        skin=skin(sources, being),
        age=being.age,
        softness=chance.between("softness", *_SOFTNESS[looks]),
        brow=1.0 if first(prose, HEAVY_BROWS) else chance.between("brow", *_BROWS[looks]),
        lips=0.95 if first(prose, FULL_LIPS) else chance.between("lips", *_LIPS[looks]),
        lashes=looks == "feminine" or (looks == "androgynous" and chance.odds("lashes", 0.35)),
        marks=_marks(sources, prose),
    )


def _shape(sources: Sources, being: Being) -> str:
    if being.build == "round":
        return sources.chance.pick("shape", ("round", "pear"))
    return sources.chance.pick("shape", _LIKELY_SHAPES.get(being.presentation, SHAPES))


def _marks(sources: Sources, prose: str) -> frozenset[str]:
    told = every(prose, MARKS)
    return frozenset(told or (["freckles"] if sources.chance.odds("freckled", 0.12) else []))


def skin(sources: Sources, being: Being) -> Colour:
    """Return the colour of skin, fur or shell."""
    told = sources.colour(("character_details", "skin_color", "hex"), "skin", "fur")
    if told is None and being.species.family == "human":
        index = first(said(sources.about("skin"), sources.detail("skin_color")), SKIN_WORDS)
        told = SKINS[int(index)] if index else None
    told = told or sources.colour(("character_details", "skin_color"))
    return _paintable(told) if told else _likely_skin(sources, being)


def _likely_skin(sources: Sources, being: Being) -> Colour:
    likely = {
        "robot": SHELLS,
        "ghost": GHOSTS,
        "alien": ALIENS,
        "animal": FURS.get(being.species.kind, COMMON_FUR),
    }
    species = said(sources.detail("species"), sources.hint.words("species_hint"), sources.opening())
    own = first(species, OWN_SKINS) if being.species.family == "human" else None
    return OWN_SKINS_BY_NAME[own] if own else sources.chance.pick("skin", likely.get(being.species.family, SKINS))


OWN_SKINS_BY_NAME: dict[str, Colour] = {
    "green": (120, 150, 86),
    "red": (196, 84, 84),
    "stone": (150, 148, 144),
    "bark": (124, 150, 96),
    "pallid": (216, 214, 210),
    "sea": (128, 192, 184),
    "night": (72, 60, 120),
}
"""Skins of peoples that are told about in tales."""


def _paintable(colour: Colour) -> Colour:
    """Keep room for shade below and light above."""
    if lightness(colour) < 0.32:
        return mix(colour, (92, 56, 44), 0.45)
    return mix(colour, (226, 206, 196), 0.35) if lightness(colour) > 0.96 else colour


def eyes(sources: Sources, being: Being, tone: Colour) -> Eyes:
    """Return the eyes of somebody whose skin is ``tone``."""
    chance, family = sources.chance, being.species.family
    text = said(sources.about("eye"), sources.detail("eye_color"), sources.words("look", "eyes"))
    text = said(text, before(sources.prose, "eye"))
    size = _EYE_SIZES.get(family, 1.0) * (1.04 if being.presentation == "feminine" else 0.97)
    glowing = first(text, GLOWING) is not None or (family == "alien" and chance.odds("glow", 0.4))
    return Eyes(
        colour=_eye_colour(sources, being, tone),
        size=size * chance.between("eye size", 0.96, 1.12),
        tall=_eye_height(sources, text),
        tilt=chance.between("eye tilt", 0, 7),
        glowing=glowing and family != "robot",
    )


def _eye_colour(sources: Sources, being: Being, tone: Colour) -> Colour:
    human = being.species.family == "human"
    dark = human and lightness(tone) < DEEP_SKIN and sources.chance.odds("dark eyes", 0.85)
    likely = LAMPS if being.species.family == "robot" else EYES[: 4 if dark else None]
    colour = sources.colour(("character_details", "eye_color"), "eye") or sources.chance.pick("eyes", likely)
    # A black iris would swallow its pupil.
    return mix(colour, (96, 60, 40), 0.4) if lightness(colour) < 0.3 else colour


def _eye_height(sources: Sources, text: str) -> float:
    if first(text, WIDE_EYES):
        return 0.9
    return 0.25 if first(text, NARROW_EYES) else sources.chance.between("eye height", 0.4, 0.8)


def expression(sources: Sources) -> Expression:
    """Return the passing face."""
    shown = sources.words("portrait_guidance", "emotional_default") or sources.words("performance", "expression_set")
    told = first(sources.custom, EXPRESSIONS) or first(shown, EXPRESSIONS)
    return EXPRESSIONS_BY_NAME[told or sources.chance.pick("mood", USUAL_MOODS)]
