"""Webhooks to clients over JetStream: messages in ``WEBHOOKS``, each job's tries in one message of ``DELIVERIES``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError, NotFoundError

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.webhooks import DeliveryLog, Message
from shared.events import subjects
from shared.events.codec import Unreadable
from shared.events.webhooks import decode_delivery_log, decode_message, encode_delivery_log, encode_message
from shared.jetstream.acknowledging import ACK, answer, nak
from shared.jetstream.batches import JetStreamBatch, pulling
from shared.jetstream.faults import lost_race, translated
from shared.jetstream.logged import event_of
from shared.jetstream.publishing import publish_in_turn
from shared.jetstream.pull import Pull
from shared.jetstream.setting_aside import set_aside
from shared.jetstream.topology import ANNOUNCER, DELIVERER, DELIVERIES, STATUS, WEBHOOKS
from shared.ports.webhooks import DeliveryConflict, KeptLog

log = structlog.get_logger()

_BATCH = 500
_TIMEOUT = 2.0
_NAMES_A_WEBHOOK = b'"webhook"'
"""What the bytes of an event contain when its job has one."""


class JetStreamOutbox:
    """:class:`shared.ports.webhooks.Outbox` over ``WEBHOOKS``."""

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js

    async def put(self, message: Message) -> bool:
        """See :meth:`shared.ports.webhooks.Outbox.put`."""
        subject = subjects.webhook(message.job_id, message.webhook_id)
        headers: dict[str, str] = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: "0"}
        try:
            with translated():
                await publish_in_turn(self._js, subject, encode_message(message), headers=headers, stream=WEBHOOKS)
        except APIError as error:
            if lost_race(error):
                return False
            raise
        return True


class JetStreamWebhookEvents:
    """The events of jobs that have a webhook, by a durable consumer of their own on ``STATUS``."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull

    async def next_batch(self) -> JetStreamBatch[Entry]:
        """Return up to 500 events with only those that may matter read, none after two seconds.

        Raises ``BusUnavailable``.
        """
        messages = await self._pull.messages(_BATCH, _TIMEOUT)
        # Most jobs have none, and to read an event takes twenty times as long as to look for the word.
        wanted = [message for message in messages if _NAMES_A_WEBHOOK in message.data]
        return JetStreamBatch(messages, [entry for each in wanted if (entry := _entry(each)) is not None])


def _entry(message: Msg) -> Entry | None:
    try:
        return event_of(message).entry
    except Unreadable as error:
        # The folding sets it aside, where an operator sees it.
        log.warning("Announced nothing of an event that cannot be read", action="event_unreadable", error=str(error))
        return None


class JetStreamHeldMessage:
    """:class:`shared.ports.webhooks.HeldMessage`."""

    def __init__(self, client: Client, held: Msg, message: Message) -> None:
        self._client = client
        self._held = held
        self.message = message

    async def ack(self) -> None:
        """See :class:`shared.ports.webhooks.HeldMessage`."""
        await answer(self._client, self._held, ACK)

    async def hand_back(self, delay: float) -> None:
        """See :class:`shared.ports.webhooks.HeldMessage`."""
        await answer(self._client, self._held, nak(delay))


class JetStreamUnsentMessages:
    """:class:`shared.ports.webhooks.UnsentMessages` over the deliverers' consumer; sets aside what cannot be read."""

    def __init__(self, client: Client, js: JetStreamContext, pull: Pull) -> None:
        self._client = client
        self._js = js
        self._pull = pull

    async def pull(self, limit: int, timeout: float) -> list[JetStreamHeldMessage]:
        """See :meth:`shared.ports.webhooks.UnsentMessages.pull`."""
        read = [await self._read(each) for each in await self._pull.messages(limit, timeout)]
        return [each for each in read if each is not None]

    async def hand_back_left_over(self) -> None:
        """Hand back what was delivered and never taken."""
        for message in self._pull.left_over():
            with translated():
                await message.nak()

    async def _read(self, held: Msg) -> JetStreamHeldMessage | None:
        try:
            message = decode_message(held.data)
            if held.subject != subjects.webhook(message.job_id, message.webhook_id):
                raise Unreadable(f"webhook {message.webhook_id} of {message.job_id} lies in {held.subject}")
            return JetStreamHeldMessage(self._client, held, message)
        except Unreadable as error:
            log.error("Set an unreadable webhook aside", action="set_aside", reason=str(error))
            await set_aside(self._js, WEBHOOKS, held, str(error))
            with translated():
                await held.term()
            return None


class JetStreamDeliveryLogs:
    """:class:`shared.ports.webhooks.DeliveryLogs` over ``DELIVERIES``."""

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js

    async def read(self, job_id: JobId, request: int) -> KeptLog:
        """See :meth:`shared.ports.webhooks.DeliveryLogs.read`."""
        empty = DeliveryLog(job_id=job_id, request=request)
        try:
            with translated():
                found = await self._js.get_last_msg(DELIVERIES, subjects.deliveries(job_id))
        except NotFoundError:
            return KeptLog(empty, 0)
        version = found.seq or 0
        try:
            kept = decode_delivery_log(found.data or b"")
        except Unreadable as error:
            log.warning("A delivery log cannot be read", action="deliveries_unreadable", error=str(error))
            return KeptLog(empty, version)
        return KeptLog(kept if kept.request == request else empty, version)

    async def write(self, log_: DeliveryLog, version: int) -> None:
        """See :meth:`shared.ports.webhooks.DeliveryLogs.write`."""
        headers: dict[str, str] = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: str(version)}
        body, subject = encode_delivery_log(log_), subjects.deliveries(log_.job_id)
        try:
            with translated():
                await publish_in_turn(self._js, subject, body, headers=headers, stream=DELIVERIES)
        except APIError as error:
            if not lost_race(error):
                raise
            # Ours, if it is an earlier writing of the same whose answer was lost.
            if (await self.read(log_.job_id, log_.request)).log != log_:
                raise DeliveryConflict from error


@asynccontextmanager
async def open_webhook_events(client: Client) -> AsyncIterator[JetStreamWebhookEvents]:
    """Yield the events; hand back what came and was not taken when done."""
    async with pulling(client, STATUS, ANNOUNCER) as pull:
        yield JetStreamWebhookEvents(pull)


@asynccontextmanager
async def open_unsent_messages(client: Client, js: JetStreamContext) -> AsyncIterator[JetStreamUnsentMessages]:
    """Yield the messages that wait to be sent; hand back what came and was not taken when done."""
    async with Pull(client, WEBHOOKS, DELIVERER) as pull:
        messages = JetStreamUnsentMessages(client, js, pull)
        yield messages
        if client.is_connected:
            await messages.hand_back_left_over()
