"""What the routes work with, put together once by the wiring and handed to each router."""

from dataclasses import dataclass

from fastapi import Request

from gateway.canceling import Canceler
from gateway.deleting import Deleter
from gateway.drafts import Drafting
from gateway.keys.ring import KeyRing
from gateway.listing import Listing
from gateway.live import Live
from gateway.live_streams import Streams
from gateway.lookup import Lookup
from gateway.queue import Queue
from gateway.quotas import Quotas
from gateway.retrying import Retrier
from gateway.routes.media import ServedMedia
from gateway.submission import Submitter
from shared.domain.webhook_url import WebhookRule
from shared.ports.clock import Clock
from shared.ports.hints import Hints
from shared.ports.timelines import Timelines
from shared.ports.webhooks import DeliveryLogs
from shared.views import Views


@dataclass(frozen=True, slots=True)
class Services:
    """The gateway's core. Without ``keys`` everybody is let in.

    ``public_url`` is None when clients' own requests say where we are.
    """

    drafting: Drafting
    submitter: Submitter
    lookup: Lookup
    listing: Listing
    retrier: Retrier
    deleter: Deleter
    timelines: Timelines
    canceler: Canceler
    live: Live
    streams: Streams
    queue: Queue
    hints: Hints
    media: ServedMedia
    clock: Clock
    webhooks: WebhookRule
    deliveries: DeliveryLogs
    public_url: str | None
    keys: KeyRing | None
    quotas: Quotas

    def base(self, request: Request) -> str:
        """Return the address clients reach us at, without a trailing slash."""
        return (self.public_url or str(request.base_url)).rstrip("/")

    def views(self, request: Request) -> Views:
        """Return the views with addresses this client can use."""
        return Views(self.base(request), self.queue.outlook.look_ahead)
