"""Stopping tasks for sure. Standard library only.

One ``cancel()`` is not always enough: until Python 3.12 ``asyncio.wait_for`` loses a cancellation that arrives together
with the result it waits for, and nats-py waits like that in every request.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

AGAIN = 0.1
"""Seconds a cancelled task gets before it is cancelled again."""


class Expired(Exception):
    """The time given was not enough."""


class StopRequested(Exception):
    """The process was told to stop before it had what it waited for."""


async def stop(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel until every task has ended; what they raise is not raised again, nor complained about by asyncio.

    Whoever stops tasks may itself be cancelled meanwhile, more than once: that is heard when they have ended, for a
    task that is left behind goes on with what its owner believes to be over.
    """
    stopped = set(tasks)
    interrupted: asyncio.CancelledError | None = None
    while pending := {task for task in stopped if not task.done()}:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=AGAIN)
        except asyncio.CancelledError as error:
            interrupted = error
    for task in stopped:
        if not task.cancelled():
            task.exception()
    if interrupted is not None:
        raise interrupted


async def within(
    work: Coroutine[Any, Any, T], seconds: float, *, unless: Coroutine[Any, Any, NoReturn] | None = None
) -> T:
    """Return what ``work`` returns.

    Stops it and raises :class:`Expired` when it takes longer than ``seconds``, or what ``unless`` raises when that
    comes first.
    """
    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(each) for each in (work, unless) if each is not None]
    try:
        await asyncio.wait(tasks, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended = [task for task in tasks if task.done()]
        await stop(tasks)
    if not ended:
        raise Expired
    result: T = ended[0].result()
    return result


async def first(*waits: Awaitable[object]) -> None:
    """Return when the first of ``waits`` has ended; the others are stopped. Raises what that one raised."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await stop(task for task in tasks if isinstance(task, asyncio.Task))
