"""Signing what is sent, by the Standard Webhooks specification, version 1.0."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64


def check_secrets(secrets: Sequence[str]) -> None:
    """Raise ValueError unless there are secrets and each is one the specification allows; it says nothing of them."""
    if not secrets or not all(map(_is_secret, secrets)):
        raise ValueError(
            f"must be {_PREFIX} and the base64 of {_SHORTEST} to {_LONGEST} bytes; several with spaces between"
        )


def _is_secret(text: str) -> bool:
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return False
    return text.startswith(_PREFIX) and _SHORTEST <= len(key) <= _LONGEST


class Signer:
    """Signs with every secret there is, so that receivers may change from one to the next in their own time."""

    def __init__(self, secrets: Sequence[str]) -> None:
        check_secrets(secrets)
        self._keys = [Webhook(secret) for secret in secrets]

    def headers(self, webhook_id: str, at: datetime, body: str) -> Mapping[str, str]:
        """Return the three headers of a message that is sent at ``at``, an aware time."""
        moment = at.astimezone(UTC)  # the library takes any time for one in UTC
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(key.sign(webhook_id, moment, body) for key in self._keys),
        }
