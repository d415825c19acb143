"""Who is let in: all calls need a key but those listed here, so that a new route is closed until somebody opens it."""

import re
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.caller import ANYBODY, Caller
from gateway.keys.ring import KeyRing
from shared.http.problem import Problem

_OPEN = frozenset({"/", "/docs", "/healthz", "/hooks/replicate", "/metrics", "/openapi.json", "/page", "/readyz"})
_OPEN_BELOW = ("/docs/", "/media/", "/page/")
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

Announce = Callable[[str], dict[str, str]]
"""Says in headers what an owner has left of its limits."""


def is_open(path: str) -> bool:
    """Whether an address needs no key: it says nothing of anybody's jobs, or its name is the permission to read it."""
    return path in _OPEN or path.startswith(_OPEN_BELOW)


def owner_of(request: Request) -> str:
    """Return whose jobs a call is about, "" where there are no owners."""
    caller: Caller = request.state.caller
    return caller.owner


def still_let_in(request: Request) -> bool:
    """Whether who asked would be let in now as they were: for an answer that lasts longer than a key may."""
    holds: Callable[[], bool] = request.state.holds
    return holds()


def let_in_no_more(request: Request) -> None:
    """Raise :class:`Problem` 401 unless who asked would still be let in: after a wait, and before its answer."""
    if not still_let_in(request):
        raise _unknown()


class Guard:
    """ASGI middleware: puts the ``caller`` in the request's state, or answers in place of the app.

    Without ``keys`` everybody is let in, and all jobs are nobody's in particular.
    """

    def __init__(self, app: ASGIApp, keys: KeyRing | None, announce: Announce) -> None:
        self._app = app
        self._keys = keys
        self._announce = announce

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        try:
            caller = state["caller"] = self._caller(scope)
        except Problem as problem:
            await problem.response(state.get("request_id"))(scope, receive, send)
            return
        state["holds"] = self._holds(scope, caller)
        announced = caller.owner and scope["method"] == "POST"
        await self._app(scope, receive, self._announcing(caller.owner, send) if announced else send)

    def _caller(self, scope: Scope) -> Caller:
        if self._keys is None or is_open(scope["path"]):
            return ANYBODY
        caller = _whose(self._keys, Headers(scope=scope).getlist("authorization"))
        if caller.read_only and scope["method"] not in _READING:
            raise Problem(403, "read_only", "This key may only look; ask with one that may start and stop jobs.")
        return caller

    def _holds(self, scope: Scope, caller: Caller) -> Callable[[], bool]:
        keys = self._keys
        if keys is None or is_open(scope["path"]):
            return lambda: True
        known = keys.edition

        def holds() -> bool:
            nonlocal known
            if keys.edition == known:
                return True
            try:
                now = self._caller(scope)
            except Problem:
                return False
            known = keys.edition
            return now == caller

        return holds

    def _announcing(self, owner: str, send: Send) -> Send:
        async def announcing(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._announce(owner))
            await send(message)

        return announcing


def _whose(keys: KeyRing, given: list[str]) -> Caller:
    """Return who comes with an ``Authorization`` header; raises :class:`Problem` 401, which never quotes it."""
    if not given:
        raise _refused("unauthorized", "This call needs a key: send it as `Authorization: Bearer …`.", "Bearer")
    found = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        sentence = "The Authorization header must be `Bearer` and one key, and be sent once."
        raise _refused("unauthorized", sentence, "Bearer")
    caller = keys.whose(found[1])
    if caller is None:
        raise _unknown()
    return caller


def _unknown() -> Problem:
    sentence = "This key is not known here: it was mistyped, or withdrawn. Ask the operator for another."
    return _refused("key_unknown", sentence, 'Bearer error="invalid_token"')


def _refused(code: str, sentence: str, challenge: str) -> Problem:
    return Problem(401, code, sentence, headers={"WWW-Authenticate": challenge})
