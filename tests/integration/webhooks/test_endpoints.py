"""Sending one webhook over real connections: who is called, how, and how what goes wrong is put into words."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import Answer, Message
from shared.outbound.endpoints import WebhookEndpoints
from shared.outbound.pinning import fresh_connections
from shared.outbound.signing import Signer
from shared.runtime.clock import SystemClock
from tests.support.eventually import eventually
from tests.support.nats_server import free_port
from tests.support.receiver import CERTIFICATE, Receiver, receiving

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
BODY = '{"type":"job.succeeded","data":{"characterName":"Zoë 🦊"}}'
UNTRUSTING = ssl.create_default_context()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(SECRET) as receiver:
        yield receiver


def message(url: str) -> Message:
    return Message(
        webhook_id="msg_1",
        job_id=JobId("job-1"),
        request=1,
        status=Status.SUCCEEDED,
        url=url,
        body=BODY,
        announced_at=datetime.now(UTC),
    )


async def send(url: str, **options: Any) -> Answer:
    settings: dict[str, Any] = {"transport": fresh_connections(UNTRUSTING), "allow_private": True} | options
    async with WebhookEndpoints(Signer([SECRET]), SystemClock(), **settings) as endpoints:
        return await endpoints.send(message(url))


def leading_to(*addresses: str) -> Callable[[str, int], Any]:
    async def resolver(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolver


async def test_a_client_verifies_and_reads_what_comes(receiver: Receiver) -> None:
    answer = await send(f"{receiver.url}?key=a%20b")

    assert (answer.http_status, answer.error) == (200, None)
    (received,) = receiver.received
    assert (received.path, received.body) == ("/in?key=a%20b", BODY)
    assert received.headers["content-type"] == "application/json"
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("status", [204, 302, 404, 410, 500])
async def test_the_status_is_what_it_answers_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = lambda received: status

    assert (await send(receiver.url)).http_status == status
    assert len(receiver.received) == 1


async def test_an_endpoint_that_does_not_answer_is_left_in_time(receiver: Receiver) -> None:
    receiver.answers = lambda received: None

    answer = await send(receiver.url, timeout=0.5)

    assert answer.http_status is None
    assert answer.error == "The endpoint did not answer within 0.5 s."


async def test_an_endpoint_that_answers_by_the_drop_is_left_in_time() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"HTTP/1.1 200 OK\r\n"[:1])
                await asyncio.sleep(0.05)
        except ConnectionError:
            writer.close()

    port = free_port()
    async with await asyncio.start_server(drip, "127.0.0.1", port):
        answer = await send(f"http://127.0.0.1:{port}/", timeout=0.5)

    assert answer.http_status is None


async def test_of_an_endless_answer_only_the_head_is_read() -> None:
    written = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                await writer.drain()
                written += 0x10000
        except ConnectionError:
            closed.set()

    port, closed = free_port(), asyncio.Event()
    async with await asyncio.start_server(flood, "127.0.0.1", port):
        assert (await send(f"http://127.0.0.1:{port}/")).http_status == 200
        await eventually(closed.is_set)

    assert written < 16 * 1024 * 1024


async def test_that_nobody_is_there_is_said() -> None:
    assert (await send(f"http://127.0.0.1:{free_port()}/")).error == "The endpoint takes no connections."


async def test_what_does_not_speak_http_is_said() -> None:
    async def mumble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail ready\r\n")
        await writer.drain()
        writer.close()

    port = free_port()
    async with await asyncio.start_server(mumble, "127.0.0.1", port):
        assert "does not speak HTTP" in ((await send(f"http://127.0.0.1:{port}/")).error or "")


async def test_a_name_without_an_address_is_said_and_its_path_is_not() -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    answer = await send("https://hooks.example/geheim?key=geheim", resolver=nowhere)
    assert answer.error == "The endpoint's host cannot be found."


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["fe80::1%eth0"], ["0.0.0.0"]],
)
async def test_a_name_that_leads_to_our_own_house_is_not_called(receiver: Receiver, addresses: list[str]) -> None:
    url = f"https://hooks.example:{receiver.port}/in"

    answer = await send(url, allow_private=False, resolver=leading_to(*addresses))

    assert answer.error == "The endpoint's host leads to an address that is not public."
    assert receiver.received == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]"])
async def test_no_spelling_of_the_loopback_is_called(receiver: Receiver, host: str) -> None:
    answer = await send(f"https://{host}:{receiver.port}/in", allow_private=False)

    assert answer.http_status is None
    assert answer.error
    assert receiver.received == []


async def test_plain_http_is_not_called_unless_allowed(receiver: Receiver) -> None:
    answer = await send(receiver.url, allow_private=False)

    assert answer.error == "The address is not an https one."
    assert receiver.received == []


async def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing() -> None:
    """The address that was judged is the one connected to; the name is not asked for again."""
    asked, called = [], []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    async def wire(request: httpx.Request) -> httpx.Response:
        called.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        return httpx.Response(200)

    transport = httpx.MockTransport(wire)
    async with WebhookEndpoints(Signer([SECRET]), SystemClock(), transport=transport, resolver=rebinding) as endpoints:
        first = await endpoints.send(message("https://hooks.example/in"))
        second = await endpoints.send(message("https://hooks.example/in"))

    assert (first.http_status, second.http_status) == (200, None)
    assert called == [("93.184.216.34", "hooks.example", "hooks.example")]
    assert second.error == "The endpoint's host leads to an address that is not public."


async def test_over_tls_the_name_is_asked_for_and_its_certificate_checked() -> None:
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    async with receiving(SECRET, tls=True) as receiver:
        good, wrong, unknown = [
            await send(f"https://{name}:{receiver.port}/in", transport=fresh_connections(trust), resolver=loopback)
            for name, trust, loopback in (
                ("hooks.example", trusting, leading_to("127.0.0.1")),
                ("other.example", trusting, leading_to("127.0.0.1")),
                ("hooks.example", UNTRUSTING, leading_to("127.0.0.1")),
            )
        ]

    assert good.http_status == 200
    assert receiver.names == ["hooks.example", "other.example", "hooks.example"]
    assert [each.headers["host"] for each in receiver.received] == [f"hooks.example:{receiver.port}"]
    assert all("certificate" in (answer.error or "") for answer in (wrong, unknown)), (wrong, unknown)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        *(("120", 120.0), ("99999999999999", 86_400.0), ("-5", None), ("soon", None)),
        *(("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 21 Oct 99999999999 07:28:00 GMT", None)),
    ],
)
async def test_what_the_endpoint_asks_for_is_heard(header: str, expected: float | None) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(503, headers={"Retry-After": header}))
    answer = await send("https://hooks.example/in", transport=transport, resolver=leading_to("93.184.216.34"))

    assert answer.retry_after == expected
