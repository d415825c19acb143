"""Waiting on a condition, never for luck."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(look: Callable[[], Any], within: float = 30.0, every: float = 0.02) -> Any:
    """Return the first truthy thing ``look`` gives or awaits; fail with the last one after ``within`` seconds."""
    end = time.monotonic() + within
    while True:
        seen = look()
        value = await seen if inspect.isawaitable(seen) else seen
        if value:
            return value
        assert time.monotonic() < end, f"not within {within} s; the last look gave {value!r}"
        await asyncio.sleep(every)
