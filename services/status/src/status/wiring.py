"""The status service's composition root."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from nats.aio.client import Client
from prometheus_client import REGISTRY, CollectorRegistry

from shared.http.health import serving_health
from shared.jetstream.connection import connected
from shared.jetstream.declaring import declared
from shared.jetstream.deletions import JetStreamDeletions, open_deletions
from shared.jetstream.events import open_events
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.outstanding import JetStreamScans
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import Topology
from shared.media.place import find_place
from shared.media.stored import StoredMedia
from shared.ports.media import StoreUnavailable
from shared.runtime.clock import SystemClock
from shared.runtime.process import process_name
from shared.wiring.bus import server_of
from status.config import Settings
from status.deleting import Remover
from status.folding import Folder
from status.rebuilding import Rebuilder
from status.retention import Retention
from status.service import FoldLoop, repeat
from status.sweeping import Sweep
from status.webhook_wiring import webhook_loops

log = structlog.get_logger()

_BUCKET_EVERY = 1.0
_SWEEP_EVERY = 2.0
_MEDIA_EVERY = 60.0


@dataclass(slots=True)
class Readiness:
    """What the process has come to."""

    client: Client | None = None
    folding: bool = False

    def waiting_for(self) -> str | None:
        """What readiness still needs."""
        if self.client is None or not self.client.is_connected:
            return "NATS"
        return None if self.folding else "the bucket of job records"


@asynccontextmanager
async def running(
    settings: Settings,
    stop: asyncio.Event,
    topology: Topology,
    readiness: Readiness,
    registry: CollectorRegistry | None = None,
) -> AsyncIterator[None]:
    """Run the loops in the background while the context is open; leaving it sets ``stop`` and waits for them.

    What is counted is counted in ``registry``; without one nobody sees it.
    """
    registry = registry or CollectorRegistry()
    name, clock = process_name("status"), SystemClock()
    ttl = timedelta(seconds=settings.status_ttl_seconds)
    server = server_of(settings, "status")
    async with connected(server, name, stop) as client, declared(client, topology, stop) as js:
        readiness.client = client
        job_log = JetStreamJobLog(js, name)
        records, scans = JetStreamRecords(js, topology), JetStreamScans(client, js)
        requests = JetStreamRequests(js, name)
        deletions = JetStreamDeletions(client, js, name)
        folder = Folder(records, job_log, deletions, clock, Retention(ttl))
        rebuilder = Rebuilder(records, scans, deletions, folder, ttl)
        sweep = Sweep(scans, requests, job_log, clock, ttl)

        async def keep_whole() -> None:
            await rebuilder.ensure()
            readiness.folding = True

        async with (
            open_events(client, js) as events,
            open_deletions(client) as deleted,
            webhook_loops(settings, client, js, topology, clock, registry) as webhooks,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(repeat(keep_whole, _BUCKET_EVERY, stop))
            group.create_task(repeat(FoldLoop(events, folder, rebuilder).once, 0.0, stop))
            group.create_task(repeat(Remover(deleted, records, requests).once, 0.0, stop))
            group.create_task(repeat(sweep.once, _SWEEP_EVERY, stop))
            for once in webhooks:
                group.create_task(repeat(once, 0.0, stop))
            if settings.media_ttl_seconds is not None:
                group.create_task(repeat(_media_pruning(settings), _MEDIA_EVERY, stop))
            yield
            stop.set()


def _media_pruning(settings: Settings) -> Callable[[], Awaitable[None]]:
    store = StoredMedia(find_place(settings.media_url))
    age = settings.media_ttl_seconds or 0.0

    async def prune() -> None:
        try:
            async for name in store.older_than(age):
                await store.delete(name)
                log.info("Removed an output whose time had passed", action="media_pruned", name=name)
        except StoreUnavailable as error:
            log.warning("The media store is away", action="store_waiting", error=str(error))

    return prune


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Fold, rebuild and sweep until ``stop``; raises ``PortBusy``."""
    readiness = Readiness()
    topology = Topology(replicas=settings.nats_replicas)
    async with (
        serving_health(settings.health_port, readiness.waiting_for),
        running(settings, stop, topology, readiness, REGISTRY),
    ):
        log.info("Folding events", action="folding")
        await stop.wait()
