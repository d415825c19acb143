"""Below HTTP: closing a connection without an answer."""

import asyncio
from collections.abc import MutableMapping
from typing import Any, NoReturn

from starlette.types import ASGIApp, Receive, Scope, Send

_TRANSPORT = "emulator.transport"


class Cut(Exception):
    """The connection was closed; nothing more can be said on it."""


async def cut(scope: MutableMapping[str, Any]) -> NoReturn:
    """Close the connection at once; raises :class:`Cut`."""
    scope[_TRANSPORT].abort()
    # The server notices on the loop's next turns. Until then it would still take an answer, and everything between
    # here and there wants to give one to an exception.
    await asyncio.sleep(0.01)
    raise Cut


class Cutting:
    """Lets the application cut connections. It has to be the outermost, to see uvicorn's own ``send``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # The method is bound to the server's request cycle, which holds the connection.
            scope[_TRANSPORT] = send.__self__.transport  # type: ignore[attr-defined]
        try:
            await self._app(scope, receive, send)
        except Cut:
            return
