"""Which drawing each accessory is, and where it is worn; hats are in ``hats``."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.predictions.local.drawing import eyewear, neckwear
from shared.predictions.local.drawing.worn import Draw

ON_HEAD: Mapping[str, Draw] = MappingProxyType(
    {
        "glasses": eyewear.round_glasses,
        "square glasses": eyewear.square_glasses,
        "cat-eye glasses": eyewear.cat_eye_glasses,
        "sunglasses": eyewear.sunglasses,
        "monocle": eyewear.monocle,
        "eyepatch": eyewear.eyepatch,
        "mask": eyewear.mask,
        "hoops": eyewear.hoops,
        "studs": eyewear.studs,
        "drops": eyewear.drops,
        "headphones": eyewear.headphones,
        "flower": eyewear.flower,
        "hairclip": eyewear.hairclip,
        "feather": eyewear.feather,
    }
)
"""What is worn on the head, drawn in head units."""

ON_BUST: Mapping[str, Draw] = MappingProxyType(
    {
        "necklace": neckwear.necklace,
        "pendant": neckwear.pendant,
        "whistle": neckwear.whistle,
        "scarf": neckwear.scarf,
        "neckerchief": neckwear.neckerchief,
        "bowtie": neckwear.bowtie,
        "tie": neckwear.tie,
        "stethoscope": neckwear.stethoscope,
        "badge": neckwear.badge,
        "lei": neckwear.lei,
    }
)
"""What is worn at the neck or on the chest, drawn in bust units."""
