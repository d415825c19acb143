"""Colours behave as paint does."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.colours import Colour, darker, distance, from_hex, lighter, lightness, mix
from shared.predictions.local.palettes import colours_in

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#EF7B5A", (239, 123, 90)), ("ef7b5a", (239, 123, 90)), (" #0fa ", (0, 255, 170)), ("#12345", None), (7, None)],
)
def test_codes(text: object, colour: Colour | None) -> None:
    assert from_hex(text) == colour


@given(COLOURS, COLOURS)
def test_mixing_runs_from_one_to_the_other(one: Colour, other: Colour) -> None:
    assert distance(mix(one, other, 0), one) < 0.02
    assert distance(mix(one, other, 1), other) < 0.02
    low, high = sorted((lightness(one), lightness(other)))
    assert low - 0.02 <= lightness(mix(one, other, 0.5)) <= high + 0.02


@given(COLOURS)
@example((0, 0, 17))
def test_lighter_is_lighter_and_darker_darker(colour: Colour) -> None:
    assert lightness(lighter(colour, 0.1)) >= lightness(colour) - 0.02
    assert lightness(darker(colour, 0.1)) <= max(lightness(colour), 0.09)


def test_words_name_colours_in_order_and_tint_them() -> None:
    coral, brass = colours_in("a coral jacket with brass buttons")
    assert distance(coral, (239, 123, 90)) < 0.01
    assert distance(brass, (199, 155, 75)) < 0.01
    assert lightness(colours_in("dark green")[0]) < lightness(colours_in("green")[0])
    assert colours_in("#123c47 and nothing else") == [(18, 60, 71)]
    assert colours_in("a colourless thing") == []


def test_a_choice_is_the_same_for_the_same_name_and_knows_nothing_of_others() -> None:
    one, other = Chance.of("Mira"), Chance.of("Mira")
    assert one.pick("hat", "abcdefgh") == other.pick("hat", "abcdefgh")
    assert {Chance.of(name).pick("hat", "abcdefgh") for name in map(str, range(200))} == set("abcdefgh")
    shares = [Chance.of(i).share("x") for i in range(500)]
    assert 0.4 < sum(shares) / len(shares) < 0.6
    assert all(0 <= share < 1 for share in shares)
