"""What lies under the package's client: our connections, and every error answer kept whole.

The package puts a retrying transport of its own over this one, which sleeps ``Retry-After`` in full and repeats reads
up to ten times, and then makes an error without headers or body of what is left. An exception passes through all of it,
so an error answer leaves here as one: nothing is retried or slept on our behalf, and nothing of the answer is lost.
"""

import contextlib

import httpx

MAX_ERROR_BODY = 64 * 1024
"""Bytes kept of an error answer: some are whole web pages."""


class ErrorAnswer(Exception):
    """The provider answered, but not with success. ``body`` is cut at :data:`MAX_ERROR_BODY` bytes."""

    def __init__(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.headers = headers
        self.body = body


class HonestTransport(httpx.AsyncBaseTransport):
    """Passes requests to ``inner`` and success on; raises :class:`ErrorAnswer` for everything from 300 up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, once."""
        response = await self._inner.handle_async_request(request)
        if response.status_code < 300:
            return response
        raise ErrorAnswer(response.status_code, response.headers, await _start_of(response))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


async def _start_of(response: httpx.Response) -> bytes:
    body = b""
    # The status says enough: a body that breaks off, or cannot be decoded, takes nothing away from it.
    with contextlib.suppress(httpx.TransportError, httpx.DecodingError):
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) >= MAX_ERROR_BODY:
                break
    await response.aclose()
    return body[:MAX_ERROR_BODY]
