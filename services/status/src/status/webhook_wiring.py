"""The webhooks' part of the composition root."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from nats.aio.client import Client
from nats.js import JetStreamContext
from prometheus_client import CollectorRegistry

from shared.http.meters import PrometheusDeliveryMeters
from shared.jetstream.topology import Topology
from shared.jetstream.webhooks import (
    JetStreamDeliveryLogs,
    JetStreamOutbox,
    open_unsent_messages,
    open_webhook_events,
)
from shared.outbound.endpoints import WebhookEndpoints
from shared.outbound.signing import Signer
from shared.ports.clock import Clock
from shared.views import Views
from status.config import Settings
from status.retention import Retention
from status.webhooks.announcing import Announcer
from status.webhooks.delivering import Deliverer

Loops = Sequence[Callable[[], Awaitable[object]]]
"""What is to be called again and again while the service runs."""


@asynccontextmanager
async def webhook_loops(
    settings: Settings,
    client: Client,
    js: JetStreamContext,
    topology: Topology,
    clock: Clock,
    registry: CollectorRegistry,
) -> AsyncIterator[Loops]:
    """Yield the loops that announce and deliver, none without a secret; leaving hands back what is in flight."""
    if not settings.webhook_secret:
        yield ()
        return
    retention = Retention(timedelta(seconds=settings.status_ttl_seconds))
    logs = JetStreamDeliveryLogs(js)
    meters = PrometheusDeliveryMeters(registry)
    signer = Signer(settings.webhook_secret.split())
    async with (
        open_webhook_events(client) as events,
        open_unsent_messages(client, js) as messages,
        WebhookEndpoints(signer, clock, allow_private=settings.webhook_allow_private) as endpoints,
        Deliverer(messages, logs, endpoints, clock, meters, random.random) as deliverer,
    ):
        views = Views(settings.public_url or "")
        announcer = Announcer(events, JetStreamOutbox(js), clock, retention, views)
        yield (announcer.once, deliverer.once)
