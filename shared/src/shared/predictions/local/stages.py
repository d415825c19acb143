"""The colours of places and lights: what a scene is painted with before the show's own palette tints it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.predictions.local.drawing.colours import Colour


@dataclass(frozen=True, slots=True)
class Stage:
    """A place's own colours, its usual light, and how much of the show's palette tints it (0 to 1)."""

    sky: Colour
    ground: Colour
    accent: Colour
    light: str
    tint: float


STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "poster": Stage((66, 110, 122), (40, 62, 92), (240, 190, 130), "soft", 0.85),
        "night": Stage((22, 30, 66), (64, 80, 132), (244, 230, 190), "moon", 0.30),
        "sea": Stage((92, 120, 150), (40, 78, 104), (244, 176, 128), "dusk", 0.30),
        "beach": Stage((146, 210, 226), (240, 220, 176), (255, 240, 186), "sun", 0.15),
        "underwater": Stage((60, 150, 164), (16, 62, 88), (150, 226, 214), "sea", 0.25),
        "haunted": Stage((30, 44, 78), (70, 104, 122), (176, 220, 224), "moon", 0.25),
        "rain": Stage((104, 126, 140), (52, 70, 88), (236, 196, 130), "soft", 0.35),
        "forest": Stage((150, 184, 132), (44, 84, 66), (244, 226, 150), "sun", 0.25),
        "garden": Stage((178, 218, 214), (124, 170, 110), (246, 160, 150), "sun", 0.25),
        "mountains": Stage((164, 190, 214), (76, 96, 128), (250, 204, 164), "dusk", 0.30),
        "snow": Stage((150, 186, 216), (214, 228, 240), (250, 236, 220), "soft", 0.20),
        "desert": Stage((240, 190, 140), (190, 104, 70), (252, 226, 170), "dusk", 0.25),
        "city": Stage((94, 78, 132), (40, 40, 74), (250, 160, 120), "neon", 0.40),
        "space": Stage((20, 18, 46), (48, 34, 86), (226, 128, 120), "neon", 0.35),
        "workshop": Stage((86, 94, 104), (50, 54, 66), (250, 186, 104), "lamp", 0.40),
        "lobby": Stage((60, 92, 96), (84, 56, 52), (250, 190, 120), "lamp", 0.55),
        "kitchen": Stage((206, 190, 160), (156, 112, 78), (232, 130, 84), "lamp", 0.35),
        "library": Stage((96, 74, 70), (60, 44, 46), (246, 190, 116), "lamp", 0.35),
        "luggage": Stage((70, 110, 116), (92, 62, 58), (248, 190, 120), "lamp", 0.50),
        "stage": Stage((120, 36, 52), (60, 20, 40), (255, 214, 150), "lamp", 0.25),
        "fire": Stage((60, 26, 36), (130, 50, 36), (255, 160, 70), "dusk", 0.20),
        "clouds": Stage((120, 176, 220), (220, 220, 230), (255, 232, 190), "sun", 0.35),
    }
)
"""Each place's colours."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light: its own colour, the rim's, the shadows', and how hard it is (0 to 1)."""

    key: Colour
    rim: Colour
    shadow: Colour
    contrast: float


LAMPS: Mapping[str, Lamp] = MappingProxyType(
    {
        "soft": Lamp((255, 244, 228), (226, 236, 246), (58, 54, 84), 0.25),
        "sun": Lamp((255, 240, 200), (255, 250, 232), (62, 60, 104), 0.35),
        "dusk": Lamp((255, 200, 140), (255, 158, 110), (56, 40, 88), 0.55),
        "lamp": Lamp((255, 214, 148), (122, 196, 200), (54, 34, 62), 0.50),
        "moon": Lamp((196, 216, 250), (140, 214, 230), (22, 24, 62), 0.60),
        "neon": Lamp((255, 150, 200), (90, 220, 240), (34, 20, 66), 0.60),
        "noir": Lamp((250, 236, 214), (214, 210, 220), (20, 18, 34), 0.80),
        "sea": Lamp((190, 240, 232), (150, 240, 226), (14, 40, 66), 0.45),
    }
)
"""The lights there are."""

DARK_PLACES = frozenset({"night", "haunted", "space", "fire", "stage", "library", "city", "underwater"})

BY_GENRE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "comedy": ("poster", "garden", "clouds", "kitchen"),
        "drama": ("poster", "rain", "lobby", "sea"),
        "thriller": ("city", "rain", "night"),
        "horror": ("haunted", "night", "forest"),
        "sci_fi": ("space", "workshop", "city", "desert"),
        "fantasy": ("forest", "mountains", "clouds", "night"),
        "action": ("city", "fire", "desert"),
        "adventure": ("mountains", "sea", "desert", "forest"),
        "mystery": ("library", "rain", "lobby", "night"),
        "romance": ("garden", "clouds", "beach"),
        "crime": ("city", "rain", "night"),
        "documentary": ("poster", "mountains", "sea"),
        "animation": ("poster", "garden", "clouds", "forest"),
        "family": ("garden", "clouds", "poster", "kitchen"),
    }
)
"""Where a show of each genre is likely to be, when no hint says."""

ANYWHERE = (
    "poster",
    "poster",
    "poster",
    "poster",
    "night",
    "sea",
    "garden",
    "mountains",
    "clouds",
    "lobby",
    "forest",
    "desert",
)
"""Where anybody may be."""
