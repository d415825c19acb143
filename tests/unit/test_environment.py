"""Where uv is told packages come from: what the machine gave pip, unless it gave uv something of its own."""

from pathlib import Path

import pytest

from deploy.local.environment import Unable, pinned_version, pip_settings, uv_environment

LISTING = """\
:env:.timeout='60'
global.cert='/etc/ca.pem'
global.index-url='https://global.example/simple'
install.index-url='https://install.example/simple'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.find-links='/wheels /more'
"""


def test_pips_files_reach_uv(tmp_path: Path) -> None:
    environ = uv_environment({"XDG_CONFIG_HOME": str(tmp_path)}, pip_settings(LISTING, {}))
    assert environ["UV_DEFAULT_INDEX"] == "https://install.example/simple"
    assert environ["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert "UV_FIND_LINKS" not in environ, "a lock over a folder of wheels pins the hashes of its files only"
    assert environ["SSL_CERT_FILE"] == "/etc/ca.pem"


def test_pips_variables_win_over_its_files() -> None:
    assert pip_settings(LISTING, {"PIP_INDEX_URL": "https://variable.example/simple"})["index-url"] == (
        "https://variable.example/simple"
    )


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE"])
def test_uvs_own_variables_win_over_pip(tmp_path: Path, variable: str) -> None:
    given = {"XDG_CONFIG_HOME": str(tmp_path), variable: "mine"}
    assert uv_environment(given, pip_settings(LISTING, {})) == {**given, "UV_PYTHON_DOWNLOADS": "never"}


def test_uvs_own_file_wins_over_pip(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").touch()
    assert "UV_DEFAULT_INDEX" not in uv_environment({"XDG_CONFIG_HOME": str(tmp_path)}, pip_settings(LISTING, {}))


def test_certificates_already_named_stay(tmp_path: Path) -> None:
    given = {"XDG_CONFIG_HOME": str(tmp_path), "SSL_CERT_FILE": "/mine.pem"}
    assert uv_environment(given, pip_settings(LISTING, {}))["SSL_CERT_FILE"] == "/mine.pem"


def test_no_pip_is_no_settings(tmp_path: Path) -> None:
    environ = uv_environment({"XDG_CONFIG_HOME": str(tmp_path)}, pip_settings("", {}))
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "SSL_CERT_FILE"} & environ.keys()


def test_the_pinned_uv_is_read_from_its_lock() -> None:
    assert pinned_version("# uv\nuv==1.2.3 \\\n    --hash=sha256:00\n") == "1.2.3"
    with pytest.raises(Unable, match=r"tools\.lock"):
        pinned_version("pip==1.0\n")
