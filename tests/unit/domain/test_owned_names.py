"""Names that hold owners apart: a job's begins with its owner's, and an output's says nothing and cannot be guessed."""

import pytest

from shared.domain.ids import BadJobId, BadOwner, given_name, owner_of, parse_job_id, parse_owner, read_job_id
from shared.domain.media_name import is_media_stem
from shared.runtime.clock import RandomIds


def test_what_a_client_names_is_its_owners() -> None:
    hers, his, nobodys = (parse_job_id("mira-1", owner) for owner in ("ada", "ben", ""))

    assert len({hers, his, nobodys}) == 3
    assert {given_name(name) for name in (hers, his, nobodys)} == {"mira-1"}
    assert [owner_of(name) for name in (hers, his, nobodys)] == ["ada", "ben", ""]
    assert [read_job_id(name) for name in (hers, his, nobodys)] == [hers, his, nobodys]


@pytest.mark.parametrize("text", ["ada=mira-1", "=mira-1", "mira=", "a.b", "", "x" * 129])
@pytest.mark.parametrize("owner", ["", "ben"])
def test_no_client_can_name_anothers_job(text: str, owner: str) -> None:
    with pytest.raises(BadJobId):
        parse_job_id(text, owner)


@pytest.mark.parametrize("text", ["", "a=b", "a.b", "a b", "é", "x" * 65])
def test_an_owners_name_has_no_end_but_its_own(text: str) -> None:
    with pytest.raises(BadOwner):
        parse_owner(text)


@pytest.mark.parametrize("text", ["a=b=c", "=b", "a=", "x" * 65 + "=b"])
def test_what_was_never_written_is_not_read(text: str) -> None:
    with pytest.raises(BadJobId):
        read_job_id(text)


def test_an_outputs_name_has_more_chance_in_it_than_anybody_can_try() -> None:
    names = [RandomIds().new() for _ in range(2_000)]
    ones = [sum(int(name, 16) >> bit & 1 for name in names) for bit in range(128)]

    assert len(set(names)) == len(names)
    assert all(is_media_stem(name) for name in names)
    # A fair bit of 2,000 lies within these bounds but for once in 10 ** 70.
    assert sum(600 < count < 1_400 for count in ones) >= 120
