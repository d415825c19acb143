"""A request goes to the address that was checked and nowhere else, and still names the host it is meant for."""

import httpx
import pytest

from shared.outbound.pinning import addresses_of, resolve, send_pinned


class Wire:
    """A network that records where requests went; at the ``dead`` addresses nobody answers."""

    def __init__(self, *dead: str) -> None:
        self.seen: list[httpx.Request] = []
        self._dead = dead

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if request.url.host in self._dead:
            raise httpx.ConnectError("refused")
        return httpx.Response(302, headers={"location": "https://elsewhere.example/"})


async def sent(wire: Wire, url: str, *addresses: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.MockTransport(wire), trust_env=False) as client:
        request = client.build_request("POST", url, headers={"X-Mark": "1"}, content=b"body")
        answer = await send_pinned(client, request, addresses)
        await answer.aclose()
        return answer


async def test_the_checked_address_is_connected_to_and_the_host_is_named() -> None:
    wire = Wire()
    await sent(wire, "https://hooks.example:8443/in?key=a", "93.184.216.34")

    (request,) = wire.seen
    assert str(request.url) == "https://93.184.216.34:8443/in?key=a"
    assert request.headers["host"] == "hooks.example:8443"
    assert request.extensions["sni_hostname"] == "hooks.example"
    assert (request.headers["x-mark"], request.read()) == ("1", b"body")
    assert request.extensions["timeout"], "the client's timeouts hold for it"


async def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    wire = Wire("93.184.216.34")
    await sent(wire, "https://hooks.example/in", "93.184.216.34", "2606:2800:220:1::1", "8.8.8.8")

    assert [request.url.host for request in wire.seen] == ["93.184.216.34", "2606:2800:220:1::1"]
    assert [request.read() for request in wire.seen] == [b"body", b"body"]


async def test_that_none_takes_a_connection_is_said() -> None:
    with pytest.raises(httpx.ConnectError):
        await sent(Wire("93.184.216.34"), "https://hooks.example/in", "93.184.216.34")


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    wire = Wire()
    assert (await sent(wire, "https://hooks.example/in", "93.184.216.34")).status_code == 302
    assert len(wire.seen) == 1


async def test_the_systems_resolver_knows_the_loopback() -> None:
    assert "127.0.0.1" in await resolve("localhost", 80)
    assert "127.0.0.1" in await addresses_of(httpx.URL("http://0x7f.1/"), resolve), "so names are never judged by look"


async def test_a_name_that_leads_nowhere_is_an_error() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        return []

    for url in ("https://hooks.example/", f"https://{'a' * 70}.example/"):
        with pytest.raises(OSError, match=r"address|name"):
            await addresses_of(httpx.URL(url), nowhere)
