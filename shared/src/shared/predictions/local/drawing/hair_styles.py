"""Which drawing each hair style is: what is painted behind the bust, and what before the face."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.predictions.local.drawing import hair_long, hair_round, hair_short, hair_tied
from shared.predictions.local.drawing.canvas import Brush
from shared.predictions.local.drawing.hair import Lock

Draw = Callable[[Brush, Lock], None]


def _nothing(brush: Brush, lock: Lock) -> None:
    """Most styles have nothing behind the head."""


STYLES: Mapping[str, tuple[Draw, Draw]] = MappingProxyType(
    {
        "bald": (_nothing, hair_short.bald),
        "balding": (_nothing, hair_short.balding),
        "buzz": (_nothing, hair_short.buzz),
        "crop": (_nothing, hair_short.crop),
        "swept": (_nothing, hair_short.swept),
        "quiff": (_nothing, hair_short.quiff),
        "spiky": (_nothing, hair_short.spiky),
        "mohawk": (_nothing, hair_short.mohawk),
        "undercut": (_nothing, hair_short.undercut),
        "tuft": (_nothing, hair_short.tuft),
        "curls": (_nothing, hair_round.curly_crop),
        "afro": (hair_round.afro_back, hair_round.afro),
        "bowl": (_nothing, hair_round.bowl),
        "bob": (hair_round.bob_back, hair_round.bob),
        "long": (hair_long.long_back, hair_long.long),
        "locs": (hair_long.locs_back, hair_long.locs),
        "floating": (hair_long.floating_back, hair_tied.bun),
        "bun": (hair_tied.bun_back, hair_tied.bun),
        "ponytail": (hair_tied.ponytail_back, hair_tied.ponytail),
        "pigtails": (hair_tied.pigtails_back, hair_tied.pigtails),
        "braids": (_nothing, hair_tied.braids),
    }
)
"""Style to its two drawings: behind, before."""


def draw_hair_behind(brush: Brush, lock: Lock) -> None:
    """Paint what lies behind the bust."""
    STYLES.get(lock.hair.style, STYLES["crop"])[0](brush, lock)


def draw_hair_before(brush: Brush, lock: Lock) -> None:
    """Paint what lies on the head and before the shoulders."""
    STYLES.get(lock.hair.style, STYLES["crop"])[1](brush, lock)
