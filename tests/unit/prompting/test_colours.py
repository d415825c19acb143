"""Colour codes become the words a person would use."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.prompting.colours import colour_name, colour_words


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("#000000", "black"),
        ("#fff", "white"),
        ("#FF0000", "red"),
        ("#1f2a44", "navy"),
        ("1f2a44", "navy"),
        ("#1f2a44cc", "navy"),
        ("#d9a441", "ochre"),
        ("#8d5a3b", "warm brown"),
        ("#ffc0cb", "pink"),
        ("#40e0d0", "turquoise"),
        ("#4b0082", "indigo"),
        ("#808000", "olive"),
        ("#2e8b57", "sea green"),
        ("#333", "charcoal"),
        ("#808080", "gray"),
        ("#eee", "off-white"),
        ("#ff6347", "coral"),
    ],
)
def test_a_code_has_its_usual_name(code: str, name: str) -> None:
    assert colour_name(code) == name


@pytest.mark.parametrize("text", ["", "amber", "#12", "#12345", "#1234567", "#ggg", "##fff"])
def test_anything_else_has_none(text: str) -> None:
    assert colour_name(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a #1f2a44 coat", "a navy coat"),
        ("coat(#1F2A44), scarf", "coat(navy), scarf"),
        ("navy#fff trim", "navy white trim"),
        ("0xff8800 sparks", "orange sparks"),
        ("8d5a3b skin", "warm brown skin"),
        ("lit rgb(255, 0, 0) and rgba(0 0 0 / 50%)", "lit red and black"),
        ("hsl(240deg, 100%, 50%) water", "blue water"),
        ("locker #204, take #2, #LanternRow", "locker 204, take 2, LanternRow"),
        ("in 1066ce, 2200K, 100000 lamps, a decade, a facade", "in 1066ce, 2200K, 100000 lamps, a decade, a facade"),
        ("rgb(red)", "rgb(red)"),
    ],
)
def test_codes_in_a_text_are_read_as_colours_and_numbers_are_not(text: str, words: str) -> None:
    assert colour_words(text) == words


@given(st.from_regex(r"#?[0-9a-fA-F]{6}", fullmatch=True))
def test_every_code_has_a_name_in_words(code: str) -> None:
    assert re.fullmatch(r"[a-z]+(?:[ -][a-z]+)?", colour_name(code) or "")


@given(st.text(alphabet="#0123456789abcdefxyz (,)&", max_size=60))
def test_no_marked_code_is_left(text: str) -> None:
    assert not re.search(r"#[0-9a-fA-F]{3}", colour_words(text).replace("&#", ""))


@given(st.text(max_size=80).filter(lambda text: not re.search(r"#|0x|rgb|hsl|\d", text, re.IGNORECASE)))
def test_a_text_without_codes_is_left_alone(text: str) -> None:
    assert colour_words(text) == text
