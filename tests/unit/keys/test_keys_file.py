"""The keys file: what it may hold, what is said of one that is wrong, and how a key comes into it."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.caller import Caller, Limits
from gateway.config import Settings
from gateway.keys.__main__ import main
from gateway.keys.file import KeysError, read_keys
from gateway.keys.ring import KeyRing
from shared.runtime.settings import load_settings
from tests.support.keys import ADA, BEN, READER, WRONG, entry, keys_file

GOOD = entry(ADA, owner="ada")
SECOND = entry(BEN, owner="ada")


def written(folder: Path, content: Any) -> Path:
    path = folder / "keys.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_each_key_says_whose_it_is_and_limits_are_the_owners(tmp_path: Path) -> None:
    ring = KeyRing(written(tmp_path, [GOOD, SECOND | {"activeJobs": 3, "readOnly": True}, entry("x", owner="eve")]))

    assert ring.whose(ADA) == Caller("ada")
    assert ring.whose(BEN) == Caller("ada", read_only=True)
    assert ring.whose(WRONG) is None
    assert ring.whose("é\udc80") is None
    assert (ring.limits("ada"), ring.limits("eve"), ring.limits("nobody")) == (Limits(active_jobs=3), Limits(), None)


def test_of_twenty_thousand_keys_each_is_its_owners(tmp_path: Path) -> None:
    """Read, and asked for, one by one: whatever compares each with all of them never comes to its end."""
    many = [entry(f"gr_{number}", owner=f"owner-{number}") for number in range(20_000)]
    ring = KeyRing(written(tmp_path, many))

    assert [ring.whose(f"gr_{number}") for number in range(20_000)] == [
        Caller(f"owner-{number}") for number in range(20_000)
    ]
    assert ring.whose("gr_20000") is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not JSON"),
        ('[{"owner":\n oops', "not JSON at line 2"),
        ("[" * 100_000, "not JSON"),
        ({}, "must be a JSON list"),
        ([], "has no keys"),
        ([7], "entry 1 must be an object"),
        ([GOOD, {"owner": "ben"}], "entry 2: sha256 is missing"),
        ([{"sha256": ADA, "owner": "ada"}], "entry 1: sha256 must be the SHA-256 of a key, 64 hex digits"),
        ([GOOD | {"owner": "a=b"}], "entry 1: owner must be 1 to 64 letters"),
        ([GOOD | {"owner": ""}], "entry 1: owner must be 1 to 64 letters"),
        ([GOOD | {"activeJobs": 0}], "entry 1: activeJobs must be a whole number"),
        ([GOOD | {"submitsPerMinute": "60"}], "entry 1: submitsPerMinute must be a whole number"),
        ([GOOD | {"readonly": True}], "entry 1 has a field that there is none of; there are sha256, owner,"),
        ([GOOD, GOOD], "entry 2 is a key that an entry before it has"),
        ([GOOD | {"activeJobs": 1}, SECOND | {"activeJobs": 2}], "the keys of ada name different activeJobs"),
    ],
)
def test_what_is_wrong_is_said_by_its_place_and_never_quoted(tmp_path: Path, content: Any, words: str) -> None:
    path = written(tmp_path, content)

    with pytest.raises(KeysError) as caught:
        read_keys(path)

    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert ADA not in str(caught.value)


def test_a_gateway_with_a_broken_file_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "missing.json", written(tmp_path, [])):
        with pytest.raises(SystemExit) as caught:
            load_settings(Settings, {"api_keys_file": path})

        assert caught.value.code == 2
        said = capsys.readouterr().err
        assert said.startswith("API_KEYS_FILE=") and len(said.splitlines()) == 1


def test_a_changed_file_is_read_and_a_broken_one_keeps_the_keys_that_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = keys_file(tmp_path)
    ring = KeyRing(path)

    written(tmp_path, [SECOND])
    ring.refresh()
    assert (ring.whose(ADA), ring.whose(BEN)) == (None, Caller("ada"))

    for broken in ("[", None):
        path.unlink() if broken is None else path.write_text(broken)
        capsys.readouterr()
        ring.refresh()
        ring.refresh()
        told = capsys.readouterr()
        assert (told.out + told.err).count("keys_broken") == 1, "loudly, and once"
        assert ring.whose(BEN) == Caller("ada")

    keys_file(tmp_path)
    ring.refresh()
    assert ring.whose(READER) == Caller("ada", read_only=True)


def test_a_new_key_opens_what_its_entry_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.json"

    assert main(["new", "ada", "--file", str(path), "--active-jobs", "5", "--note", "since Tuesday"]) == 0
    first = capsys.readouterr().out.strip()
    assert main(["new", "ben", "--file", str(path), "--read-only"]) == 0
    second = capsys.readouterr().out.strip()

    ring = KeyRing(path)
    assert (ring.whose(first), ring.whose(second)) == (Caller("ada"), Caller("ben", read_only=True))
    assert ring.limits("ada") == Limits(active_jobs=5)
    assert first != second
    assert len(first) >= 43, "256 random bits"
    assert first not in path.read_text()
    assert main(["check", str(path)]) == 0
    assert "ada: 1 key, 600 submits a minute, 5 active jobs" in capsys.readouterr().out


def test_what_cannot_be_added_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = keys_file(tmp_path, {"activeJobs": 5})
    before = path.read_text()

    for wrong in (["ada", "--active-jobs", "6"], ["a b"], ["ada", "--submits-per-minute", "0"]):
        assert main(["new", *wrong, "--file", str(path)]) == 2

    assert path.read_text() == before
    told = capsys.readouterr()
    assert (told.out, len(told.err.splitlines())) == ("", 3)
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]
