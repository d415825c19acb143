"""Stopping tasks for sure. Standard library only.

One ``cancel()`` is not always enough: until Python 3.12 ``asyncio.wait_for`` loses a cancellation that arrives together
with the result it waits for, and nats-py waits like that in every request.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

AGAIN = 0.1
"""Seconds a cancelled task gets before it is cancelled again."""


class Expired(Exception):
    """The time given was not enough."""


async def stop(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel until every task has ended; what they raise is not raised again."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN)


async def within(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """Return what ``work`` returns; stop it and raise :class:`Expired` when it takes longer."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=max(0.0, seconds))
    finally:
        finished = task.done()
        await stop([task])
    if not finished:
        raise Expired
    return task.result()
