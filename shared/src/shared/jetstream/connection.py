"""One connection to NATS: patient at the start, never given up while it lives, and fatal when it is closed for good."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import nats
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import APIError

from shared.domain.retry import pause
from shared.jetstream.faults import translated
from shared.jetstream.topology import MIB, Topology, ensure
from shared.ports.job_log import BusFull, BusUnavailable
from shared.tasks import StopRequested
from shared.tasks import stop as stop_tasks

log = structlog.get_logger()

PATIENCE = 5.0
"""Longest pause between two tries, in seconds: JetStream should not come back long before we notice."""

TIMEOUT = 3.0
"""Seconds an answer of JetStream may take."""

_SAY_AFTER = 1.0
_LOOK_EVERY = 0.5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Server:
    """Where NATS is and who we are there. ``urls`` are ``nats://`` addresses, at least one."""

    urls: tuple[str, ...]
    credentials: str | None = None
    user: str | None = None
    password: str | None = None

    def login(self) -> Mapping[str, Any]:
        """Return nats-py's arguments for logging in."""
        given = {"user_credentials": self.credentials, "user": self.user, "password": self.password}
        return {name: value for name, value in given.items() if value is not None}


async def _connect(server: Server, name: str, wanted: asyncio.Event, on_closed: Callable[[], None]) -> Client:
    async def reported(error: Exception) -> None:
        log.debug("NATS reported an error", action="nats_error", error=repr(error))

    async def disconnected() -> None:
        if wanted.is_set():
            log.warning("Lost NATS; trying again until it is back", action="nats_disconnected")

    async def reconnected() -> None:
        log.info("NATS is back", action="nats_reconnected")

    async def closed() -> None:
        if wanted.is_set():
            log.error("The connection to NATS is closed for good", action="nats_closed")
            on_closed()

    return await nats.connect(
        servers=list(server.urls),
        name=name,
        error_cb=reported,
        disconnected_cb=disconnected,
        reconnected_cb=reconnected,
        closed_cb=closed,
        connect_timeout=2,
        reconnect_time_wait=0.5,
        max_reconnect_attempts=-1,
        ping_interval=10,
        max_outstanding_pings=2,
        pending_size=0,  # a publish while NATS is away must fail at once, not be sent behind our back later
        **server.login(),
    )


@asynccontextmanager
async def connected(server: Server, name: str, stop: asyncio.Event) -> AsyncIterator[Client]:
    """Yield a connection, however long it takes to get one.

    ``stop`` ends the waiting with :class:`shared.tasks.StopRequested`, and is set when the connection closes for good.
    """
    wanted = asyncio.Event()
    wanted.set()
    # nats-py itself tries for ever, from the first time on.
    client = await _unless_stopped(_connect(server, name, wanted, stop.set), stop, f"NATS at {', '.join(server.urls)}")
    try:
        yield client
    finally:
        wanted.clear()
        # What was still to be said to a server that is away cannot be; that must not end a process in good order.
        with suppress(OSError):
            await client.close()


@asynccontextmanager
async def declared(client: Client, topology: Topology, stop: asyncio.Event) -> AsyncIterator[JetStreamContext]:
    """Yield JetStream with the topology made sure of, now and after every reconnect: a server may come back empty."""
    js = client.jetstream(timeout=TIMEOUT)
    await _unless_stopped(_ensure_patiently(js, topology), stop, "JetStream")
    keeping = asyncio.create_task(_keep_declared(client, js, topology))
    try:
        yield js
    finally:
        await stop_tasks([keeping])


async def _keep_declared(client: Client, js: JetStreamContext, topology: Topology) -> None:
    known = client.stats["reconnects"]
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if client.is_connected and client.stats["reconnects"] != known:
            known = client.stats["reconnects"]
            await _ensure_patiently(js, topology)


async def _ensure_patiently(js: JetStreamContext, topology: Topology) -> None:
    tries, told = 0, False
    while True:
        try:
            with translated():
                return await ensure(js, topology)
        except (BusUnavailable, APIError) as error:
            tries += 1
            if isinstance(error, BusFull) and not told:
                told = True
                log.warning(_no_room(topology), action="jetstream_full", error=str(error))
            if isinstance(error, APIError):
                log.warning("JetStream refuses what Greenroom needs", action="jetstream_refuses", error=str(error))
            await asyncio.sleep(min(PATIENCE, pause(tries)))


def _no_room(topology: Topology) -> str:
    # The server looks at its disk only when it starts.
    return (
        f"JetStream has no room for Greenroom's streams, which reserve {topology.reserved // MIB} MiB: free more of "
        "the disk that holds its store, or raise its max_file_store, and start NATS again"
    )


async def _unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event, what: str) -> T:
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
