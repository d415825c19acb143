"""When two requests ask for the same thing."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.claims import claim_of, content_hash
from shared.domain.kinds import Kind
from shared.domain.request import fingerprint
from tests.support.jobs import a_request

TEXT = st.text("aé🎭 \n", max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1e300, -0.25]) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(TEXT, JSON, max_size=3)


def reordered(value: Any) -> Any:
    """The same JSON with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(list(value))}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@given(DOCUMENTS)
def test_the_order_of_keys_does_not_matter(document: dict[str, Any]) -> None:
    assert content_hash(Kind.PORTRAIT, document) == content_hash(Kind.PORTRAIT, reordered(document))


@given(DOCUMENTS, DOCUMENTS)
def test_content_is_equal_exactly_when_its_json_is(one: dict[str, Any], two: dict[str, Any]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)

    assert (content_hash(Kind.PORTRAIT, one) == content_hash(Kind.PORTRAIT, two)) is same


@given(DOCUMENTS)
def test_a_clip_is_not_a_portrait(document: dict[str, Any]) -> None:
    assert content_hash(Kind.PORTRAIT, document) != content_hash(Kind.VIDEO, document)


def test_the_order_of_lists_and_the_types_of_values_matter() -> None:
    hashes = [content_hash(Kind.PORTRAIT, {"a": value}) for value in ([1, 2], [2, 1], 1, "1", 1.5, True, None)]

    assert len(set(hashes)) == len(hashes)


def test_half_a_character_of_a_clients_text_is_content_too() -> None:
    assert len(content_hash(Kind.PORTRAIT, {"name": "\ud800"})) == 64


def test_all_that_shapes_the_result_is_in_the_fingerprint_and_nothing_else_is() -> None:
    base = a_request()
    shaping: dict[str, Any] = {
        "show": {"show_title": "High Tide"},
        "character": {"character": "Other"},
        "model": "seedream",
        "settings": {"seconds": 8},
        "guardrails": False,
        "custom_prompt": "a pier",
        "seed": {"gender": "f"},
        "portrait_url": "https://example.com/other.png",
    }
    hashes = {a_request(**{name: value}).content for name, value in shaping.items()}
    assert len(hashes | {base.content}) == len(shaping) + 1

    beside: dict[str, Any] = {"metadata": {"k": "v"}, "show_id": "s", "character_id": "c", "owner": "o"}
    assert {a_request(**{name: value}).content for name, value in beside.items()} == {base.content}


def test_an_empty_prompt_is_not_a_missing_one() -> None:
    assert a_request(custom_prompt="").content != a_request(custom_prompt=None).content


def test_the_same_character_is_the_same_claim_whatever_is_asked_of_it() -> None:
    one = claim_of("o", Kind.PORTRAIT, "show", "mira", "content-1")

    assert one == claim_of("o", Kind.PORTRAIT, "show", "mira", "content-2")
    assert len(one) == 32
    assert set(one) <= set("0123456789abcdef"), "it becomes a subject token"


def test_claims_differ_by_owner_kind_show_and_character() -> None:
    claims = [
        claim_of("o", Kind.PORTRAIT, "show", "mira", "x"),
        claim_of("p", Kind.PORTRAIT, "show", "mira", "x"),
        claim_of("o", Kind.VIDEO, "show", "mira", "x"),
        claim_of("o", Kind.PORTRAIT, "other", "mira", "x"),
        claim_of("o", Kind.PORTRAIT, "show", "juno", "x"),
        claim_of("o", Kind.PORTRAIT, "showm", "ira", "x"),
        claim_of("o", Kind.PORTRAIT, None, None, "x"),
    ]

    assert len(set(claims)) == len(claims)


def test_without_both_ids_the_content_is_the_character() -> None:
    by_content = claim_of("o", Kind.PORTRAIT, None, None, "x")

    assert claim_of("o", Kind.PORTRAIT, "show", None, "x") == by_content
    assert claim_of("o", Kind.PORTRAIT, None, "mira", "x") == by_content
    assert claim_of("o", Kind.PORTRAIT, "", "", "x") == by_content
    assert claim_of("o", Kind.PORTRAIT, None, None, "y") != by_content


def test_the_fingerprint_is_the_hash_of_its_parts() -> None:
    """Written down, so that a release that hashes otherwise is noticed: jobs in flight are compared by it."""
    content = fingerprint(
        Kind.PORTRAIT,
        show={"show_title": "Low Tide"},
        character={"character": "Mira"},
        model="flux",
        settings={},
        guardrails=True,
        custom_prompt=None,
        seed={},
        portrait_url=None,
    )

    assert content == "1a75239cf687222e268dc329c1fb9769ff3aa3534e6418f3bc2afc6228e0259f"
