"""Settings that are wrong end the process with a sentence; a secret among them is not repeated in it."""

import base64
from pathlib import Path

import pytest

import gateway.config
import status.config
from shared.runtime.settings import load_settings

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def test_a_wrong_value_is_named_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        load_settings(gateway.config.Settings, {"public_url": "example.com"})
    assert capsys.readouterr().err == "PUBLIC_URL=example.com: must begin with http:// or https://\n"


@pytest.mark.parametrize("variable", ["webhook_secret", "replicate_webhook_secret"])
def test_a_wrong_secret_is_named_and_not_shown(capsys: pytest.CaptureFixture[str], variable: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        load_settings(gateway.config.Settings, {variable: "whsec_hunte"})
    said = capsys.readouterr().err
    assert said.startswith(f"{variable.upper()}: must be ")
    assert "hunte" not in said


def test_several_secrets_are_taken_and_not_shown() -> None:
    settings = load_settings(gateway.config.Settings, {"webhook_secret": f"{SECRET} {SECRET}"})
    assert settings.webhook_rule.signed
    assert SECRET not in repr(settings)
    assert not load_settings(gateway.config.Settings, {}).webhook_rule.signed


def test_whoever_sends_webhooks_needs_to_know_where_clients_reach_the_gateway(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        load_settings(status.config.Settings, {"webhook_secret": SECRET})
    said = capsys.readouterr().err
    assert said.startswith("WEBHOOK_SECRET needs PUBLIC_URL")
    assert SECRET not in said
    assert load_settings(status.config.Settings, {"webhook_secret": SECRET, "public_url": "http://gateway"})


def test_who_we_are_to_nats_is_said_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "nkey").write_text("SU…")
    with pytest.raises(SystemExit, match="2"):
        load_settings(status.config.Settings, {"nats_user": "status", "nats_nkey_file": tmp_path / "nkey"})
    assert capsys.readouterr().err == "NATS_USER and NATS_NKEY_FILE each say who we are to NATS: set one of them\n"


def test_a_file_for_nats_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        load_settings(status.config.Settings, {"nats_ca_file": tmp_path / "ca.pem"})
    assert capsys.readouterr().err.startswith(f"NATS_CA_FILE={tmp_path / 'ca.pem'}: Path does not point to a file")


def test_a_password_in_a_wrong_address_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        load_settings(status.config.Settings, {"nats_url": "nat://gateway:hush@nats:4222"})
    said = capsys.readouterr().err
    assert said.startswith("NATS_URL: must be nats://")
    assert "hush" not in said
