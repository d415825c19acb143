"""What tells one animal from another. Pure data; ears are in head units, as in ``head``."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Breed:
    """An animal's ears, its face, its marking; how furry its cheeks are (0 bare to 2) and how wide its head is."""

    ears: str
    face: str
    marking: str = ""
    cheeks: float = 1.0
    wide: float = 1.0

    @property
    def furry(self) -> bool:
        """Whether fur shows at the head's edge."""
        return self.cheeks >= 0.3

    @property
    def cold_blooded(self) -> bool:
        """Whether the skin is bare, and pale underneath."""
        return self.face in ("frog", "scaled")


BREEDS: Mapping[str, Breed] = MappingProxyType(
    {
        "cat": Breed("pointed", "short", "stripes"),
        "tiger": Breed("round", "short", "stripes", 1.4, 1.05),
        "lion": Breed("round", "short", "mane", 0.6),
        "leopard": Breed("round", "short", "spots"),
        "fox": Breed("tall", "long", "mask", 1.9),
        "wolf": Breed("tall", "long", "mask", 1.8),
        "dog": Breed("floppy", "long", "patch", 0.4),
        "bear": Breed("round", "broad", "", 0.8, 1.08),
        "panda": Breed("round", "broad", "panda", 0.8, 1.08),
        "otter": Breed("small", "broad", "bib", 0.7, 1.06),
        "raccoon": Breed("round", "short", "raccoon", 1.6),
        "badger": Breed("small", "long", "badger"),
        "rabbit": Breed("long", "small", "", 1.0, 0.94),
        "mouse": Breed("dish", "small", "", 0.6, 0.92),
        "squirrel": Breed("tufted", "small", "mask", 1.2),
        "hedgehog": Breed("small", "small", "spines", 0.8),
        "koala": Breed("fluffy", "broad", "", 1.0, 1.06),
        "monkey": Breed("side", "broad", "monkey", 0.5),
        "deer": Breed("leaf", "long", "antlers", 0.4, 0.9),
        "goat": Breed("leaf", "long", "horns", 0.6, 0.9),
        "cow": Breed("leaf", "snout", "horns", 0.3),
        "horse": Breed("tall", "snout", "mane", 0.2, 0.86),
        "pig": Breed("flap", "snout", "", 0.3, 1.04),
        "owl": Breed("feathers", "beak", "discs", 0.8, 1.04),
        "bird": Breed("crest", "beak", "", 0.4, 0.92),
        "penguin": Breed("none", "beak", "penguin", 0.2),
        "frog": Breed("none", "frog", "", 0.0, 1.14),
        "lizard": Breed("frill", "scaled", "scales", 0.0, 0.94),
        "dragon": Breed("frill", "scaled", "dragon", 0.0, 0.96),
        "turtle": Breed("none", "scaled", "scales", 0.0),
        "fish": Breed("fins", "frog", "scales", 0.0),
    }
)
"""The animals there are."""

DARK_EARED: Mapping[str, float] = MappingProxyType({"fox": 0.5, "panda": 0.1, "raccoon": 0.1})
"""Animals whose ears are dark, and how much of their fur shows at the ears' foot."""

EARS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pointed": (
            "58 -178, 112 -280, 148 -300, 160 -300, 174 -206, 160 -92",
            "92 -180, 126 -254, 146 -270, 156 -196, 142 -126",
        ),
        "tall": (
            "48 -176, 106 -306, 146 -346, 150 -346, 178 -226, 164 -86",
            "84 -176, 118 -276, 144 -312, 160 -216, 146 -122",
        ),
        "round": (
            "70 -176, 96 -240, 152 -254, 192 -212, 186 -148, 150 -104",
            "98 -180, 116 -220, 150 -228, 170 -200, 164 -160, 140 -138",
        ),
        "small": (
            "104 -156, 130 -206, 168 -208, 190 -176, 184 -128, 150 -100",
            "128 -158, 144 -184, 164 -184, 174 -160, 158 -132",
        ),
        "dish": (
            "62 -170, 86 -270, 168 -300, 238 -240, 236 -152, 160 -88",
            "96 -172, 116 -246, 168 -266, 212 -226, 206 -164, 154 -116",
        ),
        "long": (
            "34 -180, 40 -330, 76 -436, 112 -440, 134 -340, 118 -160",
            "56 -190, 62 -326, 84 -404, 102 -404, 112 -330, 100 -190",
        ),
        "tufted": (
            "66 -176, 104 -258, 150 -336, 150 -336, 176 -236, 156 -106",
            "96 -178, 122 -240, 144 -276, 156 -216, 142 -132",
        ),
        "fluffy": (
            "104 -150, 140 -236, 228 -232, 272 -150, 244 -64, 160 -40",
            "140 -140, 162 -196, 216 -194, 236 -144, 214 -92, 166 -76",
        ),
        "floppy": (
            "80 -188, 140 -214, 206 -150, 228 -20, 204 72, 168 44, 152 -84",
            "200 -100, 214 -10, 200 50, 180 20, 176 -80",
        ),
        "flap": (
            "62 -180, 120 -248, 196 -236, 226 -176, 226 -176, 176 -156, 152 -104",
            "100 -180, 136 -218, 184 -212, 200 -186, 160 -160",
        ),
        "leaf": (
            "128 -150, 186 -204, 264 -208, 290 -192, 290 -192, 248 -132, 160 -92",
            "160 -142, 200 -176, 256 -188, 232 -144, 176 -116",
        ),
        "side": (
            "150 -76, 196 -106, 232 -66, 226 10, 184 40, 150 20",
            "172 -58, 198 -76, 212 -46, 206 -4, 180 10",
        ),
        "feathers": (
            "60 -176, 104 -230, 168 -312, 168 -312, 180 -220, 150 -110",
            "98 -186, 126 -226, 158 -276, 158 -212, 140 -150",
        ),
        "frill": (
            "140 -130, 216 -150, 184 -82, 236 -52, 184 -12, 222 44, 150 40",
            "150 -110, 190 -126, 166 -74, 202 -48, 164 -10, 190 26, 150 30",
        ),
        "fins": (
            "150 -120, 236 -170, 216 -80, 262 -20, 196 10, 206 90, 146 60",
            "160 -100, 214 -134, 196 -70, 232 -22, 180 10, 184 62, 156 50",
        ),
    }
)
"""The right ear of each sort, and its hollow."""
