"""Headers that tell browsers to be careful with an answer, on every answer unless it says otherwise itself."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CAREFUL: Mapping[str, str] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
)
"""Nothing runs, nothing is framed, nothing is read by another site's pages. HSTS is for whoever ends TLS to say."""


class CarefulHeaders:
    """ASGI middleware: adds :data:`CAREFUL` where the answer has no such header of its own."""

    def __init__(self, app: ASGIApp, *, vary_by_origin: bool = False) -> None:
        self._app = app
        self._vary_by_origin = vary_by_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_carefully(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in CAREFUL.items():
                    headers.setdefault(name, value)
                if self._vary_by_origin and "origin" not in headers.get("Vary", "").lower():
                    # Also on what was asked for without an origin: a browser may keep it, and reuse it for one.
                    headers.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, send_carefully)
