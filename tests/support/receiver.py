"""A client's own HTTP server, which webhooks are sent to: it verifies what comes as any client would."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.support.nats_server import free_port

CERTIFICATE = Path(__file__).parent / "tls" / "hooks.example.pem"
"""Of a name that nobody has, with its key: it is good for nothing but these tests."""

Answers = Callable[["Received"], int | None]
"""Says which status a message is answered with; None for none at all."""


@dataclass(frozen=True, slots=True)
class Received:
    """One request that came, its number counted from 1 for each webhook-id."""

    path: str
    headers: dict[str, str]
    body: str
    number: int

    @property
    def webhook_id(self) -> str:
        """The message's id."""
        return self.headers["webhook-id"]

    @property
    def data(self) -> dict[str, Any]:
        """The job in it."""
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found


@dataclass(slots=True)
class Receiver:
    """What came, how it is to be answered, and the secret that signatures are verified by."""

    secret: str
    port: int
    answers: Answers = field(default=lambda received: 200)
    received: list[Received] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/in"

    def ids(self) -> list[str]:
        """The ids that came, in order, repeats too."""
        return [each.webhook_id for each in self.received]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, and close."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            received = await self._read(reader)
            Webhook(self.secret).verify(received.body, received.headers)
            self.received.append(received)
            status = self.answers(received)
            if status is None:
                await self.held.wait()
            else:
                more = "Location: http://127.0.0.1:1/elsewhere\r\n" if 300 <= status < 400 else ""
                writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 2\r\n{more}\r\nok".encode())
                await writer.drain()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Received:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = (await reader.readexactly(int(headers["content-length"]))).decode()
        number = 1 + self.ids().count(headers["webhook-id"])
        return Received(head[0].split()[1], headers, body, number)


@contextlib.asynccontextmanager
async def receiving(secret: str, *, tls: bool = False) -> AsyncIterator[Receiver]:
    """Yield a listening receiver; with ``tls`` it has the certificate of hooks.example."""
    receiver = Receiver(secret, free_port())
    server = await asyncio.start_server(
        receiver.serve, "127.0.0.1", receiver.port, ssl=_context(receiver) if tls else None
    )
    try:
        yield receiver
    finally:
        receiver.held.set()
        server.close()
        await server.wait_closed()


def _context(receiver: Receiver) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _socket, name, _context: receiver.names.append(name)
    return context
