"""Moods as faces. Pure data."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.predictions.local.drawing.traits import Expression

EXPRESSIONS_BY_NAME: Mapping[str, Expression] = MappingProxyType(
    {
        "laughing": Expression(smile=1.0, open=0.75, brow=0.5, closed=True),
        "delighted": Expression(smile=0.95, open=0.5, brow=0.7, wide=0.25),
        "cheerful": Expression(smile=0.8, open=0.28, brow=0.25),
        "amused": Expression(smile=0.5, lopsided=0.55, lid=0.14, brow=0.1),
        "sly": Expression(smile=0.55, lopsided=0.9, lid=0.26, frown=0.25),
        "haughty": Expression(smile=-0.02, lid=0.36, brow=0.45, lopsided=0.5),
        "angry": Expression(smile=-0.55, frown=1.0, lid=0.14, brow=-0.3),
        "fierce": Expression(smile=-0.08, frown=0.72, lid=0.1, brow=-0.1),
        "stern": Expression(smile=-0.22, frown=0.6, lid=0.22, brow=-0.2),
        "surprised": Expression(smile=0.0, open=0.45, brow=0.75, wide=0.9),
        "worried": Expression(smile=-0.35, frown=-0.75, brow=0.3, wide=0.2),
        "sad": Expression(smile=-0.4, frown=-0.7, lid=0.2),
        "tired": Expression(smile=-0.1, lid=0.42, frown=-0.25),
        "dreamy": Expression(smile=0.32, lid=0.3, brow=0.25),
        "shy": Expression(smile=0.3, frown=-0.4, lid=0.14),
        "calm": Expression(smile=0.22, lid=0.06),
    }
)
"""Each mood's face."""

USUAL_MOODS = ("calm", "cheerful", "amused", "sly", "dreamy", "fierce", "cheerful", "delighted")
"""Moods for those of whom nothing is said."""
