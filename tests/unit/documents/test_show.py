"""A blueprint is read for what matters, whatever it holds."""

from dataclasses import fields

import pytest
from hypothesis import given

from shared.documents.fields import ITEM_CHARS, LIST_ITEMS, TEXT_CHARS
from shared.documents.show import REFERENCE_CHARS, ShowView, is_realistic, read_show
from tests.support.documents import show_document
from tests.support.json_documents import json_values, mangled


def test_reads_the_fields_a_picture_needs() -> None:
    show = read_show(show_document())
    assert show.title == "Lantern Row"
    assert show.medium == "Hand-drawn 2D animation with watercolor backgrounds"
    assert show.stylization == "highly stylized"
    assert show.references == ("Kiki's Delivery Service", "The Secret of Kells", "Song of the Sea")
    assert show.palette == ("#1f2a44", "#d9a441", "#5b7c99", "#f3e9d2")
    assert show.lighting[0] == "single oil lamp, low and warm"
    assert show.art_style[0] == ("line art", ("tapers toward light", "thin brown ink"))
    assert show.prohibitions == (
        *("modern logos", "gore", "photographic textures"),
        *("neon", "pure white"),
        *("flat noon light", "lens flare"),
    )


def test_names_of_its_own_are_as_short_and_as_few_as_other_texts() -> None:
    art_style = {f"{number:02}_{'line ' * 40_000}": "thin" for number in range(30)}
    aspects = read_show({"production_style": {"art_style": art_style}}).art_style
    assert len(aspects) == LIST_ITEMS
    assert max(len(name) for name, _ in aspects) <= ITEM_CHARS


@pytest.mark.parametrize("nothing", [{}, None, [], "Lantern Row", 7, True])
def test_anything_but_an_object_reads_as_an_empty_blueprint(nothing: object) -> None:
    assert read_show(nothing) == ShowView()


def test_a_field_of_the_wrong_type_is_passed_over_and_the_rest_is_read() -> None:
    show = read_show(
        {
            "show_title": ["Lantern", "Row"],
            "genre": 7,
            "mood_keywords": "hushed",
            "production_style": {"medium": {"name": "Claymation"}, "visual_treatment": "Soft ink"},
            "visual_aesthetics": ["not", "an", "object"],
        }
    )
    assert (show.title, show.genre, show.mood, show.medium) == ("", "", (), "")
    assert show.treatment == "Soft ink"


def test_texts_are_trimmed_to_one_line() -> None:
    show = read_show({"show_logline": "  On the\n canal,\t a lamp\u200b is\x00 lit. \ud800 "})
    assert show.logline == "On the canal, a lamp is lit."


def test_a_long_text_ends_with_a_sentence() -> None:
    show = read_show({"show_logline": "The fog comes in. " * 40})
    assert len(show.logline) <= TEXT_CHARS
    assert show.logline.endswith("The fog comes in.")


def test_lists_keep_their_first_distinct_texts() -> None:
    keywords = ["warm", 3, None, "", "Warm", *(f"word {number}" for number in range(20))]
    mood = read_show({"mood_keywords": keywords}).mood
    assert mood[:2] == ("warm", "word 0")
    assert len(mood) == LIST_ITEMS


def test_a_bare_code_in_a_colour_field_is_still_a_code() -> None:
    assert read_show({"primary_palette": ["1f2a44", "sea foam"]}).palette == ("#1f2a44", "sea foam")


def test_the_rest_is_kept_as_a_short_reference() -> None:
    show = read_show(show_document(50_000))
    assert "period an invented 1890s" in show.reference
    assert len(show.reference) <= REFERENCE_CHARS
    assert "brass letters" not in show.reference, "what a poster says is no help to a painter"


def test_a_blueprint_of_fifty_kilobytes_reads_as_one_or_two() -> None:
    show = read_show(show_document(50_000))
    assert sum(len(str(getattr(show, field.name))) for field in fields(show)) < 2_500


@given(mangled(show_document(3_000)))
def test_no_document_is_fatal(document: object) -> None:
    assert is_realistic(read_show(document)) in (True, False)


@given(json_values())
def test_no_json_is_fatal(document: object) -> None:
    read_show(document)


@pytest.mark.parametrize(
    "style",
    [
        {"stylization_level": "cinematic_realistic"},
        {"stylization_level": "slightly_stylized"},
        {"stylization_level": "Cinematic-Realistic"},
        {"medium": "Live-action cinematic"},
        {"medium": "live action"},
        {"medium": "Photorealistic CGI"},
        {"medium": "Prestige drama"},
        {"medium": "Documentary footage"},
        {"medium": "Cinematic", "stylization_level": "highly_stylized"},
    ],
)
def test_realistic_by_level_or_by_medium(style: dict[str, str]) -> None:
    assert is_realistic(read_show({"production_style": style}))


@pytest.mark.parametrize(
    "style",
    [
        {},
        {"stylization_level": "highly_stylized"},
        {"stylization_level": "moderately_stylized"},
        {"medium": "Claymation"},
        {"medium": "Studio Ghibli hand-drawn animation"},
        {"visual_treatment": "cinematic"},
    ],
)
def test_not_realistic_otherwise(style: dict[str, str]) -> None:
    assert not is_realistic(read_show({"production_style": style}))
