"""Which addresses a submit may name for its webhook, whatever form they come in."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.public_address import is_public
from shared.domain.webhook_url import MAX_URL, BadWebhookUrl, WebhookRule, check_webhook_url

PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
PRIVATE_V4 = st.sampled_from(PRIVATE).flatmap(lambda network: st.ip_addresses(network=network))


def taken(url: str, *, allow_private: bool = False) -> bool:
    try:
        check_webhook_url(url, allow_private=allow_private)
    except BadWebhookUrl:
        return False
    return True


def forms(address: IPv4Address) -> list[str]:
    """Every way of writing an IPv4 address that some resolver understands."""
    number, parts = int(address), address.packed
    return [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(f"0{part:o}" for part in parts),
        ".".join(hex(part) for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"{parts[0]}.{parts[1]}.{number & 0xFFFF}",
        f"[::ffff:{address}]",
        f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]",
        f"{address}.",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com/hooks?key=a%20b#part",
        "https://hooks.example.com:8443/in",
        "HTTPS://EXAMPLE.COM/",
        "https://93.184.216.34/in",
        "https://[2606:2800:220:1::1]/in",
        "https://xn--bcher-kva.example/in",
        "https://1password.com/in",
        "https://example.com./in",
    ],
)
def test_a_public_https_address_is_taken(url: str) -> None:
    assert taken(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "/hook", "ftp://example.com", "https://", "https:///in", "https:example.com",
        "https://exa mple.com", "https://example.com/a b", "https://example.com\\@10.0.0.1/", "https://bücher.example",
        "https://example.com:0/", "https://example.com:99999/", "https://[::1", "https://example.com/\n",
        "https://user@example.com/", "https://user:secret@example.com/", "https://@example.com/",
        "https://example.com/" + "a" * MAX_URL,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_even_where_private_ones_are_allowed(url: str) -> None:
    assert not taken(url)
    assert not taken(url, allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/in", "https://localhost/in", "https://app.localhost/in", "https://gateway:8000/in",
        "https://nas.local/", "https://metadata.google.internal/", "https://LOCALHOST./", "https://printer.lan/",
        "https://[::1]/", "https://[fe80::1%25eth0]/", "https://[fd00::1]/", "https://0/", "https://1.2.3.4.5/",
        "https://example.0x7f/",
    ],
)  # fmt: skip
def test_what_the_public_cannot_reach_is_refused_unless_allowed(url: str) -> None:
    assert not taken(url)
    assert taken(url, allow_private=True)


@given(PRIVATE_V4)
def test_a_private_address_is_refused_however_it_is_written(address: IPv4Address) -> None:
    assert [form for form in forms(address) if taken(f"https://{form}/in")] == []


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_taken_exactly_when_it_is_public(address: IPv4Address) -> None:
    assert taken(f"https://{address}/in") == is_public(str(address)) == is_public(f"::ffff:{address}")


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_is_taken_exactly_when_it_is_public(address: IPv6Address) -> None:
    assert taken(f"https://[{address}]/in") == is_public(str(address)) == is_public(address.exploded)


@given(st.text(max_size=60))
def test_any_text_is_either_taken_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/in"):
        taken(url)


def test_without_a_secret_every_address_is_refused_and_it_says_what_is_to_do() -> None:
    with pytest.raises(BadWebhookUrl, match="operator has to set WEBHOOK_SECRET"):
        WebhookRule(signed=False).check("https://example.com/in")
    WebhookRule(signed=True).check("https://example.com/in")
    WebhookRule(signed=True, allow_private=True).check("http://127.0.0.1:9000/in")
