"""What a receiver checks: the Standard Webhooks signature, by that specification's own library."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.outbound.signing import Signer, check_secrets

OLD, NEW, OTHER = ("whsec_" + base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))
BODY = '{"type":"job.succeeded","data":{"characterName":"Zoë"}}'


@pytest.mark.parametrize("receivers_own", [OLD, NEW])
def test_either_of_two_secrets_verifies(receivers_own: str) -> None:
    headers = Signer([OLD, NEW]).headers("msg_1", datetime.now(UTC), BODY)

    assert Webhook(receivers_own).verify(BODY, dict(headers)) == {
        "type": "job.succeeded",
        "data": {"characterName": "Zoë"},
    }


def test_a_secret_we_do_not_have_does_not_verify() -> None:
    headers = dict(Signer([OLD, NEW]).headers("msg_1", datetime.now(UTC), BODY))

    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(BODY, headers)


@pytest.mark.parametrize("change", [{"webhook-id": "msg_2"}, {"webhook-timestamp": "1"}])
def test_id_and_time_are_signed_too(change: dict[str, str]) -> None:
    headers = dict(Signer([OLD]).headers("msg_1", datetime.now(UTC), BODY)) | change

    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(BODY, headers)


def test_the_time_is_that_of_the_try_whatever_its_zone() -> None:
    at = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
    there = at.astimezone(timezone(timedelta(hours=5)))

    assert Signer([OLD]).headers("m", at, BODY) == Signer([OLD]).headers("m", there, BODY)
    assert Signer([OLD]).headers("m", at, BODY)["webhook-timestamp"] == "1767614400"


@pytest.mark.parametrize(
    "secrets",
    [
        [],
        [""],
        ["whsec_"],
        [OLD.removeprefix("whsec_")],
        ["whsec_not base64!"],
        ["whsec_" + base64.b64encode(b"x" * 23).decode()],
        ["whsec_" + base64.b64encode(b"x" * 65).decode()],
        [OLD, "whsec_c2hvcnQ="],
    ],
)
def test_what_is_no_secret_is_refused_without_being_repeated(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="whsec_ and the base64 of 24 to 64 bytes") as refused:
        check_secrets(secrets)
    assert not [secret for secret in secrets if len(secret) > 6 and secret in str(refused.value)]
