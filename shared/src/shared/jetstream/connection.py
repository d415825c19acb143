"""One connection to NATS: patient at the start, never given up while it lives, and fatal when it is closed for good."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import APIError

from shared.domain.retry import pause
from shared.jetstream.faults import AWAY, translated
from shared.jetstream.topology import Topology, ensure
from shared.ports.job_log import BusUnavailable

log = structlog.get_logger()

PATIENCE = 5.0
"""Longest pause between two tries to reach NATS, in seconds: it should not come back long before we notice."""


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


async def _connect(server: Server, name: str, on_closed: Callable[[], Awaitable[None]]) -> Client:
    async def reported(error: Exception) -> None:
        log.debug("NATS reported an error", action="nats_error", error=repr(error))

    async def disconnected() -> None:
        log.warning("Lost NATS; trying again until it is back", action="nats_disconnected")

    async def reconnected() -> None:
        log.info("NATS is back", action="nats_reconnected")

    return await nats.connect(
        servers=list(server.urls),
        name=name,
        error_cb=reported,
        disconnected_cb=disconnected,
        reconnected_cb=reconnected,
        closed_cb=on_closed,
        connect_timeout=2,
        reconnect_time_wait=0.5,
        max_reconnect_attempts=-1,
        ping_interval=10,
        max_outstanding_pings=2,
        pending_size=0,  # a publish while NATS is away must fail at once, not be sent behind our back later
        **server.login(),
    )


async def connect_patiently(server: Server, name: str, on_closed: Callable[[], Awaitable[None]]) -> Client:
    """Connect, trying for as long as it takes."""
    tries = 0
    while True:
        try:
            return await _connect(server, name, on_closed)
        except (*AWAY, nats.errors.Error) as error:
            tries += 1
            if tries == 1:
                where = ", ".join(server.urls)
                log.warning(f"Waiting for NATS at {where}", action="nats_waiting", error=repr(error))
            await asyncio.sleep(min(PATIENCE, pause(tries)))


async def ensure_patiently(js: JetStreamContext, topology: Topology) -> None:
    """Make sure of the topology, waiting while JetStream is not ready; raises what will not mend by waiting."""
    tries = 0
    while True:
        try:
            with translated():
                await ensure(js, topology)
        except (BusUnavailable, APIError) as error:
            tries += 1
            if tries == 1 or isinstance(error, APIError):
                log.warning("Waiting for JetStream", action="jetstream_waiting", error=str(error))
            await asyncio.sleep(min(PATIENCE, pause(tries)))
        else:
            return


@asynccontextmanager
async def connected(server: Server, name: str, on_closed: Callable[[], None]) -> AsyncIterator[Client]:
    """Yield a connection; ``on_closed`` is called when it closes for good while still wanted."""
    wanted = True

    async def closed() -> None:
        if wanted:
            log.error("The connection to NATS is closed for good", action="nats_closed")
            on_closed()

    client = await connect_patiently(server, name, closed)
    try:
        yield client
    finally:
        wanted = False
        await client.close()
