"""The streams and consumers: made by the status service, waited for by the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import APIError

from shared.domain.retry import pause
from shared.jetstream.connection import TIMEOUT, unless_stopped
from shared.jetstream.faults import translated
from shared.jetstream.topology import MIB, Topology, ensure
from shared.ports.job_log import BusFull, BusUnavailable
from shared.tasks import stop as stop_tasks

log = structlog.get_logger()

PATIENCE = 5.0
"""Longest pause between two tries, in seconds: JetStream should not come back long before we notice."""

_LOOK_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Needs:
    """What a service finds or waits for: streams by name, consumers by their stream's name and their own."""

    streams: tuple[str, ...]
    consumers: tuple[tuple[str, str], ...]


@asynccontextmanager
async def found(client: Client, needs: Needs, stop: asyncio.Event) -> AsyncIterator[JetStreamContext]:
    """Yield JetStream once everything needed is there; ``stop`` ends the waiting as in :func:`connected`."""
    js = client.jetstream(timeout=TIMEOUT)
    await unless_stopped(_find_patiently(js, needs), stop, "JetStream, and for the status service to make its streams")
    yield js


@asynccontextmanager
async def declared(client: Client, topology: Topology, stop: asyncio.Event) -> AsyncIterator[JetStreamContext]:
    """Yield JetStream with the topology made sure of, now and after every reconnect: a server may come back empty."""
    js = client.jetstream(timeout=TIMEOUT)
    await unless_stopped(_ensure_patiently(js, topology), stop, "JetStream")
    keeping = asyncio.create_task(_keep_declared(client, js, topology))
    try:
        yield js
    finally:
        await stop_tasks([keeping])


async def _find_patiently(js: JetStreamContext, needs: Needs) -> None:
    tries = 0
    while True:
        try:
            with translated():
                for stream in needs.streams:
                    await js.stream_info(stream)
                for stream, consumer in needs.consumers:
                    await js.consumer_info(stream, consumer)
        except (BusUnavailable, APIError) as error:
            tries += 1
            log.debug("Not everything needed is there", action="streams_awaited", error=str(error))
            await asyncio.sleep(min(_LOOK_EVERY, pause(tries)))
        else:
            return


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
