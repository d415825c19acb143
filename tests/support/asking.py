"""Asking again what was turned away for the moment, as every client of ours does."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx

AWAY = {502, 503, 504}


async def answered(ask: Callable[[], Awaitable[httpx.Response]], within: float = 60.0) -> httpx.Response:
    """Ask until the answer is none of :data:`AWAY`, as late each time as it says; after ``within`` s, return it as is.

    A machine that stood still made NATS, or what stands before us, seem away: that is no test's subject.
    """
    end = time.monotonic() + within
    while (answer := await ask()).status_code in AWAY and time.monotonic() < end:
        await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
    return answer
