"""Whether the client is still there: who has left is not waited for."""

from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from starlette.types import Receive

from gateway.door.access import let_in_no_more
from gateway.live import MOST_WAIT
from shared.tasks import within

_SPARE = 60.0

T = TypeVar("T")


class ClientLeft(Exception):
    """The client closed its connection; whatever is answered, nobody reads it."""


async def left(receive: Receive) -> None:
    """Return when the client has left. The request's body must have been read, or be of no interest."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work``, a wait of at most a minute, returns; stop it and raise :class:`ClientLeft` if nobody is.

    Raises :class:`shared.http.problem.Problem` 401 if the key was withdrawn meanwhile: then the answer is not for them.
    """
    waited = await within(work, MOST_WAIT + _SPARE, unless=_raise_when_left(request))
    let_in_no_more(request)
    return waited


async def _raise_when_left(request: Request) -> NoReturn:
    await left(request.receive)
    raise ClientLeft
