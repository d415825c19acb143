"""What a document says beyond its known fields comes in few words, always the same ones."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.documents.reference import reference
from tests.support.json_documents import json_values


def test_fields_are_named_by_their_last_word() -> None:
    assert reference({"world_rules": {"magic_cost": "memory"}, "era": "1890s"}, 100) == "era 1890s; magic cost memory"


def test_shallow_fields_come_first() -> None:
    said = reference({"a": {"b": {"c": "deep"}}, "z": "shallow"}, 100)
    assert said == "z shallow; c deep"


def test_one_field_does_not_crowd_out_the_rest() -> None:
    said = reference({"a": {str(number) + "x": f"word {number}" for number in range(50)}, "b": {"c": "kept"}}, 200)
    assert "kept" in said


def test_addresses_and_administration_are_left_out() -> None:
    document = {
        "id": "abc",
        "poster_url": "a",
        "created_at": "b",
        "userId": "c",
        "source": "https://example.com/x",
        "thumb": "data:image/png;base64,AAAA",
        "key_art": "9f2c1e4b9f2c1e4b9f2c1e4b9f2c1e4b9f2c1e4b",
        "when": "2026-01-05T12:00:00Z",
        "era": "1890s",
    }
    assert reference(document, 500) == "era 1890s"


def test_a_list_of_objects_tells_of_other_things() -> None:
    assert reference({"episodes": [{"title": "Pilot"}], "themes": ["duty", "fog"]}, 100) == "themes duty; themes fog"


@given(st.dictionaries(st.text(max_size=10), json_values(), max_size=6), st.integers(0, 300))
def test_never_longer_than_asked_and_never_fatal(document: dict[str, Any], limit: int) -> None:
    assert len(reference(document, limit)) <= limit


@given(st.dictionaries(st.text(max_size=10), json_values(), max_size=6), st.randoms())
def test_the_order_of_fields_makes_no_difference(document: dict[str, Any], random: Any) -> None:
    names = list(document)
    random.shuffle(names)
    assert reference({name: document[name] for name in names}, 200) == reference(document, 200)


def test_a_document_nested_beyond_reason_is_read_as_far_as_it_makes_sense() -> None:
    deep: dict[str, Any] = {}
    for _ in range(50_000):
        deep = {"more": deep}
    assert reference({"more": deep, "era": "1890s"}, 100) == "era 1890s"
