"""Server-sent events on the wire: what they look like, and an answer that lasts as long as somebody reads it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.live_fanout import News, TooManyWaiting
from gateway.live_streams import Hello, Opened, Quiet, Told
from gateway.routes.presence import left
from shared.http.problem import Problem
from shared.ports.job_log import BusUnavailable
from shared.tasks import first
from shared.views import Views

log = structlog.get_logger()

RETRY = 3_000
"""Milliseconds that a client waits before it connects again."""

SEND_WITHIN = 30.0
"""Seconds that a client may leave what was sent to it unread."""

_COME_BACK = 5.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def frames(told: AsyncGenerator[Told, None], views: Views, base: str) -> AsyncGenerator[bytes, None]:
    """Yield what is told as frames. Close it when done. Raises :class:`Problem` 503 before the first of them."""
    async with aclosing(told):
        try:
            async for each in told:
                yield _frame(each, views, base)
        except TooManyWaiting:
            sentence = "Too many clients are listening here just now; come back in a moment, or poll meanwhile."
            raise Problem(503, "no_capacity", sentence, retry_after=_COME_BACK) from None


def _frame(told: Told, views: Views, base: str) -> bytes:
    match told:
        case News():
            return _job_frame(told, views, base)
        case Opened():
            return f"retry: {RETRY}\n\n".encode()
        case Hello(position):
            return f"id: {position}\nevent: hello\ndata: {{}}\n\n".encode()
        case Quiet(None):
            return b": keep-alive\n\n"
        case Quiet(position):
            # An id without data is no event, but clients remember it.
            return f": keep-alive\nid: {position}\n\n".encode()


def _job_frame(news: News, views: Views, base: str) -> bytes:
    known = news.rendered.get(base)
    if known is None:
        data = views.job(news.record).model_dump_json(by_alias=True)
        # What is told again has no id of its own: who resumes does so after the last event that had one.
        position = "" if news.retold else f"id: {news.revision}\n"
        known = news.rendered[base] = f"{position}event: job\ndata: {data}\n\n".encode()
    return known


class EventStream(StreamingResponse):
    """Sends frames as they come. It ends when they do, or lets go of them as soon as the client has left.

    The first frame comes before the answer begins: what it raises is answered as an error.
    """

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncGenerator[bytes, None]) -> None:
        super().__init__(chunks, headers=_HEADERS)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one client."""
        async with aclosing(self._chunks) as chunks:
            opening = await anext(chunks)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await first(self._send_all(opening, chunks, send), left(receive))

    async def _send_all(self, opening: bytes, chunks: AsyncIterator[bytes], send: Send) -> None:
        try:
            await _send(send, opening)
            async for chunk in chunks:
                await _send(send, chunk)
        except BusUnavailable as error:
            # The client comes back, and resumes where it was.
            log.debug("A stream ended early", action="stream_ended", error=str(error))
        except TimeoutError:
            log.warning("Closed a stream that nobody reads", action="stream_stuck")
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_WITHIN):
        await send({"type": "http.response.body", "body": body, "more_body": True})
