"""Webhooks over a real server: from a job's log to its client, once, whatever happens on the way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.domain.job import Change, accept, start, succeed
from shared.domain.request import Webhook
from shared.domain.states import Status
from shared.domain.webhooks import Outcome
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import BUCKET_STREAM, Topology
from shared.runtime.settings import load_settings
from status.config import Settings
from status.wiring import Readiness, running
from tests.integration.webhooks.bench import (
    SECRET,
    pending,
    tries_of,
)
from tests.support.eventually import eventually
from tests.support.jobs import a_request, an_output
from tests.support.nats_server import NatsServer
from tests.support.receiver import Receiver


@asynccontextmanager
async def status_services(server: NatsServer, topology: Topology, count: int = 1) -> AsyncIterator[None]:
    """Run so many status services that send webhooks."""
    webhooks = {"webhook_secret": SECRET, "webhook_allow_private": True, "public_url": "http://greenroom.test"}
    settings = load_settings(Settings, {"nats_url": server.url, **webhooks})
    async with AsyncExitStack() as stack:
        for _ in range(count):
            await stack.enter_async_context(running(settings, asyncio.Event(), topology, Readiness()))
        yield


async def live(js: JetStreamContext, job_id: str, webhook: Webhook) -> None:
    """Write a job's life into its log, from acceptance to success."""
    log, at = JetStreamJobLog(js, "test"), datetime.now(UTC)
    moves: list[Change] = [accept(a_request(job_id, webhook=webhook, created_at=at), 1)]
    moves.append(start(moves[-1].job, "w1", "local", at))
    moves.append(succeed(moves[-1].job, an_output(), at))
    last: Entry | None = None
    for move in moves:
        last = await log.append(move, last)


async def test_every_client_hears_of_its_job_once_through_everything(
    js: JetStreamContext, server: NatsServer, topology: Topology, receiver: Receiver
) -> None:
    async def heard(count: int) -> None:
        await eventually(lambda: len(set(receiver.ids())) == count, within=30)

    everything = Webhook(receiver.url, tuple(Status))
    await asyncio.gather(*(live(js, f"before-{n}", everything) for n in range(10)))
    async with status_services(server, topology, 2):
        await heard(30)
        await asyncio.gather(*(live(js, f"during-{n}", Webhook(receiver.url)) for n in range(10)))
        await heard(40)
        await js.delete_stream(BUCKET_STREAM)
        await asyncio.gather(*(live(js, f"after-{n}", Webhook(receiver.url)) for n in range(10)))
        await heard(50)
    await asyncio.gather(*(live(js, f"away-{n}", Webhook(receiver.url)) for n in range(10)))
    async with status_services(server, topology):
        await heard(60)

    assert Counter(Counter(receiver.ids()).values()) == {1: 60}
    assert Counter(each.data["status"] for each in receiver.received) == {
        "starting": 10,
        "processing": 10,
        "succeeded": 40,
    }
    assert {each.data["urls"]["self"] for each in receiver.received if each.data["jobId"] == "during-3"} == {
        "http://greenroom.test/v1/jobs/during-3"
    }
    await eventually(lambda: _all_delivered(js), within=10)


async def _all_delivered(js: JetStreamContext) -> bool:
    return await tries_of(js, "before-0") == [Outcome.DELIVERED] * 3 and not await pending(js)
