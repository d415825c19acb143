"""From what documents say to hair and beard. Pure; chance fills the silence."""

from shared.predictions.local.being import Being
from shared.predictions.local.drawing.colours import Colour, chroma, darker, lightness, mix
from shared.predictions.local.drawing.traits import Beard, Hair
from shared.predictions.local.face import DEEP_SKIN
from shared.predictions.local.palettes import DYED, HAIRS
from shared.predictions.local.sources import Sources
from shared.predictions.local.vocabulary import (
    BEARDS,
    FLOATING,
    FRINGED,
    HAIR_STYLES,
    LENGTHS,
    LONG_BEARDED,
    SURE_HAIR,
    TEXTURES,
    WHISKERS,
)
from shared.predictions.local.wording import before, first, said

_USUAL = {
    "feminine": ("long", "bob", "bun", "ponytail", "curls", "braids", "long", "pigtails"),
    "masculine": ("crop", "swept", "quiff", "curls", "buzz", "undercut", "spiky", "bald"),
    "androgynous": ("bob", "undercut", "curls", "crop", "spiky", "long", "mohawk"),
}
_USUAL_COILED = {"feminine": ("afro", "locs", "afro"), "masculine": ("afro", "locs", "buzz")}
_USUAL_OLD = ("swept", "balding", "crop", "bald")
_OWN_TEXTURES = {"afro": "coily", "locs": "coily", "curls": "curly"}


def hair(sources: Sources, being: Being, tone: Colour) -> Hair:
    """Return the hair of somebody whose skin is ``tone``."""
    chance = sources.chance
    own = said(sources.about("hair"), *_sure(sources.custom))
    field = sources.detail("hair", "style")
    more = said(field, sources.detail("hair", "length"), sources.detail("hair", "texture")) or sources.detail("hair")
    text = own or more or said(before(sources.prose, "hair"), *_sure(sources.prose))
    told = first(own, HAIR_STYLES) or first(field, HAIR_STYLES) or first(text, HAIR_STYLES)
    style = _style(sources, being, told) or _usual_style(sources, being, tone)
    return Hair(
        style=style,
        texture=first(text, TEXTURES) or _OWN_TEXTURES.get(style) or _usual_texture(sources),
        colour=_colour(sources, being, tone),
        length=float(first(text, LENGTHS) or 0) or chance.between("length", 0.25, 0.6),
        fringe=first(text, FRINGED) is not None or (not text and chance.odds("fringe", 0.3)),
    )


def _sure(text: str) -> list[str]:
    """Return the words of a prose text that can only be about hair."""
    return [word for word in text.casefold().split() if first(word, SURE_HAIR)]


def _style(sources: Sources, being: Being, told: str | None) -> str | None:
    match being.species.family:
        case "animal":
            return "tuft" if told == "tuft" or (told is None and sources.chance.odds("tuft", 0.3)) else "bald"
        case "ghost" if first(sources.prose, FLOATING):
            return "floating"
        case "alien" if told is None:
            return sources.chance.pick("alien hair", ("bald", "bald", "mohawk", "tuft"))
    return told


def _usual_style(sources: Sources, being: Being, tone: Colour) -> str:
    styles = _USUAL[being.presentation]
    if lightness(tone) < DEEP_SKIN:
        styles += _USUAL_COILED.get(being.presentation, ("afro", "locs"))
    if being.presentation == "masculine" and being.age > 0.6:
        styles = _USUAL_OLD
    return sources.chance.pick("hair", styles)


def _usual_texture(sources: Sources) -> str:
    return sources.chance.pick("texture", ("straight", "straight", "wavy", "wavy", "curly"))


def _colour(sources: Sources, being: Being, tone: Colour) -> Colour:
    path = ("character_details", "hair")
    told = sources.colour((*path, "color_hex"), "hair") or sources.colour((*path, "color_description"))
    told = told or sources.colour(path)
    if told is not None:
        return told
    chance = sources.chance
    if being.age > 0.7:
        return mix(chance.pick("hair colour", HAIRS), (224, 220, 214), 0.8)
    if chance.odds("dyed", 0.16):
        return chance.pick("hair dye", DYED)
    dark = chance.odds("dark hair", 0.9 if lightness(tone) < DEEP_SKIN else 0.4)
    return chance.pick("hair colour", HAIRS[:3] if dark else HAIRS)


def beard(sources: Sources, being: Being, hair_tone: Colour) -> Beard | None:
    """Return the facial hair, if any."""
    style = _beard_style(sources, being) if being.human_like else None
    if style is None:
        return None
    vivid = lightness(hair_tone) > 0.4 and chroma(hair_tone) > 0.04
    return Beard(style=style, colour=darker(hair_tone, 0.03) if vivid else hair_tone)


def _beard_style(sources: Sources, being: Being) -> str | None:
    own = sources.custom if first(sources.custom, WHISKERS) else ""
    worn = sources.character.flag("character_details", "facial_hair", "has_facial_hair")
    if worn is False and not own:
        return None
    field = said(sources.detail("facial_hair", "style"), sources.detail("facial_hair", "density"))
    prose = sources.prose if first(sources.prose, WHISKERS) else ""
    text = own or field or sources.detail("facial_hair") or prose
    told = first(before(text, "beard"), LONG_BEARDED) or first(text, BEARDS)
    grown = worn or (being.presentation == "masculine" and not text and sources.chance.odds("bearded", 0.4))
    usual = sources.chance.pick("beard", ("full", "stubble", "goatee", "moustache", "stubble"))
    return told or (usual if grown else None)
