"""A show's blueprint: what of it shapes a picture."""

import re
from dataclasses import dataclass, replace
from itertools import chain

from shared.documents.fields import ITEM_CHARS, LIST_ITEMS, Fields
from shared.documents.reference import reference
from shared.documents.text import clean, clip

REFERENCE_CHARS = 240
"""Characters kept of all the fields this view does not know."""
_TITLE_CHARS = 1_000
_ART_STYLE = (
    "line_art",
    "shape_language",
    "color_application",
    "rendering_approach",
    "character_design",
    "background_style",
)
_REALISTIC_LEVELS = frozenset({"cinematic realistic", "slightly stylized"})
_REALISTIC_MEDIUM = re.compile(r"(?i)live[-\s]?action|photo[-\s]?realis|cinematic|documentary|prestige")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowView:
    """A blueprint's telling fields, empty where it is silent. Colours are codes with their ``#``, or words.

    ``art_style`` pairs an aspect ("line art") with its words. ``reference`` is the rest of the document, trimmed.
    """

    title: str = ""
    logline: str = ""
    genre: str = ""
    mood: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    medium: str = ""
    references: tuple[str, ...] = ()
    treatment: str = ""
    stylization: str = ""
    art_style: tuple[tuple[str, tuple[str, ...]], ...] = ()
    goal: str = ""
    palette_bias: str = ""
    lighting: tuple[str, ...] = ()
    camera: tuple[str, ...] = ()
    composition: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    prohibitions: tuple[str, ...] = ()
    reference: str = ""


def read_show(document: object) -> ShowView:
    """Read a blueprint; anything but an object reads as an empty one."""
    fields = Fields(document)
    style, look = "production_style", "visual_aesthetics"
    view = ShowView(
        title=fields.text("show_title", limit=_TITLE_CHARS),
        logline=fields.text("show_logline"),
        genre=fields.text("genre").replace("_", " "),
        mood=fields.texts("mood_keywords"),
        palette=fields.colours("primary_palette") or fields.colours(look, "color", "anchor_hex"),
        medium=fields.text(style, "medium"),
        references=fields.texts(style, "cinematic_references"),
        treatment=fields.text(style, "visual_treatment"),
        stylization=fields.text(style, "stylization_level").replace("_", " "),
        art_style=_art_style(fields),
        goal=fields.text(look, "goal"),
        palette_bias=fields.text(look, "color", "palette_bias"),
        lighting=_each(fields, (look, "lighting"), "key", "fill", "edge", "temperature_model"),
        camera=_each(fields, (look, "camera"), "lens_family", "movement", "dof_guides"),
        composition=fields.words(look, "composition"),
        materials=fields.words(look, "materials_and_textures"),
        sets=fields.words(look, "sets_and_prop_visuals"),
        grade=fields.words(look, "post_grade"),
        prohibitions=(
            *fields.texts(look, "prohibitions_global"),
            *fields.texts(look, "color", "prohibitions"),
            *fields.texts(look, "lighting", "no_go"),
        ),
    )
    # Known, and no help to a painter: they describe lettering.
    fields.skip(("poster_description",), ("tagline",), (look, "color", "anchor_hex"))
    return replace(view, reference=reference(fields.rest(), REFERENCE_CHARS))


def is_realistic(show: ShowView) -> bool:
    """Whether the show should look photographed: by its stylization level, or because its medium says so."""
    level = " ".join(show.stylization.casefold().replace("-", " ").split())
    return level in _REALISTIC_LEVELS or _REALISTIC_MEDIUM.search(show.medium) is not None


def _each(fields: Fields, path: tuple[str, ...], *names: str) -> tuple[str, ...]:
    return tuple(chain.from_iterable(fields.words(*path, name) for name in names))


def _art_style(fields: Fields) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the named aspects in their own order, then any others by name."""
    path = ("production_style", "art_style")
    others = [name for name in fields.keys(*path) if name not in _ART_STYLE][:LIST_ITEMS]
    aspects = ((name.replace("_", " "), fields.words(*path, name)) for name in (*_ART_STYLE, *others))
    return tuple((clip(clean(name), ITEM_CHARS), words) for name, words in aspects if words)
