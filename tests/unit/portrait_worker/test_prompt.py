"""A portrait's prompt: style, character, the show's rules; no title, no codes; the client's own words whole."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portrait_worker.prompt import portrait_prompt
from tests.support.documents import TITLE, character_document, show_document
from tests.support.jobs import a_request
from tests.support.json_documents import json_values, mangled, replaced

GOLDEN = Path(__file__).parent / "golden"
MEDIUM = "Hand-drawn 2D animation with watercolor backgrounds"
ESSENTIALS = (MEDIUM, "Mara Vance", "No text anywhere in the picture")


def prompt(max_chars: int | None = None, **asked: Any) -> str:
    documents = {"show": show_document(), "character": character_document()}
    return portrait_prompt(a_request(**(documents | asked)), max_chars)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("hand_drawn", {"show": show_document(50_000)}),
        ("realistic_unguarded", {"show": show_document(50_000, realistic=True), "guardrails": False}),
        (
            "seed_only",
            {
                "character": {"character": "char_07"},
                "seed": {
                    "gender": "man",
                    "age_range": "40-50",
                    "species_hint": "badger",
                    "key_visual_trait": "a torn left ear",
                },
            },
        ),
    ],
)
def test_reads_like_the_golden_prompt(name: str, asked: dict[str, Any]) -> None:
    assert prompt(**asked) + "\n" == (GOLDEN / f"{name}.txt").read_text()


def test_guarded_the_style_comes_first_and_is_repeated_as_a_requirement() -> None:
    built = prompt()
    assert built.startswith(f"Style: {MEDIUM}")
    assert f"Required style: {MEDIUM}" in built
    assert built.index("Style:") < built.index("Mara Vance") < built.index("Palette:") < built.index("Required style:")


def test_unguarded_the_character_comes_first_and_nothing_is_required_of_the_style() -> None:
    built = prompt(guardrails=False)
    assert built.index("Mara Vance") < built.index(MEDIUM)
    assert "Required style" not in built


def test_photographic_skin_fabric_and_light_are_asked_for_when_unguarded_and_realistic_only() -> None:
    wanted = "Photographic skin, fabric and light"
    realistic = show_document(realistic=True)
    assert wanted in prompt(show=realistic, guardrails=False)
    assert wanted not in prompt(show=realistic, guardrails=True)
    assert wanted not in prompt(guardrails=False)


@pytest.mark.parametrize("guardrails", [True, False])
@pytest.mark.parametrize("documents", [{}, {"show": {}, "character": {}}])
def test_always_says_that_nothing_is_to_be_written(guardrails: bool, documents: dict[str, Any]) -> None:
    built = prompt(guardrails=guardrails, **documents)
    for unwanted in ("No text", "no letters", "no captions", "no color codes"):
        assert unwanted in built


@pytest.mark.parametrize("guardrails", [True, False])
def test_the_title_is_nowhere(guardrails: bool) -> None:
    show = replaced(show_document(), TITLE) | {"show_title": TITLE}
    built = prompt(
        show=show, character=replaced(character_document(), TITLE), seed={"gender": TITLE}, guardrails=guardrails
    )
    assert "one two" in built
    assert TITLE.casefold() not in built.casefold()


@pytest.mark.parametrize("name", ["", " of the canal", "'s keeper"])
def test_a_character_called_like_the_show_goes_by_what_else_is_known(name: str) -> None:
    built = prompt(character={"character": TITLE + name, "character_details": {"gender_identity": "woman"}})
    assert "woman" in built
    assert TITLE.casefold() not in built.casefold()


def test_a_title_that_is_a_common_word_costs_only_that_word() -> None:
    character = {"metadata": {"name": "Nia Homer"}, "look": {"wardrobe": {"items": ["homespun home coat"]}}}
    built = prompt(show={"show_title": "Home"}, character=character)
    assert "Nia Homer" in built
    assert "Wardrobe: homespun coat." in built


@pytest.mark.parametrize(
    "title",
    [
        *("It", "Us", "Her", "You", "Home", "Lost", "Dark", "Heat", "Up", "Them", "Rome", "House", "Girls", "Evil"),
        *("Hair", "Pose", "Style", "Portrait", "Skins", "Medium", "Signs", "Text", "Picture", "Words", "Light"),
    ],
)
def test_not_even_our_own_words_say_the_title(title: str) -> None:
    for guardrails in (True, False):
        built = prompt(
            show=show_document(title=title), character=character_document(title=title), guardrails=guardrails
        )
        assert not re.search(rf"\b{title}\b", built, re.IGNORECASE)
        assert "no letters" in built


def test_colour_codes_become_words() -> None:
    built = prompt()
    assert "#" not in built
    assert "Palette: navy, ochre, slate blue, cream" in built
    assert "Eyes: slate blue" in built


def test_the_seed_speaks_only_where_the_dossier_is_silent() -> None:
    seed = {"gender": "man", "age_range": "60s", "species_hint": "badger", "key_visual_trait": "a torn ear"}
    full = prompt(seed=seed)
    assert "60s" in full
    assert not any(word in full for word in ("; man", "badger", "torn ear"))
    silent = prompt(character={"character": "Mara"}, seed=seed)
    assert "Mara; man; 60s; badger." in silent
    assert "a torn ear" in silent


def test_ids_are_no_names() -> None:
    assert "portrait." in prompt(character={"character": "0b9f1d3e-6a58-4c39-9c2f-0a1b2c3d4e5f"})
    assert "Mara Vance" in prompt(character={"character": "mara_vance_02"})


def test_what_a_character_never_does_is_not_denied_twice() -> None:
    assert "Never: smiles with teeth." in prompt()


def test_a_custom_prompt_replaces_everything_and_is_not_touched() -> None:
    words = f"  {TITLE.upper()} #d9a441\n\n a boy, {'word ' * 5_000}"
    assert prompt(max_chars=100, custom_prompt=words) == words


def test_a_blank_custom_prompt_is_none() -> None:
    assert prompt(custom_prompt=" \n") == prompt()


def test_fifty_kilobytes_of_blueprint_come_to_about_one() -> None:
    assert 700 < len(prompt(show=show_document(50_000), character={})) < 1_500


@pytest.mark.parametrize("max_chars", [180, 300, 600, 1_200])
def test_trimmed_to_the_models_limit_the_essentials_are_kept(max_chars: int) -> None:
    built = prompt(max_chars)
    assert len(built) <= max_chars
    for essential in ESSENTIALS:
        assert essential[:30] in built


def test_trimmed_at_the_ends_of_clauses() -> None:
    whole = prompt()
    for line in prompt(700).splitlines():
        start = line.removesuffix(".")
        assert re.search(rf"^{re.escape(start)}[.;,]", whole, re.MULTILINE)


def test_the_order_of_a_documents_fields_makes_no_difference() -> None:
    def turned(document: Any) -> Any:
        if isinstance(document, dict):
            return {name: turned(document[name]) for name in reversed(document)}
        return document

    assert prompt(show=turned(show_document()), character=turned(character_document())) == prompt()


@given(mangled(show_document(3_000)), mangled(character_document(size_bytes=2_500)), json_values(), st.booleans())
def test_any_documents_give_a_prompt(show: Any, character: Any, seed: Any, guardrails: bool) -> None:
    asked = {"show": show, "character": character, "seed": seed, "guardrails": guardrails}
    request = a_request(**{name: json.loads(json.dumps(value)) for name, value in asked.items()})
    built = portrait_prompt(request, None)
    assert "No text anywhere in the picture" in built
    assert built == portrait_prompt(request, None)
    built.encode()


@given(st.integers(0, 2_000))
def test_the_limit_is_kept_whatever_it_is(limit: int) -> None:
    assert len(prompt(limit)) <= limit


_WORDS = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=4, max_size=9)
_SPELLINGS = st.sampled_from(
    [str, str.upper, str.casefold, str.title, "{}'s".format, "#{}".format, '"{}"'.format]
    + [lambda title, joint=joint: title.replace(" ", joint) for joint in "-_/.·\u00a0"]
)


@given(st.lists(_WORDS, min_size=2, max_size=3).map(" ".join), _SPELLINGS, st.booleans())
def test_no_title_survives_in_any_field(title: str, spelled: Any, guardrails: bool) -> None:
    written = spelled(title)
    show = replaced(show_document(3_000), written) | {"show_title": title}
    character = replaced(character_document(size_bytes=2_500), written)
    built = prompt(show=show, character=character, seed={"gender": written}, guardrails=guardrails)
    assert not re.search(rf"(?<!\w){re.escape(title)}(?!\w)", built, re.IGNORECASE)
    assert written.casefold() not in built.casefold()
