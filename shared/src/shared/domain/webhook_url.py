"""Which addresses a client may name to be called back at.

This looks at the text alone, so that a submit is refused at once for what can never be delivered. Where a name leads is
looked up, and judged again, each time something is sent there.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from shared.domain.public_address import is_public

MAX_URL = 2_048
"""Characters: the address travels in every event of its job."""

_FIT = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
_LAST_LABEL_IS_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)")
_OWN_NAMES = ("localhost", "local", "internal", "lan", "home.arpa")


class BadWebhookUrl(ValueError):
    """The address is none that a webhook may have; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class WebhookRule:
    """What the operator allows. ``signed`` says that there is a secret to sign with; without one nothing is sent.

    ``allow_private`` allows plain http, and hosts that the public cannot reach.
    """

    signed: bool
    allow_private: bool = False

    def check(self, url: str) -> None:
        """Raise :class:`BadWebhookUrl` unless webhooks are sent at all, and ``url`` may be one's address."""
        if not self.signed:
            raise BadWebhookUrl("Webhooks are not set up here: the operator has to set WEBHOOK_SECRET.")
        check_webhook_url(url, allow_private=self.allow_private)


def check_webhook_url(url: str, *, allow_private: bool = False) -> None:
    """Raise :class:`BadWebhookUrl` for what is no web address, and for one that is obviously not a public https one."""
    if len(url) > MAX_URL:
        raise BadWebhookUrl(f"The webhook's address is longer than {MAX_URL} characters.")
    parts = _parse(url) if _FIT.fullmatch(url) else None
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
        raise BadWebhookUrl("The webhook's address must be an https one, in ASCII, without spaces or backslashes.")
    if parts.username is not None or parts.password is not None:
        raise BadWebhookUrl("The webhook's address must not carry a user or password; the signature says who sends.")
    if not allow_private:
        _insist_on_public(parts.scheme, parts.hostname)


def _parse(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 else parts
    except ValueError:
        return None


def _insist_on_public(scheme: str, hostname: str) -> None:
    if scheme != "https":
        raise BadWebhookUrl("The webhook's address must be an https one.")
    host = hostname.removesuffix(".")
    if not (is_public(host) if _is_address(host) else _may_be_public_name(host)):
        raise BadWebhookUrl(f"The webhook's host {host[:100]} is not one that the public can reach.")


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _may_be_public_name(host: str) -> bool:
    # 2130706433, 0x7f.1 and 0177.0.0.1 are all the loopback to a resolver: no public name ends in a number.
    if _LAST_LABEL_IS_A_NUMBER.fullmatch(host) or "." not in host:
        return False
    return not any(host == name or host.endswith(f".{name}") for name in _OWN_NAMES)
