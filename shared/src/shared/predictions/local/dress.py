"""From what documents say to clothes and their colours. Pure; chance fills the silence."""

from collections.abc import Sequence

from shared.predictions.local.being import Being
from shared.predictions.local.drawing.colours import Colour, darker, distance, lighter, lightness, mix
from shared.predictions.local.drawing.traits import Garment
from shared.predictions.local.palettes import CLOTHS, colours_in
from shared.predictions.local.sources import Sources
from shared.predictions.local.things import GARMENTS, PATTERNS
from shared.predictions.local.wording import Table, first, said

OFF_WHITE: Colour = (242, 236, 224)
GOLD: Colour = (217, 166, 74)

_LEATHER: Colour = (92, 58, 46)
_OWN_COLOURS: dict[str, Colour] = {"armour": (170, 178, 190), "spacesuit": (226, 228, 232), "chef": OFF_WHITE}
_EVERYDAY = (
    "sweater", "jacket", "shirt", "rollneck", "hoodie", "coat", "tee", "dungarees", "vest", "robe", "cloak",
)  # fmt: skip
_BY_PRESENTATION = {"feminine": ("gown", "sweater"), "masculine": ("suit", "coat"), "androgynous": ("raincoat",)}
_BY_GENRE = {
    "sci_fi": ("spacesuit", "uniform", "jacket"),
    "fantasy": ("cloak", "robe", "armour"),
    "crime": ("coat", "suit"),
}
_OVER_A_SHIRT = ("suit", "jacket", "coat", "vest", "robe", "cloak")
_PRINTED = ("tee", "shirt", "sweater", "gown", "dungarees")


def palette(sources: Sources) -> list[Colour]:
    """Return the character's own colours, then the show's, distinct."""
    kept: list[Colour] = []
    shown = [
        *sources.show_colours("primary_palette"),
        *sources.show_colours("visual_aesthetics", "color", "anchor_hex"),
    ]
    for colour in (*_own_colours(sources), *shown):
        if all(distance(colour, other) > 0.04 for other in kept):
            kept.append(colour)
    return kept


def _own_colours(sources: Sources) -> list[Colour]:
    return [*sources.colours("look", "signature_colors"), *sources.colours("look", "palette", "anchors")]


def garment(sources: Sources, being: Being) -> Garment:
    """Return what they wear."""
    texts = _texts(sources)
    told = first(said(texts), GARMENTS)
    worn = phrase(texts, GARMENTS, told)
    kind = told or _usual(sources, being)
    named = colours_in(worn)
    main = named[0] if named else _OWN_COLOURS.get(kind) or _cloth(sources)
    pattern = first(worn, PATTERNS) or ("" if texts else _print(sources, kind))
    others = [colour for text in texts if text != worn for colour in colours_in(text)]
    second = [*named[1:2], *others] if pattern else others
    return Garment(
        kind=kind,
        colour=_wearable(main),
        inner=_wearable(second[0] if second else _inner(sources, kind, main)),
        trim=_trim(sources, main, named[1:]),
        pattern=pattern,
    )


def _texts(sources: Sources) -> list[str]:
    """Return the phrases that tell of clothes: the client's own, else the wardrobe's items, else its notes."""
    if first(sources.custom, GARMENTS):
        return _phrases(sources.custom)
    items = sources.items("look", "wardrobe", "items")
    notes = [*sources.items("look", "wardrobe", "summary"), *sources.items("character_details", "attire_notes")]
    return items if first(said(items), GARMENTS) else [part for note in notes for part in _phrases(note)]


def _phrases(text: str) -> list[str]:
    for joint in (" in ", " wearing ", " over ", " and a ", ";"):
        text = text.replace(joint, ",")
    return [part for part in text.split(",") if part.strip()]


def phrase(texts: Sequence[str], table: Table, value: str | None) -> str:
    """Return the first of ``texts`` that speaks of a table's ``value``, or nothing."""
    row = [entry for entry in table if entry[0] == value]
    return next((text for text in texts if first(text, row)), "")


def _usual(sources: Sources, being: Being) -> str:
    if being.species.family == "robot" and sources.chance.odds("bare", 0.25):
        return "bare"
    fitting = _BY_GENRE.get(sources.show.text("genre"), ())
    return sources.chance.pick("garment", (*_EVERYDAY, *_BY_PRESENTATION[being.presentation], *fitting * 4))


def _print(sources: Sources, kind: str) -> str:
    if kind not in _PRINTED or not sources.chance.odds("patterned", 0.35):
        return ""
    return sources.chance.pick("pattern", ("stripes", "dots", "floral", "plaid", "knit"))


def _cloth(sources: Sources) -> Colour:
    own = _own_colours(sources)
    options = own[:1] or [*CLOTHS, *sources.show_colours("primary_palette") * 3]
    return sources.chance.pick("cloth", options)


def _inner(sources: Sources, kind: str, main: Colour) -> Colour:
    own = [colour for colour in sources.colours("look", "signature_colors")[1:] if distance(colour, main) > 0.12]
    if own:
        return own[0]
    if kind in _OVER_A_SHIRT:
        return mix(OFF_WHITE, main, 0.10) if lightness(main) < 0.8 else mix(main, (70, 84, 110), 0.7)
    other = sources.chance.pick("inner", CLOTHS)
    if distance(other, main) > 0.2:
        return other
    return lighter(main, 0.3) if lightness(main) < 0.55 else darker(main, 0.35)


def _trim(sources: Sources, main: Colour, named: Sequence[Colour]) -> Colour:
    told = [c for c in (*named, *sources.colours("look", "signature_colors")[1:]) if distance(c, main) > 0.12]
    if told:
        return told[0]
    return GOLD if distance(main, GOLD) > 0.16 else _LEATHER


def _wearable(colour: Colour) -> Colour:
    """Pull black and white cloth off the ends, where no fold could be painted."""
    if lightness(colour) < 0.26:
        return mix(colour, (72, 74, 92), 0.35)
    return mix(colour, (214, 208, 206), 0.35) if lightness(colour) > 0.95 else colour
