"""Deliverers over a real server for whom time passes quickly, and what there is to see of their tries."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import Message, Outcome
from shared.jetstream.topology import WEBHOOKS
from shared.jetstream.webhooks import JetStreamDeliveryLogs, open_unsent_messages
from shared.outbound.endpoints import WebhookEndpoints
from shared.outbound.pinning import fresh_connections
from shared.outbound.signing import Signer
from shared.ports.webhooks import HeldMessage, UnsentMessages
from shared.runtime.clock import SystemClock
from shared.tasks import stop
from status.service import repeat
from status.webhooks.delivering import Deliverer
from tests.integration.webhooks.test_endpoints import UNTRUSTING
from tests.support.fakes.webhooks import CountingMeters

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
HASTE = 50.0
"""How much faster time passes for what is not to be waited for: a pause of five seconds takes a tenth of one."""


async def tries_of(js: JetStreamContext, job_id: str) -> list[Outcome]:
    log = (await JetStreamDeliveryLogs(js).read(JobId(job_id), 1)).log
    return [each.outcome for each in log.tries]


async def pending(js: JetStreamContext) -> int:
    """How many messages wait to be delivered, or to be answered for."""
    info = await js.consumer_info(WEBHOOKS, "deliveries")
    return (info.num_pending or 0) + (info.num_ack_pending or 0)


class Hurried:
    """A clock that runs fast, and the messages whose delays do."""

    def __init__(self, messages: UnsentMessages) -> None:
        self._messages = messages
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * HASTE

    def monotonic(self) -> float:
        return SystemClock().monotonic() * HASTE

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HASTE)

    async def pull(self, limit: int, timeout: float) -> Sequence[HeldMessage]:
        return [HurriedMessage(each) for each in await self._messages.pull(limit, timeout)]


class HurriedMessage:
    """A message that comes back sooner than it was told to."""

    def __init__(self, held: HeldMessage) -> None:
        self._held = held

    @property
    def message(self) -> Message:
        return self._held.message

    async def ack(self) -> None:
        await self._held.ack()

    async def hand_back(self, delay: float) -> None:
        await self._held.hand_back(delay / HASTE)


@asynccontextmanager
async def delivering(
    client: Client, js: JetStreamContext, *, timeout: float = 5.0, kill: bool = False
) -> AsyncIterator[None]:
    """Run a deliverer in a hurry; with ``kill`` it vanishes at the end without a word."""
    stopping = asyncio.Event()
    endpoints = WebhookEndpoints(
        Signer([SECRET]),
        SystemClock(),
        allow_private=True,
        timeout=timeout,
        transport=fresh_connections(UNTRUSTING),
    )
    async with open_unsent_messages(client, js) as messages, endpoints:
        hurried = Hurried(messages)
        logs = JetStreamDeliveryLogs(js)
        deliverer = Deliverer(hurried, logs, endpoints, hurried, CountingMeters(), lambda: 0.0)
        async with AsyncExitStack() as stack:
            if not kill:
                await stack.enter_async_context(deliverer)
            loop = asyncio.create_task(repeat(deliverer.once, 0.0, stopping))
            yield
            stopping.set()
            handling = [each for each in asyncio.all_tasks() if "_handled" in repr(each.get_coro())]
            await (stop([loop, *handling]) if kill else loop)


def a_message(url: str, job_id: str = "job-1", **changes: Any) -> Message:
    fields: dict[str, Any] = {
        "webhook_id": f"msg_{job_id}",
        "job_id": JobId(job_id),
        "request": 1,
        "status": Status.SUCCEEDED,
        "url": url,
        "body": '{"data":{}}',
        "announced_at": datetime.now(UTC),
    }
    return Message(**(fields | changes))
