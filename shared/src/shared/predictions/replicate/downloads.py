"""Fetching outputs: from public addresses over https, every hop checked, the checked address the one connected to."""

import asyncio
import base64
import binascii
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import unquote_to_bytes

import httpx

from shared.domain.public_address import is_public
from shared.outbound.pinning import Resolve, addresses_of, resolve, send_pinned
from shared.ports.provider import OutputInterrupted, OutputUnreadable

_MOST_HOPS = 5
_CHUNK = 64 * 1024
_AT_ONCE = 12

_COME_BACK = frozenset({408, 425, 429})
_GONE = frozenset({401, 403, 404, 410})


class Downloads:
    """Streams outputs. ``base_url`` is the API's own address: only its host is ever shown the token, and only when it
    is itself plain http or private are outputs at such addresses fetched.
    """

    def __init__(
        self,
        token: str,
        base_url: str,
        *,
        connect: float,
        read: float,
        transport: httpx.AsyncBaseTransport,
        resolver: Resolve = resolve,
    ) -> None:
        self._token = token
        self._api = httpx.URL(base_url)
        self._resolve = resolver
        self._at_home = True if self._api.scheme == "http" else None
        # No proxy: it would look up the host and connect in our stead.
        self._client = httpx.AsyncClient(
            transport=transport, timeout=httpx.Timeout(read, connect=connect), trust_env=False
        )
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def stream(self, output: str) -> AsyncIterator[bytes]:
        """Yield the output's bytes; raises :class:`OutputUnreadable` and :class:`OutputInterrupted`."""
        if output.startswith("data:"):
            yield _inline(output)
            return
        try:
            async with self._slots, contextlib.AsyncExitStack() as stack:
                answer = await self._follow(_parsed(output), stack)
                async for chunk in answer.aiter_bytes(_CHUNK):
                    yield chunk
        except (httpx.TransportError, httpx.DecodingError) as error:
            why = str(error) or type(error).__name__
            raise OutputInterrupted(f"The output stopped coming from {_host(output)}: {why}") from error

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def _follow(self, url: httpx.URL, stack: contextlib.AsyncExitStack) -> httpx.Response:
        for _ in range(_MOST_HOPS):
            answer = await self._ask(url, stack)
            if not answer.has_redirect_location:
                _insist(answer, url)
                return answer
            await answer.aclose()
            url = _parsed(answer.headers["location"], url)
        raise OutputUnreadable(f"The output's address leads in circles at {url.host}.")

    async def _ask(self, url: httpx.URL, stack: contextlib.AsyncExitStack) -> httpx.Response:
        answer = await send_pinned(self._client, self._request(url), await self._addresses(url))
        stack.push_async_callback(answer.aclose)
        return answer

    def _request(self, url: httpx.URL) -> httpx.Request:
        headers = {"Accept-Encoding": "identity"}
        if (url.scheme, url.host, url.port) == (self._api.scheme, self._api.host, self._api.port):
            headers["Authorization"] = f"Bearer {self._token}"
        return self._client.build_request("GET", url, headers=headers)

    async def _addresses(self, url: httpx.URL) -> list[str]:
        found = await self._resolved(url)
        allowed = url.scheme == "https" and all(map(is_public, found))
        if not allowed and not await self._is_at_home():
            raise OutputUnreadable(f"The output is at {url.scheme}://{url.host}, which is not a public https address.")
        return found

    async def _resolved(self, url: httpx.URL) -> list[str]:
        try:
            return await addresses_of(url, self._resolve)
        except OSError as error:
            raise OutputInterrupted(f"The output's host {url.host} cannot be found: {error}") from error

    async def _is_at_home(self) -> bool:
        if self._at_home is None:
            self._at_home = not all(map(is_public, await self._resolved(self._api)))
        return self._at_home


def _parsed(address: str, seen_at: httpx.URL | None = None) -> httpx.URL:
    try:
        url = seen_at.join(address) if seen_at else httpx.URL(address)
    except httpx.InvalidURL as error:
        raise OutputUnreadable(f"The output's address cannot be read: {error}") from error
    if url.scheme not in ("https", "http") or not url.host or url.userinfo:
        raise OutputUnreadable(f"The output's address is of a form that is not fetched: {address[:100]}")
    return url


def _insist(answer: httpx.Response, url: httpx.URL) -> None:
    if answer.status_code >= 500 or answer.status_code in _COME_BACK:
        raise OutputInterrupted(f"The output's host {url.host} answered HTTP {answer.status_code}.")
    if answer.status_code in _GONE:
        raise OutputUnreadable(f"The output is gone from {url.host} (HTTP {answer.status_code}).")
    if answer.status_code != 200:
        raise OutputUnreadable(f"The output cannot be had from {url.host} (HTTP {answer.status_code}).")


def _inline(output: str) -> bytes:
    head, _, body = output.partition(",")
    try:
        data = unquote_to_bytes(body)
        return base64.b64decode(data, validate=True) if head.endswith(";base64") else data
    except binascii.Error as error:
        raise OutputUnreadable(f"The output's data cannot be decoded: {error}") from error


def _host(output: str) -> str:
    return httpx.URL(output).host
