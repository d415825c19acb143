"""The gateway's composition root: from settings to a serving process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from fastapi import FastAPI
from nats.aio.client import Client
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import make_app, starting_app
from gateway.canceling import Canceler
from gateway.config import Settings
from gateway.deleting import Deleter
from gateway.drafts import Drafting
from gateway.keys.ring import KeyRing, kept_fresh
from gateway.limited import LimitedRequests, counted
from gateway.listing import Listing
from gateway.live import open_live
from gateway.live_fanout import Fanout
from gateway.live_retelling import Retelling
from gateway.live_streams import Streams
from gateway.lookup import Lookup
from gateway.queue import Queue
from gateway.quotas import Quotas
from gateway.retrying import Retrier
from gateway.services import Services
from gateway.submission import Submitter
from shared.catalogue.loading import load
from shared.http.health import Ready
from shared.http.server import listen, serving
from shared.jetstream.announcements import hearing_workers
from shared.jetstream.answers import JetStreamAnswers
from shared.jetstream.backlog import JetStreamBacklog
from shared.jetstream.connection import connected
from shared.jetstream.declaring import Needs, found
from shared.jetstream.deletions import JetStreamDeletions
from shared.jetstream.event_feed import JetStreamEventFeed
from shared.jetstream.filings import JetStreamFilings
from shared.jetstream.hints import NatsHints
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.record_cache import RecordCache, open_record_cache
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.timelines import JetStreamTimelines
from shared.jetstream.topology import ANSWERS, DELETIONS, DELIVERIES, JOBS, STATUS, Topology, worker_consumer
from shared.jetstream.webhooks import JetStreamDeliveryLogs
from shared.media.place import find_place
from shared.media.stored import StoredMedia
from shared.ports.bus import Requests
from shared.runtime.clock import RandomIds, SystemClock
from shared.runtime.descriptors import make_room
from shared.runtime.process import process_name
from shared.wiring.bus import server_of

log = structlog.get_logger()


@dataclass(slots=True)
class State:
    """What the process has come to; filled as it starts."""

    client: Client | None = None
    cache: RecordCache | None = None
    fanout: Fanout | None = None
    warm: bool = False

    def waiting_for(self) -> str | None:
        """What readiness still needs."""
        if self.client is None or self.cache is None or not self.client.is_connected:
            return "NATS"
        # Only at the start: later, a bucket that is away costs polls a read of the log, not their answer.
        self.warm = self.warm or self.cache.fresh
        return None if self.warm else "the bucket of job records"


@asynccontextmanager
async def open_app(settings: Settings, stop: asyncio.Event, topology: Topology, state: State) -> AsyncIterator[FastAPI]:
    """Yield the app, connected and ready to be served; ``stop`` is set should NATS be lost for good."""
    name, clock, ids = process_name("gateway"), SystemClock(), RandomIds()
    media = StoredMedia(find_place(settings.media_url, signed_urls=settings.media_signed_urls))
    catalogue = load(settings.models_file)
    keys = KeyRing(settings.api_keys_file) if settings.api_keys_file else None
    quotas = Quotas(keys.limits if keys else _unlimited, clock)
    async with (
        connected(server_of(settings, "gateway"), name, stop) as client,
        found(client, _needs(topology), stop) as js,
        open_record_cache(client, js, topology) as cache,
    ):
        state.client, state.cache = client, cache
        job_log = JetStreamJobLog(js, name)
        hints = NatsHints(client)
        requests: Requests = JetStreamRequests(js, name)
        if keys is not None:
            requests = LimitedRequests(requests, quotas)
        deletions = JetStreamDeletions(client, js, name)
        lookup, feed = Lookup(cache, job_log, clock, deletions), JetStreamEventFeed(client, js)
        submitter = Submitter(requests, job_log, JetStreamAnswers(js, name))
        filings = JetStreamFilings(client, js)
        listing = Listing(filings, lookup)
        fanout = state.fanout = Fanout(settings.live_max_clients)
        queue = Queue(JetStreamBacklog(client, js), clock)
        retelling = Retelling(fanout, queue.outlook.explainer, clock)
        async with (
            hearing_workers(client, queue.roster),
            queue.kept(feed) as overheard,
            counted(quotas if keys else None, overheard, filings, lookup) as heard,
            kept_fresh(keys, clock),
            open_live(heard, lookup, fanout, retelling, stop) as live,
        ):
            services = Services(
                drafting=Drafting(catalogue, clock, ids, settings.job_deadline_seconds),
                submitter=submitter,
                lookup=lookup,
                listing=listing,
                retrier=Retrier(requests, submitter, job_log, lookup, listing, clock),
                deleter=Deleter(deletions, cache, media, clock),
                timelines=JetStreamTimelines(client, js),
                canceler=Canceler(job_log, hints, clock),
                live=live,
                streams=Streams(feed, lookup, fanout, retelling),
                queue=queue,
                hints=hints,
                media=media,
                clock=clock,
                webhooks=settings.webhook_rule,
                deliveries=JetStreamDeliveryLogs(js),
                public_url=settings.public_url,
                keys=keys,
                quotas=quotas,
            )
            yield make_app(services, state.waiting_for, settings.replicate_webhook_secret, settings.cors_origins or ())


def _needs(topology: Topology) -> Needs:
    workers = tuple((JOBS, worker_consumer(kind)) for kind in topology.kinds)
    return Needs(streams=(STATUS, ANSWERS, DELETIONS, DELIVERIES), consumers=workers)


def _unlimited(owner: str) -> None:
    """Without keys there are no owners, and nobody is limited."""


class Front:
    """The ASGI app that is served from the first moment: health and 503 until the real one takes its place."""

    def __init__(self, ready: Ready, origins: Sequence[str] = ()) -> None:
        self.app: ASGIApp = starting_app(ready, origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        await self.app(scope, receive, send)


async def run(settings: Settings, stop: asyncio.Event, topology: Topology | None = None) -> None:
    """Serve until ``stop``; raises ``PortBusy``."""
    make_room()
    bound = listen(settings.host, settings.port, "PORT")
    state = State()
    front = Front(state.waiting_for, settings.cors_origins or ())
    # Opened after the server and closed after it: calls that are under way at the end still find all they need.
    async with AsyncExitStack() as opened, serving(front, bound) as port:
        log.info(f"Listening on http://{settings.host}:{port}", action="listening")
        topology = topology or Topology(replicas=settings.nats_replicas)
        front.app = await opened.enter_async_context(open_app(settings, stop, topology, state))
        log.info("Serving", action="serving")
        await stop.wait()
        if state.fanout is not None:
            # Whoever listens or waits would otherwise keep the server from its end.
            state.fanout.close()
