"""Portraits that take their time, for what is to be seen or done while one is made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.stack import Stack

_SECONDS = "LOCAL_RENDER_SECONDS"


@asynccontextmanager
async def slowly_rendered(stack: Stack) -> AsyncIterator[None]:
    """Have every portrait take minutes while the context is open; what runs at its end is begun anew, and is quick."""
    worker = stack.services["portrait-worker"]
    usual = worker.env[_SECONDS]
    try:
        worker.env[_SECONDS] = "300"
        if worker.alive:
            await worker.stop()
        await worker.start()
        yield
    finally:
        worker.env[_SECONDS] = usual
        await worker.restart()
