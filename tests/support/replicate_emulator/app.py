"""The emulator as one ASGI application: the API and the control API over one world."""

import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support.replicate_emulator.api import Api
from tests.support.replicate_emulator.control import Control
from tests.support.replicate_emulator.webhooks import Webhooks
from tests.support.replicate_emulator.wire import Cutting
from tests.support.replicate_emulator.world import Asked, World

_CREATES = frozenset({"create"})
_FREE = frozenset({"download", ""})


class Door:
    """What stands before every call: the log, the token, the rate limits."""

    def __init__(self, app: ASGIApp, world: World, routes: list[Route]) -> None:
        self._app = app
        self._world = world
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = self._call(scope) if scope["type"] == "http" else ""
        if not call:
            await self._app(scope, receive, send)
            return
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        # A call that outlives a reset belongs to the log it came in under.
        at, asked = time.monotonic(), self._world.asked
        authorization = Request(scope).headers.get("authorization", "")
        try:
            refusal = self._refusal(call, authorization)
            await (refusal or self._app)(scope, receive, noted)
        finally:
            asked.append(Asked(call, at, scope["method"], scope["path"], status, bool(authorization)))

    def _call(self, scope: Scope) -> str:
        return next((route.name for route in self._routes if route.matches(scope)[0] is Match.FULL), "")

    def _refusal(self, call: str, authorization: str) -> JSONResponse | None:
        if call in _FREE:
            return None
        scheme, _, token = authorization.partition(" ")
        wanted = self._world.settings.token
        if scheme not in ("Bearer", "Token") or not token or wanted not in (None, token):
            detail = f"You did not pass {'a valid' if token else 'an'} authentication token"
            return JSONResponse({"title": "Unauthenticated", "detail": detail, "status": 401}, 401)
        return self._limited("creates" if call in _CREATES else "reads")

    def _limited(self, sort: str) -> JSONResponse | None:
        settings = self._world.settings
        rate = settings.creates_per_minute if sort == "creates" else settings.reads_per_minute
        if rate is None:
            return None
        now, burst = time.monotonic(), max(1.0, rate / 60)
        left, since = self._world.tokens.get(sort, (burst, now))
        left = min(burst, left + (now - since) * rate / 60)
        self._world.tokens[sort] = (left - 1 if left >= 1 else left, now)
        if left >= 1:
            return None
        wait = max(1, round((1 - left) * 60 / rate))
        detail = f"Request was throttled. Your rate limit resets in ~{wait}s."
        return JSONResponse({"detail": detail, "status": 429, "retry_after": wait}, 429)


def build(world: World) -> ASGIApp:
    """Return the application over ``world``."""
    api, control = Api(world, Webhooks(world)), Control(world)
    routes = api.routes()
    return Cutting(Door(Starlette(routes=[*routes, *control.routes()]), world, routes))
