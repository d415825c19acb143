"""Waiting on a condition, never for luck."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(look: Callable[[], T | Awaitable[T]], within: float = 10.0, every: float = 0.02) -> T:
    """Return the first truthy thing ``look`` gives; fail with the last one after ``within`` seconds."""
    end = time.monotonic() + within
    while True:
        seen = look()
        value = await seen if inspect.isawaitable(seen) else seen
        if value:
            return value
        assert time.monotonic() < end, f"not within {within} s; the last look gave {value!r}"
        await asyncio.sleep(every)
