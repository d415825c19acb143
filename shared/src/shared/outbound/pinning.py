"""Sending a request to addresses that were checked, and to no others: a name may lead elsewhere a moment later."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable

import httpx

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Turns a host's name and a port into IP addresses; raises OSError when there are none."""

_PORTS = {"https": 443, "http": 80}
_RECEIVED_AHEAD = 256 * 1024
"""Bytes a connection may have received and not been asked for. Left to itself the system takes several MiB each, and
the event loop reads them all at one go: twenty large outputs at once would hold 120 MiB."""


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver; raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def addresses_of(url: httpx.URL, resolver: Resolve) -> list[str]:
    """Return where a web address leads just now; raises OSError when it leads nowhere."""
    try:
        found = await resolver(url.host, url.port or _PORTS[url.scheme])
    except UnicodeError as error:
        raise OSError(f"{url.host[:100]} is no name") from error
    if not found:
        raise OSError(f"{url.host[:100]} has no address")
    return found


def fresh_connections(verify: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    """Return a transport whose connections are never used for a name they were not checked for."""
    return httpx.AsyncHTTPTransport(
        verify=verify,
        limits=httpx.Limits(max_keepalive_connections=0),
        socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVED_AHEAD)],
    )


async def send_pinned(client: httpx.AsyncClient, request: httpx.Request, addresses: Iterable[str]) -> httpx.Response:
    """Send to the first of ``addresses`` that takes the connection, and nowhere else; nothing of the body is read.

    The answer must be closed. Raises ``httpx.TransportError``.
    """
    failed: httpx.TransportError | None = None
    for address in addresses:
        try:
            return await client.send(_pinned(request, address), stream=True, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failed = error
    raise failed or httpx.ConnectError("no address answered")


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """Return the request as it goes to ``address``, still naming the host it is meant for."""
    name = request.url.raw_host.decode("ascii")
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions | {"sni_hostname": name},
    )
