"""The colours words stand for, and the colours of skins, hair, places and lights where no word says. Pure data."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from shared.predictions.local.drawing.colours import Colour, darker, from_hex, lighter

_NAMES = """
black 22202a white f5f2ea grey 8b8d94 gray 8b8d94 silver c4c9d0 charcoal 3b3d47 slate 5c6b7a ash b4b0aa ivory f3ead6
cream f2e6c9 beige dcc8a4 sand d9bf8f tan c69c6d khaki b5a36a taupe 8f7f70 brown 7a4b2c chocolate 55301c coffee 5b3a26
chestnut 7d4428 mahogany 6b2c20 auburn 8c3b22 copper b5673a rust a8492a bronze 9c6a36 caramel b57a45 honey d59a4a
red c4302b scarlet cf2b24 crimson a81c34 ruby a3173c cherry b8182f burgundy 6f1830 maroon 6a1a2a wine 6b1f3a
coral ef7b5a salmon f09a85 peach f4bc98 apricot f2ab72 orange e8802c tangerine ef8a2a amber e9a327 pumpkin d9701e
terracotta c4633f yellow f0c93c mustard d9a125 gold d9a63a golden d9a63a lemon f3e05e butter f4d58d blonde e0bb74
blond e0bb74 platinum e9dfc9 straw dfc27a ginger c4622d brass c79b4b brunette 4f3222 hazel 8e6b3e
green 3f8f4f lime 9acb3c olive 76803a moss 67783f sage 9db08d forest 2f5d3f emerald 1f8a5f jade 3fa07a mint a5dcc0
teal 1f7f83 turquoise 3ab8b4 aqua 5cc8cc cyan 3cc3dc seafoam 9fd8c0 sea-green 2f8f83 seagreen 2f8f83 pine 2d5746
blue 3465b5 navy 1e3358 cobalt 2750b0 sapphire 1f4fa8 azure 3d8fe0 sky 8cc4e8 ice cfe6ee indigo 3a3690 denim 3f5f8c
cerulean 2f86bd royal 2f4fb5 midnight 1a2248 steel 6d8299 powder b8d0e6
purple 6f3fa0 violet 7a52b3 lavender b9a3dc lilac c2a6d8 plum 5f2f5c mauve a7809d amethyst 8f62c4 orchid c070c4
magenta c2308f fuchsia d0308a pink e88aa8 rose dd7f92 blush efb7b3 bubblegum f27fb2 raven 1d1a22 obsidian 1c1922
ebony 2c1f1c jet 1b191f snow f6f5f2 pearl ece6dc bone e8dec8 auburn 8c3b22 strawberry d9825b sandy cfa970 dirty 9a7a4c
luminous 8ff0e4 leather 6b4a36 tweed 7d6a52 mercury b7bcc4 chrome c8ccd2 iron 6b7078 gunmetal 4b5159 lamp ffc65c
"""


def _pairs() -> dict[str, Colour]:
    words = _NAMES.split()
    return {name: colour for name, code in zip(words[::2], words[1::2], strict=True) if (colour := from_hex(code))}


NAMED: Mapping[str, Colour] = MappingProxyType(_pairs())
"""Colour words."""

_WORD = re.compile(r"#[0-9a-fA-F]{6}\b|sea-green|[a-z]+")
_TINTS = {
    "light": 0.12,
    "pale": 0.14,
    "pastel": 0.14,
    "faded": 0.06,
    "bright": 0.04,
    "dark": -0.12,
    "deep": -0.10,
    "soft": 0.04,
}


def colours_in(text: str) -> list[Colour]:
    """Return the colours a text names, in order; "dark", "pale" and the like before one tint it."""
    found: list[Colour] = []
    tint = 0.0
    for word in _WORD.findall(text.casefold()):
        colour = from_hex(word) if word.startswith("#") else NAMED.get(word)
        if colour is not None:
            found.append(lighter(colour, tint) if tint > 0 else darker(colour, -tint))
        tint = 0.0 if colour is not None else _TINTS.get(word, tint * 0.5)
    return found


SKINS: tuple[Colour, ...] = (
    (250, 214, 192), (244, 204, 174), (238, 196, 160), (226, 178, 138), (212, 160, 118), (196, 138, 94),
    (174, 114, 74), (150, 94, 60), (122, 74, 48), (98, 58, 40), (78, 46, 34),
)  # fmt: skip
"""Skins, from the palest to the deepest."""

HAIRS: tuple[Colour, ...] = (
    (34, 24, 26), (48, 32, 28), (70, 44, 32), (98, 60, 38), (132, 78, 42), (168, 96, 46),
    (196, 98, 45), (212, 164, 96), (228, 196, 140), (140, 46, 36),
)  # fmt: skip
"""Hair as it grows."""

DYED: tuple[Colour, ...] = (
    (229, 143, 169),
    (84, 132, 196),
    (60, 150, 140),
    (138, 92, 176),
    (198, 70, 96),
    (110, 168, 92),
)
"""Hair as it is dyed."""

EYES: tuple[Colour, ...] = (
    (78, 48, 30), (58, 38, 30), (110, 74, 40), (134, 102, 54), (96, 122, 66), (70, 128, 112), (84, 132, 172),
    (106, 126, 142),
)  # fmt: skip
"""Eyes."""

LAMPS: tuple[Colour, ...] = ((255, 198, 92), (110, 226, 220), (255, 132, 96), (150, 220, 120), (196, 150, 255))
"""Robots' eyes."""

SHELLS: tuple[Colour, ...] = (
    (127, 183, 166), (226, 138, 92), (216, 208, 190), (120, 148, 186), (198, 92, 86), (224, 184, 92), (148, 156, 166),
)  # fmt: skip
"""Robots' enamel."""

FURS: Mapping[str, tuple[Colour, ...]] = MappingProxyType(
    {
        "fox": ((206, 108, 48), (190, 92, 44), (150, 150, 158)),
        "otter": ((138, 90, 60), (112, 76, 54)),
        "bear": ((122, 80, 52), (86, 60, 46), (214, 196, 166)),
        "panda": ((246, 244, 240),),
        "penguin": ((52, 60, 78), (44, 46, 58)),
        "wolf": ((126, 130, 140), (92, 92, 102), (186, 182, 176)),
        "badger": ((120, 118, 122),),
        "raccoon": ((142, 138, 136),),
        "rabbit": ((232, 222, 208), (176, 146, 116), (150, 142, 144)),
        "mouse": ((172, 164, 160), (200, 174, 148), (240, 234, 228)),
        "koala": ((158, 162, 170),),
        "pig": ((240, 178, 168),),
        "lion": ((214, 160, 92),),
        "tiger": ((226, 136, 58),),
        "owl": ((156, 118, 82), (120, 102, 92), (214, 198, 176)),
        "bird": ((70, 128, 178), (206, 84, 68), (64, 58, 70), (90, 158, 104)),
        "frog": ((112, 170, 82), (74, 146, 104)),
        "dragon": ((92, 140, 92), (150, 62, 66), (76, 106, 160), (128, 86, 152)),
        "lizard": ((110, 156, 88), (86, 148, 138)),
        "turtle": ((110, 146, 96),),
        "fish": ((96, 150, 176), (226, 140, 88)),
        "deer": ((176, 124, 80), (150, 102, 66)),
    }
)
"""Fur, feathers and scales."""

COMMON_FUR: tuple[Colour, ...] = ((176, 124, 80), (120, 96, 84), (222, 196, 158), (92, 84, 90), (206, 150, 96))

ALIENS: tuple[Colour, ...] = ((128, 184, 130), (116, 164, 204), (186, 140, 206), (98, 180, 172), (220, 150, 140))
GHOSTS: tuple[Colour, ...] = ((191, 217, 222), (204, 208, 232), (198, 226, 206))

CLOTHS: tuple[Colour, ...] = (
    (196, 74, 62), (226, 134, 84), (222, 170, 64), (92, 130, 88), (46, 112, 110), (58, 96, 148), (44, 58, 96),
    (108, 76, 138), (166, 74, 108), (226, 214, 190), (90, 82, 92), (142, 86, 56),
)  # fmt: skip
"""Cloth, where neither the wardrobe nor the palettes say."""
