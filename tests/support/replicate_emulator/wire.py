"""Below HTTP: closing a connection without an answer."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

_TRANSPORT = "emulator.transport"


class Cut(Exception):
    """The connection is to be closed with no answer, or no further part of it."""


def cut(scope: MutableMapping[str, Any]) -> None:
    """Close the connection at once."""
    scope[_TRANSPORT].abort()


class Cutting:
    """Lets the application raise :class:`Cut`. It has to be the outermost, to see uvicorn's own ``send``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # The method is bound to the server's request cycle, which holds the connection.
            scope[_TRANSPORT] = send.__self__.transport  # type: ignore[attr-defined]
        try:
            await self._app(scope, receive, send)
        except Cut:
            cut(scope)
            # The loss of the connection is noticed on the loop's next turn; returning sooner would send a 500 first.
            await asyncio.sleep(0.01)
