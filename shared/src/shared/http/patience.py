"""How long a client is waited for: who sends or reads too slowly holds a connection that others could have.

A body is waited for where it is read, so that its client can be told (408). What no app sees is watched by the server's
protocol itself: a request that does not begin, headers that do not end, a body that nobody reads, an answer that the
client leaves unread. There the connection is cut.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.problem import Problem


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds and bytes.

    ``head`` for a request's headers, from the connection or the first byte on, at most ``head_bytes`` of them; ``body``
    for a body, and a second more for each ``body_pace`` bytes that came; ``unread`` for a client that reads nothing;
    ``idle`` for the next request on a connection: longer than clients pause between two looks, and than proxies keep a
    connection (60 s), which would else now and then send one down a connection that is just being closed; ``last`` for
    a request whose connection was there before the server was told to stop.
    """

    head: float = 20.0
    head_bytes: int = 64 * 1024
    body: float = 30.0
    body_pace: int = 16 * 1024
    unread: float = 30.0
    idle: float = 75.0
    last: float = 1.0


USUAL = Patience()


class PatientBodies:
    """ASGI middleware: a body that comes too slowly is answered with 408 by whoever reads it."""

    def __init__(self, app: ASGIApp, patience: Patience = USUAL) -> None:
        self._app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        reading = _Reading(receive, self._patience).receive if scope["type"] == "http" else receive
        await self._app(scope, reading, send)


class _Reading:
    """One request's body as it comes. Once it is whole nothing is waited for but that the client leaves."""

    def __init__(self, receive: Receive, patience: Patience) -> None:
        self._receive = receive
        self._patience = patience
        self._end: float | None = None
        self._whole = False

    async def receive(self) -> Message:
        """Return the next part; raises :class:`Problem` 408."""
        if self._whole:
            return await self._receive()
        if self._end is None:
            self._end = asyncio.get_running_loop().time() + self._patience.body
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            sentence = "The body came too slowly; send the request again, all at once."
            raise Problem(408, "too_slow", sentence, headers={"Connection": "close"}) from None
        self._whole = not message.get("more_body", False)
        self._end += len(message.get("body", b"")) / self._patience.body_pace
        return message


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, which by itself waits for ever for headers, and for a client to read; but not at all, when it is
    told to stop, for the request of who has only just connected.
    """

    def __init__(self, *args: Any, patience: Patience = USUAL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = patience
        self._head: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head_bytes = 0
        self._unread: asyncio.TimerHandle | None = None
        self._stopping = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Wait for a request, not for ever."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        self._forget_head()
        self._forget_unread()

    def data_received(self, data: bytes) -> None:
        """Take some bytes. Between requests, only whole headers end the wait for them."""
        if self._head is None and (self.cycle is None or self.cycle.response_complete):
            self._expect_head()
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self._patience.head_bytes:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin to count the headers' bytes."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """The wait is over."""
        self._in_head = False
        self._forget_head()
        super().on_headers_complete()
        if self._stopping and self.cycle is not None:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """End the connection, after the answer to what is asked or about to be.

        Who connected and did not send anything yet is about to: a proxy, that took this server for a good one.
        """
        if self._head is None:
            super().shutdown()
        else:
            self._stopping = True
            self.loop.call_later(self._patience.last, self._close_unless_asked)

    def _close_unless_asked(self) -> None:
        if self._head is not None:
            self.transport.close()

    def pause_writing(self) -> None:
        """The client is behind with reading."""
        super().pause_writing()
        if self._unread is None:
            self._expect_reading()

    def resume_writing(self) -> None:
        """It caught up."""
        super().resume_writing()
        self._forget_unread()

    def _expect_head(self) -> None:
        self._head = self.loop.call_later(self._patience.head, self.transport.abort)

    def _forget_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _expect_reading(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(self._patience.unread, self._cut_if_unread, waiting)

    def _cut_if_unread(self, waiting: int) -> None:
        # A slow reader is no dead one: it is cut off when it took nothing at all.
        if self.transport.get_write_buffer_size() < waiting:
            self._expect_reading()
        else:
            self._unread = None
            self.transport.abort()

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
