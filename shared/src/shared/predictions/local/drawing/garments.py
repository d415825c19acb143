"""Which drawing each garment is: what hangs behind the neck, then what covers the bust."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.predictions.local.drawing import garments_formal as formal
from shared.predictions.local.drawing import garments_grand as grand
from shared.predictions.local.drawing import garments_plain as plain
from shared.predictions.local.drawing.bust import Outfit
from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.tailoring import hood_behind

Draw = Callable[[Brush, Outfit], None]


def _nothing(brush: Brush, outfit: Outfit) -> None:
    """Most garments have nothing behind the neck."""


GARMENTS: Mapping[str, tuple[Draw, Draw]] = MappingProxyType(
    {
        "tee": (_nothing, plain.tee),
        "tank": (_nothing, plain.tank),
        "sweater": (_nothing, plain.sweater),
        "rollneck": (_nothing, plain.rollneck),
        "shirt": (_nothing, plain.shirt),
        "raincoat": (hood_behind, plain.raincoat),
        "hoodie": (hood_behind, plain.hoodie),
        "dungarees": (_nothing, plain.dungarees),
        "vest": (_nothing, plain.vest),
        "jacket": (_nothing, formal.jacket),
        "suit": (_nothing, formal.suit),
        "coat": (_nothing, formal.coat),
        "uniform": (_nothing, formal.uniform),
        "chef": (_nothing, formal.chef),
        "gown": (_nothing, formal.gown),
        "lace": (formal.lace_behind, formal.high_gown),
        "robe": (_nothing, grand.robe),
        "armour": (_nothing, grand.armour),
        "cloak": (hood_behind, grand.cloak),
        "spacesuit": (_nothing, grand.spacesuit),
        "bare": (_nothing, _nothing),
    }
)
"""Garment to its two drawings: behind the neck, before it."""

BARE = frozenset({"tank", "gown", "bare"})
"""Garments that leave the shoulders to be seen."""


def draw_garment_behind(brush: Brush, outfit: Outfit) -> None:
    """Paint what hangs behind the neck."""
    GARMENTS.get(outfit.garment.kind, GARMENTS["tee"])[0](brush, outfit)


def draw_garment(brush: Brush, outfit: Outfit) -> None:
    """Paint what covers the bust."""
    GARMENTS.get(outfit.garment.kind, GARMENTS["tee"])[1](brush, outfit)
