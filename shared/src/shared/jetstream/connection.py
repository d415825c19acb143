"""One connection to NATS: patient at the start, never given up while it lives, and fatal when it is closed for good."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import structlog
from nats.aio.client import Client

from shared.jetstream.refusals import Refusals
from shared.jetstream.server import Server
from shared.tasks import StopRequested
from shared.tasks import stop as stop_tasks

log = structlog.get_logger()

TIMEOUT = 3.0
"""Seconds an answer of JetStream may take."""

_SAY_AFTER = 1.0

T = TypeVar("T")


class _Client(Client):
    """nats-py's client, which would stop reading at the pong of a ping that nobody waits for any longer."""

    async def _process_pong(self) -> None:
        if self._pongs and self._pongs[0].done():
            # Another future in its place is one that can be told.
            self._pongs[0] = asyncio.get_running_loop().create_future()
        await super()._process_pong()


async def _connect(server: Server, name: str, wanted: asyncio.Event, on_closed: Callable[[], None]) -> Client:
    refusals = Refusals(server)

    async def reported(error: Exception) -> None:
        refusals.hear(error)

    async def disconnected() -> None:
        if wanted.is_set():
            log.warning("Lost NATS; trying again until it is back", action="nats_disconnected")

    async def reconnected() -> None:
        refusals.forget()
        log.info("NATS is back", action="nats_reconnected")

    async def closed() -> None:
        if wanted.is_set():
            log.error("The connection to NATS is closed for good", action="nats_closed")
            on_closed()

    client = _Client()
    await client.connect(
        servers=list(server.urls),
        name=name,
        error_cb=reported,
        disconnected_cb=disconnected,
        reconnected_cb=reconnected,
        closed_cb=closed,
        connect_timeout=2,
        reconnect_time_wait=0.5,  # type: ignore[arg-type]  # seconds, and parts of one serve as well
        max_reconnect_attempts=-1,
        ping_interval=10,
        max_outstanding_pings=2,
        pending_size=0,  # a publish while NATS is away must fail at once, not be sent behind our back later
        **server.options(),
    )
    refusals.greeted()
    return client


@asynccontextmanager
async def connected(server: Server, name: str, stop: asyncio.Event) -> AsyncIterator[Client]:
    """Yield a connection, however long it takes to get one.

    ``stop`` ends the waiting with :class:`shared.tasks.StopRequested`, and is set when the connection closes for good.
    Raises :class:`shared.jetstream.server.LoginUnusable`.
    """
    wanted = asyncio.Event()
    wanted.set()
    # nats-py itself tries for ever, from the first time on.
    client = await unless_stopped(_connect(server, name, wanted, stop.set), stop, f"NATS at {server.address}")
    try:
        yield client
    finally:
        wanted.clear()
        # What was still to be said to a server that is away cannot be; that must not end a process in good order.
        with suppress(OSError):
            await client.close()


async def unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event, what: str) -> T:
    """Return what ``work`` returns, saying that ``what`` is waited for when it takes long.

    Raises :class:`shared.tasks.StopRequested` when ``stop`` comes first.
    """
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({working, stopping}, timeout=_SAY_AFTER, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            log.warning(f"Waiting for {what}", action="waiting")
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise StopRequested
    finally:
        await stop_tasks([working, stopping])
