"""The secret that ``make up`` makes: once, good to sign with, and nobody else's to read."""

import stat
from pathlib import Path

import pytest

from deploy.local.secret import FILE, kept_secret
from deploy.local.up import Setup
from shared.outbound.signing import check_secrets


def test_it_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret, new = kept_secret(tmp_path)

    assert new
    check_secrets([secret])
    assert kept_secret(tmp_path) == (secret, False)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_each_folder_has_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert kept_secret(tmp_path / "one") != kept_secret(tmp_path / "two")


def test_a_run_says_where_it_is_the_first_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, again = [Setup.of({"DATA_DIR": str(tmp_path)}).signing().environ["WEBHOOK_SECRET"] for _ in range(2)]

    assert first == again
    said = capsys.readouterr().out
    assert said.count(str(tmp_path / FILE)) == 1
    assert first not in said


def test_a_secret_that_is_given_is_used(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "WEBHOOK_SECRET": "whsec_given"}
    assert Setup.of(given).signing().environ["WEBHOOK_SECRET"] == "whsec_given"
    assert not (tmp_path / FILE).exists()
