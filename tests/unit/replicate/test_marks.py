"""The mark an intent leaves: told apart by what was ordered, and by nothing that Replicate writes otherwise."""

from typing import Any

import pytest

from shared.catalogue import Ref
from shared.predictions.replicate.marks import Mark
from shared.predictions.replicate.matching import UPLOADED

REF = Ref("openai/sora-2", None)
INPUTS: dict[str, object] = {"prompt": "The innkeeper.", "seconds": 8, "input_reference": UPLOADED, "refs": [UPLOADED]}
FILE = "https://api.replicate.com/v1/files/abc123"
GIVEN: dict[str, object] = {"prompt": "The innkeeper.", "seconds": 8, "input_reference": FILE, "refs": [FILE]}


def mark() -> Mark:
    written = str(Mark.of(REF, INPUTS, "portrait's hash"))
    assert len(written) < 400
    read = Mark.read(written)
    assert read is not None
    return read


@pytest.mark.parametrize("beside", [{}, {"filled_in": "by Replicate"}, {"seconds": 8.0}])
def test_it_is_on_what_was_given_the_same(beside: dict[str, object]) -> None:
    assert mark().is_on({"input": GIVEN | beside})


@pytest.mark.parametrize(
    "other", [{"prompt": "The thief."}, {"seconds": 4}, {"input_reference": "https://example.com/a.png"}, {"refs": []}]
)
def test_it_is_not_on_what_was_given_anything_else(other: dict[str, object]) -> None:
    assert not mark().is_on({"input": GIVEN | other})


@pytest.mark.parametrize("given", [None, {}, {"prompt": "The innkeeper."}, "text"])
def test_it_is_not_on_what_does_not_say_what_it_was_given(given: Any) -> None:
    assert not mark().is_on({"input": given})


def test_it_knows_the_file_that_was_uploaded() -> None:
    assert mark().uploaded({"input": GIVEN}) == "abc123"
    assert Mark.of(REF, INPUTS, None).uploaded({"input": GIVEN}) is None


@pytest.mark.parametrize("text", ["", "job-1", "[1, 2]", '{"a": 1}', "[1,2,3,4,5]"])
def test_a_mark_of_another_make_is_none(text: str) -> None:
    assert Mark.read(text) is None
