"""Text from anywhere becomes one line that can be read, in time that grows with it and no faster."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.text import clean


@given(st.text(st.characters(exclude_categories=("Cs", "Cf", "Cc")), max_size=15))
def test_what_people_write_is_put_into_its_composed_form_and_no_more(text: str) -> None:
    assert clean(text) == " ".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0f73"], ids=["two classes", "one that decomposes"])
def test_a_letter_with_marks_without_end_is_read_at_once(marks: str) -> None:
    """Put in order by Python 3.11, as many as a body holds take minutes, in which nothing else happens."""
    read = clean("a" + marks * 100_000 + "b")

    assert read[-1] == "b"
    assert len(read) < 100


def test_as_many_marks_as_any_letter_needs_are_kept() -> None:
    assert unicodedata.normalize("NFD", clean("o" + "\u0323" * 30)) == "o" + "\u0323" * 30
