"""Which jobIds there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ids import BadJobId, parse_job_id


@given(st.from_regex(r"[A-Za-z0-9_-]{1,128}", fullmatch=True))
def test_every_name_of_the_alphabet_is_one(text: str) -> None:
    assert parse_job_id(text) == text


@pytest.mark.parametrize(
    "text", ["", "a" * 129, "a.b", "a b", "a*", ">", "a/b", "é", "a\n", "\n", "a\x00", "١", "ａ", "a:b", "$KV"]
)
def test_nothing_else_is(text: str) -> None:
    with pytest.raises(BadJobId, match="letters, digits, underscores or hyphens"):
        parse_job_id(text)
