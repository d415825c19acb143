"""A title is found however it is written, and only where it stands as words of its own."""

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.prompting.title import Title


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("wears the Lantern Row night-shift coat", "wears the night-shift coat"),
        ("LANTERN ROW in brass letters", "in brass letters"),
        ("keeper of Lantern Row's last lamp", "keeper of the last lamp"),
        ("Lantern Row’s last keeper", "the last keeper"),
        ("seen in the Lantern Row's fog", "seen in the fog"),
        ("On Lantern Row, a canal street", "On this world, a canal street"),
        ("hero of the Lantern Row, tired", "hero of this world, tired"),
        ("a lantern-row cap", "a cap"),
        ("a lantern_row cap", "a cap"),
        ("a Lantern – Row cap", "a cap"),
        ("a Lantern\nRow cap", "a cap"),
        ("a #LanternRow pin", "a # pin"),
        ("a lanternrow pin", "a pin"),
        ("a LanternRowTV pin", "a TV pin"),
        ("L A N T E R N   R O W above", "above"),
        ("L.A.N.T.E.R.N R.O.W above", "above"),
        ("a Lan\u200btern Row cap", "a cap"),
        ("a Lántern Ŕow cap", "a cap"),
        ("a Lantern Row cap", "a cap"),
        ("the lantern rows at dusk", "the at dusk"),
        ("a shirt reading “Lantern Row” in red", "a shirt in red"),
        ("the street called Lantern Row", "the street"),
        ("fog (Lantern Row), rain", "fog, rain"),
        ("Lantern Row", ""),
        ("Lantern Lantern Row Row", ""),
    ],
)
def test_it_goes_and_the_rest_reads_on(text: str, left: str) -> None:
    assert Title("Lantern Row").strip_from(text) == left


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Home", "homeland, homes, a homely face, sweethome"),
        ("It", "its bit, item; with wit"),
        ("Lantern Row", "a lantern on the row; lantern rowing; brown lanterns"),
        ("24", "1924, 240 lamps"),
        ("Straße", "Strassenbahn"),
        ("", "anything"),
        ("  ", "anything"),
        ("´", "a b"),
        ("¨ ¯", "a b  c"),
        ("¸", "a ¸ b"),
        ("Alien: Earth", "an alien"),
        ("Comic Book Men", "a comic"),
        ("Lantern Row", "  two  spaces , and (  ) stay  "),
    ],
)
def test_what_is_not_the_title_stays_as_it_is(title: str, text: str) -> None:
    assert Title(title).strip_from(text) == text


@pytest.mark.parametrize(
    ("title", "text", "left"),
    [
        ("Home", "going HOME.", "going."),
        ("Home", "home-made bread, Home's door", "made bread, the door"),
        ("It", "IT lives; lives in it", "lives; lives in this world"),
        ("Straße", "STRASSE sign", "sign"),
        ("STRASSE", "straße sign", "sign"),
        ("Pokémon", "a pokemon cap", "a cap"),
        ("Ōkami", "an okami mask", "an mask"),
        ("İstanbul", "an istanbul ferry", "an ferry"),
        ("Işık Adası", "an IŞIK ADASI poster", "an poster"),
        ("Law & Order", "a law and order badge", "a badge"),
        ("Law & Order", "a Law Order badge", "a badge"),
        ("Law and Order", "a Law & Order badge", "a badge"),
        ("Rock 'n' Roll", "a rock and roll badge", "a badge"),
        ("The Secret of Kells", "the monks, Secret of Kells fans", "the monks, fans"),
        ("Lantern Row: The Long Night", "a Lantern Row coat", "a coat"),
        ("Lantern Row (2024)", "a Lantern Row coat", "a coat"),
        ("Severance, Season 2", "a Severance badge", "a badge"),
        ("BoJack Horseman", "a Bojack horseman's sweater", "a sweater"),
        ("家", "大家好", "大 好"),
        ("24", "24 hours", "hours"),
        ("!!!", "wow!!! yes", "wow yes"),
        ("´!", "wow ! yes", "wow yes"),
    ],
)
def test_titles_of_all_sorts(title: str, text: str, left: str) -> None:
    assert Title(title).strip_from(text) == left


def test_its_stand_in_is_never_the_title_itself() -> None:
    assert Title("This World").strip_from("a street of This World") == "a street of the story"


_LETTERS = st.characters(categories=("Lu", "Ll", "Lo", "Nd", "Mn"))
_TITLES = st.lists(st.text(_LETTERS, min_size=1, max_size=6), min_size=1, max_size=3).map(" ".join)


def _is_what_it_seems(character: str) -> bool:
    """Whether a sign is no letters in disguise (™), which join what stands beside them into one word."""
    return character.isalnum() or not any(map(str.isalnum, unicodedata.normalize("NFKD", character)))


# Invisible marks do so as well; tests of those have their own lines above.
_SIGNS = st.characters(exclude_categories=("Cs", "Cf", "Mn", "Mc", "Me")).filter(_is_what_it_seems)
_TEXTS = st.text(_SIGNS, max_size=30)


@given(_TITLES, _TEXTS, _TEXTS, st.sampled_from([" ", ", ", " (", "-", "\n", ""]))
def test_nothing_of_any_title_is_left_in_any_text(title: str, before: str, after: str, joint: str) -> None:
    assume(any(map(str.isalnum, title)))
    left = Title(title).strip_from(f"{before}{joint}{title}{joint}{after} {title.upper()} {title.casefold()}'s")
    assert not Title(title).occurs_in(left)
    assert not re.search(rf"(?<!\w){re.escape(title)}(?!\w)", left)


@given(_TITLES, st.text(max_size=60))
def test_stripping_twice_is_stripping_once(title: str, text: str) -> None:
    once = Title(title).strip_from(text)
    assert Title(title).strip_from(once) == once


@given(st.text(max_size=40), st.text(max_size=120))
def test_nothing_is_fatal(title: str, text: str) -> None:
    Title(title).strip_from(text)
