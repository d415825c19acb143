"""A dossier is read for what can be seen, whatever it holds."""

import pytest
from hypothesis import given

from shared.documents.character import CharacterView, character_name, read_character
from shared.documents.seed import SeedView, read_seed
from tests.support.documents import character_document
from tests.support.json_documents import json_values, mangled


def test_reads_the_fields_a_picture_needs() -> None:
    character = read_character(character_document())
    assert character.name == "Mara Vance"
    assert character.body.species == ("human", "canal folk")
    assert character.body.hair == ("long", "wavy", "loose braid over one shoulder")
    assert character.body.features == ("burn scar across the left palm", "one chipped front tooth")
    assert character.wardrobe.items == ("navy wool coat", "rolled canvas trousers", "rope-soled boots")
    assert character.manner.framing == "bust"
    assert character.manner.expression == ("quiet resolve", "half smile", "listening")


def test_a_colour_is_its_words_or_else_its_code() -> None:
    body = read_character(character_document()).body
    assert body.skin == "warm brown"
    assert body.eye_colour == "#5b7c99"


@pytest.mark.parametrize(
    ("facial_hair", "read"),
    [
        ({"has_facial_hair": False, "style": "goatee"}, ()),
        ({"has_facial_hair": True, "style": "goatee", "density": "thin"}, ("thin", "goatee")),
        ({"has_facial_hair": True}, ("facial hair",)),
        ({"style": "none"}, ()),
        ({"style": "handlebar"}, ("handlebar",)),
    ],
)
def test_facial_hair_is_worn_or_not(facial_hair: dict[str, object], read: tuple[str, ...]) -> None:
    assert read_character({"character_details": {"facial_hair": facial_hair}}).body.facial_hair == read


@pytest.mark.parametrize("spelled", ["distinctive_features", "distinguishing_features"])
@pytest.mark.parametrize("value", ["a torn ear", ["a torn ear"]])
def test_features_go_by_two_names_and_two_types(spelled: str, value: object) -> None:
    assert read_character({"character_details": {spelled: value}}).body.features == ("a torn ear",)


def test_an_unknown_framing_is_none() -> None:
    assert read_character({"portrait_guidance": {"focal_point": "elbow"}}).manner.framing == ""
    assert read_character({"portrait_guidance": {"focal_point": "Full body"}}).manner.framing == "full_body"


def test_the_scene_is_untouched() -> None:
    scene = "  She  waits.\n\nThen #d9a441 light.  " * 50
    assert read_character({"showcase_scene_prompt": scene}).scene == scene


def test_unknown_fields_are_kept_as_reference_at_any_depth() -> None:
    character = read_character({"occupation": "lock keeper", "character_details": {"height": "tall"}})
    assert character.reference == "occupation lock keeper; height tall"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"metadata": {"name": " Mara \n Vance "}, "character": "char_01"}, "Mara Vance"),
        ({"character": "mara-vance", "metadata": {"name": 7}}, "mara-vance"),
        ({"name": "Mara"}, "Mara"),
        ({"character": {"id": 3}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_character_is_named_by_its_metadata_or_its_id(document: object, name: str | None) -> None:
    assert character_name(document) == name


@given(mangled(character_document(size_bytes=2_500)))
def test_no_dossier_is_fatal(document: object) -> None:
    assert isinstance(read_character(document), CharacterView)


@given(json_values())
def test_no_json_is_fatal(document: object) -> None:
    read_character(document)
    read_seed(document)
    character_name(document)


def test_a_seed_is_read_where_it_has_texts() -> None:
    seed = read_seed({"gender": "man", "age_range": [40, 50], "species_hint": " badger ", "more": 1})
    assert seed == SeedView(gender="man", species_hint="badger")
