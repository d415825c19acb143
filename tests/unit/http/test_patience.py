"""Slow clients over a real socket: told where they can be, cut off where not, and none of them waited for for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.patience import Patience, PatientBodies
from shared.http.problem import install_problem_handlers
from shared.http.server import listen, serving
from tests.support.closed import is_closed
from tests.support.eventually import eventually

HASTY = Patience(head=0.3, head_bytes=2_000, body=0.3, body_pace=1_000_000, unread=0.3, idle=0.3, last=0.3)
LARGE = 64 * 1024 * 1024
IGNORED = b"POST /ignore HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n"
POST = b"POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n"


def an_app(patience: Patience) -> FastAPI:
    app = FastAPI()
    app.add_middleware(PatientBodies, patience=patience)
    install_problem_handlers(app)

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    @app.post("/ignore")
    async def ignore() -> str:
        return "never read"

    @app.get("/large")
    async def large() -> StreamingResponse:
        return StreamingResponse(iter([b"x" * 65_536] * (LARGE // 65_536)))

    return app


@asynccontextmanager
async def stopped(patience: Patience) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection made just before its server was told to stop, over which nothing was sent."""
    async with AsyncExitStack() as running:
        port = await running.enter_async_context(serving(an_app(patience), listen("127.0.0.1", 0, "PORT"), patience))
        # Connections are taken in their order: when this one is answered, the next was made.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answer, later = await asyncio.open_connection("127.0.0.1", port)
        later.write(IGNORED)
        await answer.readuntil(b'"never read"')
        stopping = asyncio.create_task(running.aclose())
        await eventually(lambda: is_closed(port))
        yield reader, writer
        writer.transport.abort()
        later.transport.abort()
        await stopping


@asynccontextmanager
async def connection(
    patience: Patience = HASTY, app: ASGIApp | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Yield a connection to a server of this patience; that it ends is what most of these tests wait for."""
    async with serving(app or an_app(patience), listen("127.0.0.1", 0, "PORT"), patience) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Return what came until the server ended the connection, however it did."""
    came = bytearray()
    try:
        while part := await asyncio.wait_for(reader.read(65_536), 30):
            came += part
    except ConnectionError:
        pass
    return bytes(came)


async def drip(writer: asyncio.StreamWriter, byte: bytes) -> None:
    """Send a byte now and then, for ever; of none, nothing."""
    while byte and not writer.is_closing():
        writer.write(byte)
        await asyncio.sleep(0.02)


async def test_a_connection_is_kept_for_the_next_request_but_not_for_ever() -> None:
    # The page asks every three seconds, or every ten beside a stream, and a script may well ask every thirty. And a
    # proxy keeps its own connections for a minute: it has to be the first to close one.
    assert Patience().idle > 60
    async with connection(Patience()) as (reader, writer):
        for _ in range(2):
            writer.write(IGNORED)
            assert b"200 OK" in await reader.readuntil(b'"never read"')
    async with connection(Patience(idle=0.3)) as (reader, writer):
        writer.write(IGNORED)
        assert (await ended(reader)).endswith(b'"never read"')


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nX-Slow: ", b"\r\n"])
async def test_headers_that_do_not_end_are_not_waited_for(begun: bytes) -> None:
    async with connection() as (reader, writer):
        writer.write(begun)
        dripping = asyncio.create_task(drip(writer, begun[-1:]))
        assert await ended(reader) == b""
        dripping.cancel()


async def test_headers_that_are_too_many_are_not_read_to_their_end() -> None:
    async with connection(Patience(head_bytes=2_000)) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\n")
        for number in range(100):
            writer.write(f"X-{number}: {'y' * 100}\r\n".encode())
            await asyncio.sleep(0)
        assert await ended(reader) == b""


async def test_a_body_that_comes_too_slowly_is_answered_so() -> None:
    async with connection(Patience(body=0.3, body_pace=1_000_000)) as (reader, writer):
        writer.write(POST + b"some of it")
        answer = await ended(reader)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert b'"too_slow"' in body


async def test_a_body_that_comes_in_time_is_read() -> None:
    async with connection(Patience()) as (reader, writer):
        writer.write(POST + b"x" * 500)
        await asyncio.sleep(0.05)
        writer.write(b"x" * 500)
        head = await reader.readuntil(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 ")


async def test_a_body_that_nobody_reads_does_not_hold_the_connection() -> None:
    async with connection(replace(HASTY, head=2.0)) as (reader, writer):
        writer.write(POST.replace(b"/read", b"/ignore"))
        dripping = asyncio.create_task(drip(writer, b"x"))
        answer = await ended(reader)
        dripping.cancel()

    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("sent", [[IGNORED], [IGNORED[:20], IGNORED[20:]]], ids=["whole", "in parts"])
async def test_who_connected_just_before_the_stop_is_answered(sent: list[bytes]) -> None:
    """A proxy takes a connection and then sends: what is sent down one that was just closed is lost for a submit."""
    async with stopped(Patience(last=30.0)) as (reader, writer):
        for part in sent:
            writer.write(part)
            await asyncio.sleep(0.05)
        answer = await ended(reader)

    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_who_connected_and_sends_nothing_keeps_no_server() -> None:
    async with stopped(Patience(last=0.3)) as (reader, _):
        assert await ended(reader) == b""


async def test_an_answer_that_nobody_reads_is_given_up() -> None:
    over = asyncio.Event()
    patience = Patience(unread=0.3)
    app = an_app(patience)

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        finally:
            over.set()

    async with connection(patience, watched) as (reader, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # the transport of a socket
        writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
        await asyncio.wait_for(over.wait(), 30)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        came = await ended(reader)

    assert 0 < len(came) < LARGE
