"""Fetching outputs: only from where they may be fetched, whole or not at all, and the token for nobody else."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from shared.ports.provider import OutputInterrupted, OutputUnreadable
from shared.predictions.replicate import ReplicateProvider
from shared.predictions.replicate.downloads import Downloads
from tests.contract.provider_suite import finished, read
from tests.contract.replicate.conftest import TOKEN, MakeOrder
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.server import running
from tests.support.replicate_emulator.world import Settings

PUBLIC = "https://api.replicate.com"
FILE = "https://replicate.delivery/xezq/out-0.png"


async def an_output(provider: ReplicateProvider, order: MakeOrder) -> str:
    return (await finished(provider, await provider.start(order()))).outputs[0]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 400, 416, 204])
async def test_an_output_that_is_gone_is_unreadable(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, status: int
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", status=status)
    with pytest.raises(OutputUnreadable, match=str(status)):
        await read(provider.open(output))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
async def test_a_host_in_trouble_is_worth_another_try(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, status: int
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", status=status)
    with pytest.raises(OutputInterrupted, match=str(status)):
        await read(provider.open(output))
    assert await read(provider.open(output))


@pytest.mark.parametrize("size", [0, 1, 100])
async def test_a_body_that_breaks_off_is_noticed(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder, size: int
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", "truncate", size=size)
    with pytest.raises(OutputInterrupted, match="stopped coming"):
        await read(provider.open(output))
    assert (await read(provider.open(output))).startswith(b"\x89PNG")


async def test_a_connection_that_is_cut_is_noticed(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", "cut")
    with pytest.raises(OutputInterrupted):
        await read(provider.open(output))


async def test_whatever_comes_is_passed_on_for_the_store_to_judge(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", "replace", body="not an image", size=3_000_000)
    assert len(await read(provider.open(output))) == 3_000_000


async def test_an_oversized_output_comes_in_pieces_and_can_be_left(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", "replace", size=1 << 30)
    chunks = provider.open(output)
    sizes = [len(chunk) async for chunk, _ in _first(chunks, 5)]
    assert max(sizes) <= 1 << 20


async def _first(chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[tuple[bytes, int]]:
    for n in range(most):
        yield await anext(chunks), n


async def test_the_token_is_for_the_apis_own_host_alone(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    with running(Settings(token=TOKEN)) as elsewhere:
        emulator.set(delivery_url=elsewhere.url)
        output = await an_output(provider, order)
        assert output.startswith(elsewhere.url)
        with pytest.raises(OutputUnreadable):
            await read(provider.open(output))
        assert [call["authorized"] for call in elsewhere.calls("download")] == [False]
        emulator.set(delivery_url=None)
        assert await read(provider.open(await an_output(provider, order)))
        assert [call["authorized"] for call in emulator.calls("download")] == [True]


async def test_a_redirect_elsewhere_does_not_take_the_token_along(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    output = await an_output(provider, order)
    with running(Settings(token=TOKEN)) as elsewhere:
        emulator.fail("download", status=302, headers={"location": f"{elsewhere.url}/delivery/x/out-0.png"})
        with pytest.raises(OutputUnreadable):
            await read(provider.open(output))
        assert [call["authorized"] for call in elsewhere.calls("download")] == [False]


async def test_a_relative_redirect_is_followed(
    provider: ReplicateProvider, emulator: Emulator, order: MakeOrder
) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", status=307, headers={"location": output.removeprefix(emulator.url)})
    assert (await read(provider.open(output))).startswith(b"\x89PNG")


async def test_redirects_in_a_circle_end(provider: ReplicateProvider, emulator: Emulator, order: MakeOrder) -> None:
    output = await an_output(provider, order)
    emulator.fail("download", status=302, headers={"location": output}, times=None)
    with pytest.raises(OutputUnreadable, match="circles"):
        await read(provider.open(output))


async def test_an_output_inside_the_answer_is_decoded(provider: ReplicateProvider) -> None:
    data = bytes(range(256))
    assert await read(provider.open(f"data:image/png;base64,{base64.b64encode(data).decode()}")) == data
    assert await read(provider.open("data:text/plain,a%20b")) == b"a b"
    with pytest.raises(OutputUnreadable, match="decoded"):
        await read(provider.open("data:image/png;base64,%%%"))


class FakeWeb(httpx.AsyncBaseTransport):
    """Answers every request and remembers where each one went and what it carried."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answers.pop(0) if self._answers else httpx.Response(200, content=b"a picture")


@asynccontextmanager
async def downloads(
    web: FakeWeb, hosts: dict[str, list[list[str]]], base_url: str = PUBLIC
) -> AsyncIterator[Downloads]:
    """Yield downloads over a fake web; ``hosts`` gives each name's addresses, one list for each time it is asked."""

    async def resolver(host: str, port: int) -> list[str]:
        answers = hosts.get(host)
        if not answers:
            raise OSError("unknown name")
        return answers.pop(0) if len(answers) > 1 else answers[0]

    fetching = Downloads(TOKEN, base_url, connect=1, read=1, transport=web, resolver=resolver)
    try:
        yield fetching
    finally:
        await fetching.aclose()


async def test_a_public_address_is_connected_to_as_it_was_checked() -> None:
    web = FakeWeb()
    rebound = [["198.51.100.7"], ["93.184.216.34"], ["127.0.0.1"]]
    async with downloads(web, {"replicate.delivery": rebound, "api.replicate.com": [["93.184.216.34"]]}) as fetching:
        with pytest.raises(OutputUnreadable):
            await read(fetching.stream(FILE))  # 198.51.100.0/24 is for documentation
        assert await read(fetching.stream(FILE)) == b"a picture"
    (request,) = web.requests
    # The name is resolved once, and the address that was checked is the one connected to: no rebinding in between.
    assert request.url.host == "93.184.216.34"
    assert request.headers["host"] == "replicate.delivery"
    assert request.extensions["sni_hostname"] == "replicate.delivery"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2001:db8::1", "not an address",
    ],
)  # fmt: skip
async def test_no_private_address_is_fetched_from(address: str) -> None:
    web = FakeWeb()
    async with downloads(
        web, {"replicate.delivery": [[address]], "api.replicate.com": [["93.184.216.34"]]}
    ) as fetching:
        with pytest.raises(OutputUnreadable, match="not a public https address"):
            await read(fetching.stream(FILE))
    assert web.requests == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    web = FakeWeb()
    hosts = {"replicate.delivery": [["93.184.216.34", "10.0.0.1"]], "api.replicate.com": [["93.184.216.34"]]}
    async with downloads(web, hosts) as fetching:
        with pytest.raises(OutputUnreadable):
            await read(fetching.stream(FILE))
    assert web.requests == []


@pytest.mark.parametrize(
    "output",
    [
        "http://replicate.delivery/a.png",
        "ftp://replicate.delivery/a.png",
        "file:///etc/passwd",
        "https://user:word@replicate.delivery/a.png",
        "https:///a.png",
        "https://[::1",
        "/etc/passwd",
        "",
    ],
)
async def test_only_plain_https_addresses_are_fetched(output: str) -> None:
    web = FakeWeb()
    hosts = {"replicate.delivery": [["93.184.216.34"]], "api.replicate.com": [["93.184.216.34"]]}
    async with downloads(web, hosts) as fetching:
        with pytest.raises(OutputUnreadable):
            await read(fetching.stream(output))
    assert web.requests == []


@pytest.mark.parametrize(
    "location", ["http://replicate.delivery/b.png", "https://inside.example/b.png", "https://127.0.0.1/b.png"]
)
async def test_every_hop_of_a_redirect_is_checked(location: str) -> None:
    web = FakeWeb(httpx.Response(302, headers={"location": location}))
    hosts = {
        "replicate.delivery": [["93.184.216.34"]],
        "api.replicate.com": [["93.184.216.34"]],
        "inside.example": [["10.0.0.1"]],
        "127.0.0.1": [["127.0.0.1"]],
    }
    async with downloads(web, hosts) as fetching:
        with pytest.raises(OutputUnreadable):
            await read(fetching.stream(FILE))
    assert len(web.requests) == 1


async def test_the_apis_own_files_are_asked_for_with_the_token() -> None:
    web = FakeWeb()
    async with downloads(web, {"api.replicate.com": [["93.184.216.34"]]}) as fetching:
        await read(fetching.stream(f"{PUBLIC}/v1/files/abc/download"))
    assert web.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "output",
    ["https://api.replicate.com.evil.example/x", "https://api.replicate.com:8443/x", "https://api.replicate.co/x"],
)
async def test_a_host_that_only_looks_like_the_api_gets_no_token(output: str) -> None:
    web = FakeWeb()
    public = [["93.184.216.34"]]
    hosts = dict.fromkeys(("api.replicate.com.evil.example", "api.replicate.com", "api.replicate.co"), public)
    async with downloads(web, hosts) as fetching:
        await read(fetching.stream(output))
    assert "authorization" not in web.requests[0].headers


@pytest.mark.parametrize("base_url", ["http://replicate.test", "https://replicate.test", "https://10.0.0.9:8443"])
async def test_a_private_installation_may_serve_its_outputs_privately(base_url: str) -> None:
    web = FakeWeb()
    private = {"replicate.test": [["10.0.0.9"]], "10.0.0.9": [["10.0.0.9"]], "files.test": [["10.0.0.10"]]}
    async with downloads(web, private, base_url) as fetching:
        assert await read(fetching.stream("http://files.test:9000/a.png")) == b"a picture"
    assert str(web.requests[0].url) == "http://10.0.0.10:9000/a.png"
    assert web.requests[0].headers["host"] == "files.test:9000"


async def test_a_name_that_is_not_found_is_worth_another_try() -> None:
    async with downloads(FakeWeb(), {}) as fetching:
        with pytest.raises(OutputInterrupted, match="cannot be found"):
            await read(fetching.stream(FILE))


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    class HalfDead(FakeWeb):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            answer = await super().handle_async_request(request)
            if request.url.host == "93.184.216.34":
                raise httpx.ConnectTimeout("silence")
            return answer

    web = HalfDead()
    async with downloads(web, {"replicate.delivery": [["93.184.216.34", "93.184.216.35"]]}) as fetching:
        assert await read(fetching.stream(FILE)) == b"a picture"
    assert [request.url.host for request in web.requests] == ["93.184.216.34", "93.184.216.35"]
