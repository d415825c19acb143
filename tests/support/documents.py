"""The documents clients send, as large as wanted: a show's blueprint and a character's dossier, invented for the tests.

Sizes are in bytes of compact ASCII JSON and are met exactly, unless the document is larger than that without padding.
Like real ones, they name the show in many places and carry hex codes everywhere.
"""

import json
from typing import Any

TITLE = "Lantern Row"

_EPISODES = (
    "The tide leaves a sealed letter on the slipway and nobody on {title} will admit to having written it.",
    "Fog comes up the canal an hour early, and the lamps have to be lit by hand, one roof at a time.",
    "A ferry arrives with no pilot, its brass bell #b08d57 polished that same morning.",
    "The council votes to sell the lamp oil, and {title}'s oldest keeper stops speaking to her brother.",
    "Somebody has painted every door of the north quay the same dusty blue, #5b7c99, overnight.",
    "Winter market: a borrowed coat, a false coin, and a race across the frozen basin.",
)


def json_size(document: object) -> int:
    """Return the bytes of ``document`` as compact JSON."""
    return len(json.dumps(document, separators=(",", ":")).encode())


def show_document(size_bytes: int = 20_000, *, title: str = TITLE, realistic: bool = False) -> dict[str, Any]:
    """Return a show's blueprint of ``size_bytes``: hand-drawn fantasy, or live-action drama when ``realistic``."""
    show = _realistic_show(title) if realistic else _animated_show(title)
    return _padded(show, size_bytes, title)


def character_document(name: str = "Mara Vance", size_bytes: int = 5_000, *, title: str = TITLE) -> dict[str, Any]:
    """Return the dossier of ``name``, of ``size_bytes``, with a scene for a clip."""
    return _padded(_character(name, title), size_bytes, title)


def _padded(document: dict[str, Any], size_bytes: int, title: str) -> dict[str, Any]:
    """Add episode outlines, then the few characters still missing."""
    padded = {**document, "episode_outlines": [], "notes": ""}
    if json_size(padded) > size_bytes:
        return document
    outlines: list[dict[str, object]] = padded["episode_outlines"]
    while True:
        number = len(outlines) + 1
        outline = {"number": number, "synopsis": _EPISODES[number % len(_EPISODES)].format(title=title)}
        if json_size(padded) + json_size(outline) + 1 > size_bytes:
            break
        outlines.append(outline)
    padded["notes"] = "Keep the lamps low. " * 20
    padded["notes"] = padded["notes"][: size_bytes - json_size({**padded, "notes": ""})]
    return padded


def _animated_show(title: str) -> dict[str, Any]:
    return {
        "show_title": title,
        "show_logline": (
            f"On {title}, a canal street that floats loose every winter, the lamp keepers guard what the fog brings in."
        ),
        "poster_description": f"Rooftops over black water, {title.upper()} in brass letters above a single lit window.",
        "genre": "fantasy",
        "mood_keywords": ["hushed", "warm", "watchful", "a little funny"],
        "tagline": f"{title}: somebody has to stay awake.",
        "primary_palette": ["#1f2a44", "#d9a441", "#5b7c99", "#f3e9d2"],
        "production_style": {
            "medium": "Hand-drawn 2D animation with watercolor backgrounds",
            "cinematic_references": ["Kiki's Delivery Service", "The Secret of Kells", "Song of the Sea"],
            "visual_treatment": "Soft ink lines over loose washes, with paper grain left visible",
            "stylization_level": "highly_stylized",
            "art_style": {
                "line_art": {"weight": "thin brown ink", "variation": "tapers toward light"},
                "shape_language": {"heroes": "rounded shoulders, tall hats", "city": "leaning verticals"},
                "color_application": {"method": "transparent wash", "edges": "pooled pigment"},
                "rendering_approach": {"shading": "two tones and a glow"},
                "character_design": {"proportions": "five heads tall", "hands": "large and expressive"},
                "background_style": {"detail": "dense near the lamps, bare elsewhere"},
            },
        },
        "visual_aesthetics": {
            "goal": f"Every frame of {title} should feel like a lamp seen through wet glass.",
            "color": {
                "palette_bias": "deep blues with one amber source",
                "anchor_hex": ["#1f2a44", "#d9a441"],
                "prohibitions": ["neon", "pure white"],
            },
            "lighting": {
                "key": "single oil lamp, low and warm",
                "fill": "moonlit fog",
                "edge": "thin brass rim",
                "temperature_model": "2200K lamp against 7500K night",
                "no_go": ["flat noon light", "lens flare"],
            },
            "camera": {"lens_family": ["35mm", "50mm"], "movement": ["slow push", "drift"], "dof_guides": "shallow"},
            "composition": {"symmetry_bias": "off-center", "color_blocking": "one warm block in three cool ones"},
            "materials_and_textures": "wet slate, oiled wool, dented brass",
            "sets_and_prop_visuals": "lamp poles, ladders, rope bridges",
            "post_grade": "lifted blacks with a faint #d9a441 wash",
            "prohibitions_global": ["modern logos", "gore", "photographic textures"],
        },
        "world": {"period": "an invented 1890s", "rules": [f"{title} never touches the same quay twice."]},
    }


def _realistic_show(title: str) -> dict[str, Any]:
    return {
        "show_title": title,
        "show_logline": f"A night-shift nurse on {title} finds that the patients nobody visits have the same visitor.",
        "genre": "thriller",
        "mood_keywords": ["restrained", "lonely", "tense"],
        "tagline": "Visiting hours are over.",
        "primary_palette": ["#2f3b3a", "#c9c2b2"],
        "production_style": {
            "medium": "Live-action cinematic",
            "cinematic_references": ["Michael Clayton", "Prisoners"],
            "visual_treatment": "Available light, long lenses, unhurried frames",
            "stylization_level": "cinematic_realistic",
        },
        "visual_aesthetics": {
            "goal": "Watch people when they think that nobody does.",
            "color": {"palette_bias": "sodium and slate", "anchor_hex": ["#2f3b3a"], "prohibitions": ["saturated red"]},
            "lighting": {"key": "practical lamps", "fill": "corridor spill", "no_go": ["beauty lighting"]},
            "camera": {"lens_family": ["85mm"], "movement": ["locked off"], "dof_guides": "shallow, eyes sharp"},
            "prohibitions_global": ["visible logos"],
        },
    }


def _character(name: str, title: str) -> dict[str, Any]:
    return {
        "character": name,
        "show_id": "show-1",
        "metadata": {"name": name, "role": "lead", "function": f"keeper of {title}'s last lamp", "tags": ["keeper"]},
        "character_details": {
            "species": {"type": "human", "subtype": "canal folk", "visual_markers": "faint silver freckles"},
            "gender_identity": "woman",
            "skin_color": {"hex": "#8d5a3b", "description": "warm brown"},
            "eye_color": {"hex": "#5b7c99", "description": ""},
            "hair": {
                "style": "loose braid over one shoulder",
                "length": "long",
                "texture": "wavy",
                "color_hex": "#1b1b22",
                "color_description": "blue-black",
            },
            "facial_hair": {"has_facial_hair": False, "style": "none", "density": "none"},
            "build": {"body_type": "wiry", "notes": "strong forearms from climbing"},
            "distinctive_features": ["burn scar across the left palm", "one chipped front tooth"],
            "attire_notes": f"wears the {title} night-shift coat, #1f2a44 wool with brass toggles",
        },
        "look": {
            "silhouette": "long coat, tall lamp pole, small hat",
            "palette": {"anchors": ["#1f2a44", "#d9a441"], "notes": "amber only near the hands"},
            "surface": "oiled wool and dented brass",
            "eyes": "steady, tired, amused",
            "wardrobe": {
                "silhouette_rules": "coat always past the knee",
                "items": ["navy wool coat", "rolled canvas trousers", "rope-soled boots"],
                "accessories": ["brass lamp hook", "red knitted scarf"],
                "avoid": ["jewelry", "bare feet"],
                "summary": "a working coat worn for twenty winters",
            },
            "signature_colors": ["#d9a441", "#1f2a44"],
        },
        "portrait_guidance": {
            "focal_point": "bust",
            "emotional_default": "quiet resolve",
            "pose_preference": "three-quarter turn, lamp raised",
            "background_hint": "fogged rooftops at dusk",
        },
        "performance": {
            "pose_defaults": "weight on the back foot",
            "expression_set": ["half smile", "listening"],
            "gestural_loops": ["thumbs the lamp wick"],
        },
        "scene_presence": {
            "camera_override": "eye level, close",
            "lighting_override": "lit from her own lamp",
            "composition_override": "left third",
        },
        "behavior_and_rules": {"do": ["keeps the lamp in frame"], "do_not": ["never smiles with teeth"]},
        "showcase_scene_prompt": (
            f"{name} climbs the last ladder before dawn, cups the flame against the wind and, when a teenager below "
            "calls up that the fog is moving, lowers the lamp until the whole canal turns amber."
        ),
    }
