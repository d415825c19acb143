"""A service's process: one event loop, stopped by SIGTERM or SIGINT, a second one stops it at once."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable

import structlog
import uvloop

from shared.tasks import StopRequested

log = structlog.get_logger()

Main = Callable[[asyncio.Event], Awaitable[None]]


def process_name(service: str) -> str:
    """A name no other process has: the service, its host, its pid and four random hex digits, as one token."""
    host = "".join(c if c.isalnum() else "-" for c in socket.gethostname())[:40]
    return f"{service}-{host}-{os.getpid()}-{os.urandom(2).hex()}"


def run_process(main: Main) -> None:
    """Run ``main`` with an event that is set when the process should stop; returns when it has."""
    uvloop.run(_supervised(main))


async def _supervised(main: Main) -> None:
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop() -> None:
        if stopping.is_set():
            os._exit(1)
        log.info("Stopping", action="stopping")
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await main(stopping)
    except* StopRequested:
        log.info("Stopped before anything was begun", action="stopped_early")
    log.info("Stopped", action="stopped")
