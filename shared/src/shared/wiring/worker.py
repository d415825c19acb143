"""A worker's process, whichever kind it serves: everything but the translation, which its service brings."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from nats.aio.client import Client
from prometheus_client import REGISTRY

from shared.catalogue.catalogue import Catalogue
from shared.catalogue.loading import load
from shared.domain.kinds import Kind
from shared.http.health import serving_health
from shared.http.meters import PrometheusMeters
from shared.jetstream.announcements import NatsAnnouncer, answering_roll_calls
from shared.jetstream.beats import Beats
from shared.jetstream.connection import connected
from shared.jetstream.declaring import Needs, found
from shared.jetstream.hints import hearing_hints
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.predictions import JetStreamPredictions
from shared.jetstream.queue import open_queue
from shared.jetstream.topology import JOBS, PREDICTIONS, SET_ASIDE, STATUS, Topology, worker_consumer
from shared.media.store import ObjectMediaStore, open_store
from shared.ports.media import MediaStore, StoreUnavailable
from shared.runtime.clock import RandomIds, SystemClock
from shared.runtime.process import process_name
from shared.wiring.bus import server_of
from shared.wiring.providers import concurrency_of, open_provider
from shared.wiring.worker_settings import WorkerSettings
from shared.worker.announcing import Announcing
from shared.worker.parts import Parts, WebhookFor
from shared.worker.settings import Limits
from shared.worker.translation import Translation
from shared.worker.worker import Worker

log = structlog.get_logger()

MakeTranslation = Callable[[Catalogue, MediaStore], Translation]


@dataclass(slots=True)
class State:
    """What the process has come to."""

    client: Client | None = None
    working: bool = False

    def waiting_for(self) -> str | None:
        """What readiness still needs."""
        up = self.client is not None and self.client.is_connected and self.working
        return None if up else "NATS"


@asynccontextmanager
async def open_worker(
    kind: Kind,
    settings: WorkerSettings,
    translation: MakeTranslation,
    stop: asyncio.Event,
    topology: Topology,
    state: State,
) -> AsyncIterator[Worker]:
    """Yield a worker that has all it needs; ``stop`` is set should NATS be lost for good."""
    name, server, clock = process_name(f"{kind}-worker"), server_of(settings, f"{kind}-worker"), SystemClock()
    needs = Needs(streams=(STATUS, PREDICTIONS, SET_ASIDE), consumers=((JOBS, worker_consumer(kind)),))
    media = await _proven_store(settings)
    catalogue = load(settings.models_file)
    async with (
        open_provider(settings, catalogue, clock) as provider,
        connected(server, name, stop) as client,
        found(client, needs, stop) as js,
    ):
        state.client = client
        with Beats(server, topology.ack_wait) as beats:
            async with open_queue(client, js, kind, beats, topology) as queue:
                parts = Parts(
                    kind=kind,
                    worker=name,
                    log=JetStreamJobLog(js, name),
                    register=JetStreamPredictions(js),
                    provider=provider,
                    media=media,
                    translation=translation(catalogue, media),
                    clock=clock,
                    ids=RandomIds(),
                    meters=PrometheusMeters(REGISTRY, kind),
                    limits=Limits(concurrency=concurrency_of(settings)),
                    ack_wait=topology.ack_wait,
                    webhook=_webhooks(settings),
                )
                worker = Worker(parts, queue)
                announcing = Announcing(kind, worker, parts, NatsAnnouncer(client))
                async with (
                    hearing_hints(client, name, worker.nudge),
                    answering_roll_calls(client, worker.changed.set),
                    announcing.announced(),
                ):
                    state.working = True
                    yield worker


async def _proven_store(settings: WorkerSettings) -> ObjectMediaStore:
    media = open_store(settings.media_url, settings.media_max_bytes)
    try:
        await media.prove()
    except StoreUnavailable as error:
        log.warning("The media store is away; outputs will wait for it", action="store_waiting", error=str(error))
    return media


def _webhooks(settings: WorkerSettings) -> WebhookFor:
    base = settings.public_url
    # Replicate calls https addresses only; asking for another would have every create refused.
    wanted = settings.chosen_provider == "replicate" and base and _callable(base, settings.replicate_base_url)
    return lambda job_id: f"{base}/hooks/replicate?job={job_id}" if wanted else None


def _callable(base: str, provider: str | None) -> bool:
    return base.startswith("https://") or (provider or "").startswith("http://")


async def run_worker(kind: Kind, settings: WorkerSettings, translation: MakeTranslation, stop: asyncio.Event) -> None:
    """Work until ``stop``; raises ``PortBusy``."""
    state = State()
    topology = Topology(replicas=settings.nats_replicas)
    async with (
        serving_health(settings.health_port, state.waiting_for),
        open_worker(kind, settings, translation, stop, topology, state) as worker,
    ):
        log.info(
            f"Making {kind}s with {settings.chosen_provider}, {concurrency_of(settings)} at once", action="working"
        )
        await worker.work(stop)
