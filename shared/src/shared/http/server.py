"""Serving an app from inside a process that has other work: no signals taken, a clear word on a busy port."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from shared.http.patience import USUAL, Patience, PatientProtocol

GRACE = 5
"""Seconds that open requests are given at the end."""


class PortBusy(Exception):
    """Something else listens there; the message says where and what to do."""


def listen(host: str, port: int, variable: str) -> socket.socket:
    """Return a bound socket; raises :class:`PortBusy`, which names the variable that moves it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortBusy(
            f"Cannot listen on {host}:{port} ({error.strerror}). Stop what uses it, or set {variable} to another port."
        ) from error
    return bound


class _Server(uvicorn.Server):
    """Leaves the signals to the process around it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, bound: socket.socket, patience: Patience = USUAL) -> AsyncIterator[int]:
    """Serve ``app`` on a bound socket while the context is open; yields the port once it answers."""
    config = uvicorn.Config(
        app,
        # It takes whatever makes a protocol, though it asks for the class.
        http=cast(Any, partial(PatientProtocol, patience=patience)),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        # It takes any number of seconds, though it asks for whole ones.
        timeout_keep_alive=cast(int, patience.idle),
        server_header=False,
        lifespan="on",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the HTTP server ended before it began")
            await asyncio.sleep(0.01)
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        await task
