"""Which addresses are the public's."""

import pytest

from shared.domain.public_address import is_public


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.127.0.1", "192.0.2.1",
        "198.18.0.1", "0.0.0.0", "240.0.0.1", "239.1.1.1", "::1", "::", "fe80::1", "fe80::1%2", "fd12::1", "ff05::1",
        "::ffff:192.168.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:a00:1::", "2001:0:808:808::f5ff:fffe",
        "", "localhost", "1.2.3", "1.2.3.4.5",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)
