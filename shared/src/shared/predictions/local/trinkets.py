"""From what documents say to what is worn besides clothes. Pure; chance fills the silence."""

from dataclasses import dataclass

from shared.predictions.local.being import Being
from shared.predictions.local.drawing.accessories import ON_BUST
from shared.predictions.local.drawing.colours import Colour, distance
from shared.predictions.local.drawing.hats import HATS
from shared.predictions.local.drawing.traits import Accessory, Garment
from shared.predictions.local.dress import GOLD, OFF_WHITE, palette, phrase
from shared.predictions.local.palettes import CLOTHS, colours_in
from shared.predictions.local.sources import Sources
from shared.predictions.local.things import ACCESSORIES
from shared.predictions.local.wording import every, said

_SILVER: Colour = (206, 212, 220)
_PEARL: Colour = (240, 232, 222)
_METALS = frozenset({"crown", "tiara", "badge", "whistle", "hoops", "studs", "monocle", "hairclip"})
_OWN_COLOURS: dict[str, Colour] = {
    "necklace": _PEARL,
    "drops": _PEARL,
    "glasses": (92, 58, 44),
    "square glasses": (52, 46, 54),
    "sunglasses": (40, 36, 46),
    "cat-eye glasses": (150, 52, 66),
    "goggles": (104, 70, 50),
    "eyepatch": (44, 38, 44),
    "headphones": (58, 62, 76),
    "stethoscope": (62, 78, 96),
    "toque": OFF_WHITE,
    "captain": (40, 54, 84),
    "helmet": (150, 156, 166),
    "pendant": (92, 170, 170),
    "tophat": (48, 42, 54),
    "witch": (66, 50, 92),
    "fedora": (110, 82, 64),
    "feather": (196, 92, 72),
    "mask": (44, 40, 58),
}
_SLOTS = {
    "eyes": ("glasses", "square glasses", "cat-eye glasses", "sunglasses", "monocle", "eyepatch", "mask"),
    "ears": ("hoops", "studs", "drops"),
    "hair": ("flower", "hairclip", "feather"),
    "head": (*HATS, "headphones"),
    "neck": tuple(ON_BUST),
}
_CLOSED_AT_THE_NECK = frozenset({"suit", "lace", "spacesuit"})
_MOST_FROM_PROSE = 4


@dataclass(frozen=True, slots=True)
class _Found:
    """A kind of accessory, and the phrase that told of it."""

    kind: str
    phrase: str = ""

    @property
    def slot(self) -> str:
        return next(slot for slot, kinds in _SLOTS.items() if self.kind in kinds)


def accessories(sources: Sources, being: Being, clothes: Garment) -> tuple[Accessory, ...]:
    """Return what is worn besides ``clothes``: at most one thing in each place."""
    found = _told(sources) or _usual(sources, being)
    if clothes.kind in _CLOSED_AT_THE_NECK:
        found = [one for one in found if one.kind not in ("tie", "scarf")]
    by_slot: dict[str, _Found] = {}
    for one in found:
        by_slot.setdefault(one.slot, one)
    return tuple(Accessory(kind=one.kind, colour=_colour(sources, one, clothes)) for one in by_slot.values())


def _told(sources: Sources) -> list[_Found]:
    listed = sources.items("look", "wardrobe", "accessories")
    wardrobe = [*sources.items("look", "wardrobe", "items"), *sources.items("character_details", "attire_notes")]
    found = _in_prose(sources.custom)
    for item in listed:
        found += [_Found(kind, item) for kind in every(item, ACCESSORIES)[:1]]
    return found + _in_prose(said(sources.prose, wardrobe))


def _in_prose(text: str) -> list[_Found]:
    clauses = text.replace(" and ", ",").replace(" with ", ",").replace(";", ",").split(",")
    kinds = every(text, ACCESSORIES)[:_MOST_FROM_PROSE]
    return [_Found(kind, phrase(clauses, ACCESSORIES, kind)) for kind in kinds]


def _usual(sources: Sources, being: Being) -> list[_Found]:
    chance = sources.chance
    if not being.human_like:
        options = ("", "bowtie", "scarf", "neckerchief", "beanie", "captain", "monocle", "ballcap")
        kind = chance.pick("worn", options)
        return [_Found(kind)] if kind else []
    found = []
    if chance.odds("spectacles", 0.28):
        found.append(_Found(chance.pick("frames", ("glasses", "square glasses"))))
    if being.presentation == "feminine" and chance.odds("earrings", 0.5):
        found.append(_Found(chance.pick("earring", ("hoops", "drops", "studs"))))
    if chance.odds("neckwear", 0.28):
        found.append(_Found(chance.pick("neck", ("scarf", "pendant", "neckerchief", "necklace"))))
    if chance.odds("headwear", 0.22):
        hats = ("beanie", "beret", "fedora", "headband", "ballcap", "headphones")
        found.append(_Found(chance.pick("hat", hats)))
    return found


def _colour(sources: Sources, found: _Found, clothes: Garment) -> Colour:
    named = colours_in(found.phrase)
    if named:
        return named[0]
    if found.kind in _METALS:
        return _SILVER if sources.chance.odds(f"silver {found.kind}", 0.25) else GOLD
    if found.kind in _OWN_COLOURS:
        return _OWN_COLOURS[found.kind]
    options = [c for c in (*palette(sources), *CLOTHS) if distance(c, clothes.colour) > 0.16]
    return sources.chance.pick(f"colour of {found.kind}", options[:6])
