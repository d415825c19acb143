"""From events to messages: each status a client wants to hear of becomes one message, and never two."""

import asyncio

import structlog

from shared.domain.fold import Entry
from shared.domain.webhooks import Message, announces, webhook_id
from shared.ports.batches import Batches
from shared.ports.clock import Clock
from shared.ports.job_log import BusUnavailable
from shared.ports.webhooks import Outbox
from shared.views import JobView, Views
from shared.webhook_views import WebhookMessage
from status.retention import Retention

log = structlog.get_logger()

MOST_BYTES = 20_000
"""Of a body: receivers commonly refuse more."""


def body_of(entry: Entry, retention: Retention, views: Views) -> str:
    """Return what is sent: the job as a poll shows it, at most :data:`MOST_BYTES`, no show and no character in it.

    A client's own metadata is left out where the body would be too large with it.
    """
    job = views.job(retention.record(entry))
    body = _written(job)
    return body if len(body.encode()) <= MOST_BYTES else _written(job.model_copy(update={"metadata": {}}))


def _written(job: JobView) -> str:
    return WebhookMessage.of(job).model_dump_json(by_alias=True)


class Announcer:
    """Announces what comes. ``views`` make the addresses in it."""

    def __init__(
        self, events: Batches[Entry], outbox: Outbox, clock: Clock, retention: Retention, views: Views
    ) -> None:
        self._events = events
        self._outbox = outbox
        self._clock = clock
        self._retention = retention
        self._views = views

    async def once(self) -> None:
        """Announce one batch; may raise ``BusUnavailable``, and the batch then comes again."""
        batch = await self._events.next_batch()
        wanted = [entry for entry in batch.items if announces(entry)]
        done = await asyncio.gather(*map(self._announce, wanted), return_exceptions=True)
        failures = [outcome for outcome in done if isinstance(outcome, BaseException)]
        if not failures:
            await batch.ack()
            return
        await batch.hand_back()
        raise next((each for each in failures if not isinstance(each, BusUnavailable)), failures[0])

    async def _announce(self, entry: Entry) -> None:
        message = self._message(entry)
        if await self._outbox.put(message):
            job_id, status = message.job_id, message.status
            log.info("Announced a job", action="webhook_announced", job_id=job_id, status=status)

    def _message(self, entry: Entry) -> Message:
        job = entry.job
        if job.webhook is None:
            raise ValueError(f"job {job.job_id} has no webhook")
        return Message(
            webhook_id=webhook_id(job),
            job_id=job.job_id,
            request=job.request,
            status=job.status,
            url=job.webhook.url,
            body=body_of(entry, self._retention, self._views),
            announced_at=self._clock.now(),
        )
