"""Clauses share a limited space: the client's words first, then what must be said, then what there is room for."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.prompting.clauses import Clause, Rank, declare, fit, prompt_of, say
from shared.prompting.title import Title


def plain(text: str) -> str:
    return text


def test_parts_are_joined_under_their_label() -> None:
    assert say("Hair", ("long", "wavy."), "", "blue-black; ", wording=plain) == [
        Clause("Hair: long, wavy; blue-black.", lead=len("Hair: "))
    ]


def test_nothing_to_say_is_no_clause() -> None:
    assert say("Hair", (), "", " ;", wording=plain) == []
    assert say("Hair", "long", wording=lambda _: "") == []


def test_wording_sees_the_parts_together() -> None:
    title = Title("Lantern Row")
    assert say("Seen", ("a lantern", "row boats"), wording=title.strip_from)[0].text == "Seen: a boats."


def test_our_own_words_give_way_to_a_title() -> None:
    wording = Title("Hair").strip_from
    assert say("Hair", "long", wording=wording)[0].text == "long."
    assert say("Build", "tall", wording=wording, end="no hair shows")[0].text == "Build: tall."
    assert declare("No hair", "no hats", wording=wording).text == "no hats."


def test_a_label_and_its_words_do_not_make_the_title_together() -> None:
    assert say("Style", "guide for painters", wording=Title("Style Guide").strip_from)[0].text == "guide for painters."


def test_what_must_be_said_is_said_even_if_the_show_is_called_so() -> None:
    assert declare("No text", "no logos", wording=Title("No").strip_from).text == "No text, no logos."


_CLAUSES = [
    Clause("Style: ink; loose washes.", Rank.ESSENTIAL, lead=7),
    Clause("Story: a lamp goes out.", Rank.EXTRA, lead=7),
    Clause("Hair: long, wavy, blue-black.", Rank.TELLING, lead=6),
    Clause("No text, no letters, no logos.", Rank.ESSENTIAL),
]


@pytest.mark.parametrize(
    ("limit", "left"),
    [
        (200, prompt_of(_CLAUSES)),
        (90, "Style: ink; loose washes.\nHair: long, wavy, blue-black.\nNo text, no letters, no logos."),
        (80, "Style: ink; loose washes.\nHair: long, wavy.\nNo text, no letters, no logos."),
        (60, "Style: ink; loose washes.\nNo text, no letters, no logos."),
        (50, "Style: ink.\nNo text, no letters, no logos."),
        (30, "Style: ink.\nNo text."),
        (8, "No text."),
        (0, ""),
    ],
)
def test_what_tells_least_goes_first_and_only_in_whole_parts(limit: int, left: str) -> None:
    assert prompt_of(fit(_CLAUSES, limit)) == left


def test_the_clients_words_push_everything_else_out() -> None:
    scene = Clause("She waits, and waits, and waits.", whole=True)
    assert fit([*_CLAUSES, scene], 10) == [scene]
    assert prompt_of(fit([*_CLAUSES, scene], 45)) == "No text.\nShe waits, and waits, and waits."


_TEXTS = st.text(string.ascii_letters + " ,;.", max_size=60)
_ANY_CLAUSES = st.lists(st.builds(Clause, _TEXTS, st.sampled_from(Rank)), max_size=8)


@given(_ANY_CLAUSES, st.integers(0, 300))
def test_the_limit_is_kept(clauses: list[Clause], limit: int) -> None:
    assert len(prompt_of(fit(clauses, limit))) <= limit


@given(_ANY_CLAUSES)
def test_with_room_enough_nothing_is_lost(clauses: list[Clause]) -> None:
    assert fit(clauses, len(prompt_of(clauses))) == clauses


@given(_ANY_CLAUSES, _TEXTS, st.integers(0, 300))
def test_a_whole_clause_is_always_there(clauses: list[Clause], words: str, limit: int) -> None:
    whole = Clause(words, whole=True)
    assert whole in fit([*clauses, whole], limit)
