"""A character's dossier: what of it can be seen.

Every view is empty where the dossier is silent. Colours are codes with their ``#``, or words.
"""

from dataclasses import dataclass, field, replace

from shared.documents.fields import Fields
from shared.documents.reference import reference

NAME_CHARS = 120
"""Characters kept of a name."""
REFERENCE_CHARS = 240
"""Characters kept of all the fields these views do not know."""
_FRAMINGS = frozenset({"face", "bust", "full_body"})
_NONE = frozenset({"", "none", "no", "n/a", "clean-shaven", "clean shaven"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What nature gave."""

    species: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    gender: str = ""
    age: str = ""
    skin: str = ""
    eye_colour: str = ""
    eyes: str = ""
    hair: tuple[str, ...] = ()
    hair_colour: str = ""
    facial_hair: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    silhouette: str = ""
    surface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wardrobe:
    """What is worn, and in which colours."""

    summary: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    accessories: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    signature_colours: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    palette_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the character stands before us. ``framing`` is ``face``, ``bust``, ``full_body`` or empty."""

    framing: str = ""
    expression: tuple[str, ...] = ()
    pose: tuple[str, ...] = ()
    gestures: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    staging: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterView:
    """A dossier's telling fields. ``scene`` is the client's own text, untouched; ``reference`` the rest, trimmed."""

    name: str = ""
    role: str = ""
    function: str = ""
    tags: tuple[str, ...] = ()
    body: Body = field(default_factory=Body)
    wardrobe: Wardrobe = field(default_factory=Wardrobe)
    manner: Manner = field(default_factory=Manner)
    scene: str = ""
    reference: str = ""


def character_name(document: object) -> str | None:
    """Return the name people know the character by, at most :data:`NAME_CHARS` long; None when there is none."""
    return _name(Fields(document)) or None


def read_character(document: object) -> CharacterView:
    """Read a dossier; anything but an object reads as an empty one."""
    fields = Fields(document)
    fields.skip(("show_id",))
    view = CharacterView(
        name=_name(fields),
        role=fields.text("metadata", "role"),
        function=fields.text("metadata", "function"),
        tags=fields.texts("metadata", "tags"),
        body=_body(fields),
        wardrobe=_wardrobe(fields),
        manner=_manner(fields),
        scene=fields.whole("showcase_scene_prompt"),
    )
    return replace(view, reference=reference(fields.rest(), REFERENCE_CHARS))


def _name(fields: Fields) -> str:
    paths = (("metadata", "name"), ("character",), ("name",))
    names = [fields.text(*path, limit=NAME_CHARS) for path in paths]
    return next(filter(None, names), "")


def _body(fields: Fields) -> Body:
    details = "character_details"
    return Body(
        species=(*fields.words(details, "species", "type"), *fields.words(details, "species", "subtype")),
        markers=fields.words(details, "species", "visual_markers"),
        gender=fields.text(details, "gender_identity"),
        age=fields.text(details, "age_range") or fields.text(details, "age"),
        skin=_colour(fields, (details, "skin_color"), "description", "hex"),
        eye_colour=_colour(fields, (details, "eye_color"), "description", "hex"),
        eyes=fields.text("look", "eyes"),
        hair=tuple(filter(None, (fields.text(details, "hair", name) for name in ("length", "texture", "style")))),
        hair_colour=_colour(fields, (details, "hair"), "color_description", "color_hex"),
        facial_hair=_facial_hair(fields),
        build=(*fields.words(details, "build", "body_type"), *fields.words(details, "build", "notes")),
        features=(
            *fields.words(details, "distinctive_features"),
            *fields.words(details, "distinguishing_features"),
        ),
        silhouette=fields.text("look", "silhouette"),
        surface=fields.text("look", "surface"),
    )


def _colour(fields: Fields, path: tuple[str, ...], words: str, code: str) -> str:
    """Read a colour in words, or else its code; both count as read."""
    return next(filter(None, [fields.colour(*path, words), fields.colour(*path, code)]), "")


def _facial_hair(fields: Fields) -> tuple[str, ...]:
    path = ("character_details", "facial_hair")
    worn = fields.flag(*path, "has_facial_hair")
    words = [fields.text(*path, name) for name in ("density", "style")]
    said = tuple(word for word in words if word.casefold() not in _NONE)
    if worn is False:
        return ()
    return said or (("facial hair",) if worn else ())


def _wardrobe(fields: Fields) -> Wardrobe:
    path = ("look", "wardrobe")
    return Wardrobe(
        summary=(*fields.words(*path, "summary"), *fields.words("character_details", "attire_notes")),
        items=fields.texts(*path, "items"),
        accessories=fields.texts(*path, "accessories"),
        rules=fields.words(*path, "silhouette_rules"),
        avoid=fields.texts(*path, "avoid"),
        signature_colours=fields.colours("look", "signature_colors"),
        palette=fields.colours("look", "palette", "anchors"),
        palette_notes=fields.words("look", "palette", "notes"),
    )


def _manner(fields: Fields) -> Manner:
    guidance, performance, presence = "portrait_guidance", "performance", "scene_presence"
    framing = fields.text(guidance, "focal_point").casefold().replace("-", "_").replace(" ", "_")
    overrides = ("camera_override", "lighting_override", "composition_override")
    staging = [fields.words(presence, name) for name in overrides]
    return Manner(
        framing=framing if framing in _FRAMINGS else "",
        expression=(*fields.words(guidance, "emotional_default"), *fields.texts(performance, "expression_set")),
        pose=(*fields.words(guidance, "pose_preference"), *fields.words(performance, "pose_defaults")),
        gestures=fields.texts(performance, "gestural_loops"),
        background=fields.words(guidance, "background_hint"),
        staging=tuple(words for override in staging for words in override),
        always=fields.texts("behavior_and_rules", "do"),
        never=fields.texts("behavior_and_rules", "do_not"),
    )
