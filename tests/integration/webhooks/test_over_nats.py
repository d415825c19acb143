"""Webhooks over a real server: from a job's log to its client, once, whatever happens on the way."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, accept, start, succeed
from shared.domain.request import Webhook
from shared.domain.states import Status
from shared.domain.webhooks import Answer, DeliveryLog, Message, Outcome
from shared.events import subjects
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import BUCKET_STREAM, SET_ASIDE, WEBHOOKS, Topology
from shared.jetstream.webhooks import JetStreamDeliveryLogs, JetStreamOutbox, open_unsent_messages
from shared.outbound.endpoints import WebhookEndpoints
from shared.outbound.pinning import fresh_connections
from shared.outbound.signing import Signer
from shared.ports.webhooks import DeliveryConflict, HeldMessage, UnsentMessages
from shared.runtime.clock import SystemClock
from shared.runtime.settings import load_settings
from shared.tasks import stop
from status.config import Settings
from status.service import repeat
from status.webhooks.delivering import Deliverer
from status.wiring import Readiness, running
from tests.integration.webhooks.test_endpoints import UNTRUSTING
from tests.support.eventually import eventually
from tests.support.fakes.webhooks import CountingMeters
from tests.support.jobs import a_request, an_output
from tests.support.nats_server import NatsServer
from tests.support.receiver import Receiver, receiving

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
HASTE = 50.0
"""How much faster time passes for what is not to be waited for: a pause of five seconds takes a tenth of one."""


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(SECRET) as receiver:
        yield receiver


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
    log, at = JetStreamJobLog(js, "test", direct=True), datetime.now(UTC)
    moves: list[Change] = [accept(a_request(job_id, webhook=webhook, created_at=at), 1)]
    moves.append(start(moves[-1].job, "w1", "local", at))
    moves.append(succeed(moves[-1].job, an_output(), at))
    last: Entry | None = None
    for move in moves:
        last = await log.append(move, last)


async def tries_of(js: JetStreamContext, job_id: str) -> list[Outcome]:
    log = (await JetStreamDeliveryLogs(js, direct=True).read(JobId(job_id), 1)).log
    return [each.outcome for each in log.tries]


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
        logs = JetStreamDeliveryLogs(js, direct=True)
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


async def test_what_fails_comes_again_under_its_id_until_it_is_heard(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    receiver.answers = lambda received: (500, 302, 200)[received.number - 1]
    await JetStreamOutbox(js).put(a_message(receiver.url))

    async with delivering(client, js):
        await eventually(lambda: _over(js, "job-1"), within=20)

    assert await tries_of(js, "job-1") == [Outcome.RETRYING, Outcome.RETRYING, Outcome.DELIVERED]
    assert receiver.ids() == ["msg_job-1"] * 3
    assert await pending(js) == 0


async def _over(js: JetStreamContext, job_id: str) -> bool:
    tries = await tries_of(js, job_id)
    return bool(tries) and tries[-1] is not Outcome.RETRYING


async def test_an_endpoint_that_wants_no_more_is_told_no_more(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    receiver.answers = lambda received: 410
    await JetStreamOutbox(js).put(a_message(receiver.url, webhook_id="msg_1", status=Status.PROCESSING))
    async with delivering(client, js):
        await eventually(lambda: _over(js, "job-1"))
        await JetStreamOutbox(js).put(a_message(receiver.url, webhook_id="msg_2"))

        async def done() -> bool:
            return await pending(js) == 0

        await eventually(done)

    assert receiver.ids() == ["msg_1"]


async def test_two_deliverers_share_and_a_dead_endpoint_holds_nobody_up(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    outbox = JetStreamOutbox(js)
    async with receiving(SECRET) as dead:
        dead.answers = lambda received: None
        await asyncio.gather(*(outbox.put(a_message(dead.url, f"dead-{n}")) for n in range(60)))
        await asyncio.gather(*(outbox.put(a_message(receiver.url, f"live-{n}")) for n in range(60)))
        async with delivering(client, js, timeout=60.0), delivering(client, js, timeout=60.0):
            await eventually(lambda: len(receiver.received) >= 60, within=20)

        assert Counter(receiver.ids()) == {f"msg_live-{n}": 1 for n in range(60)}
        assert len(dead.received) <= 16


async def test_what_a_killed_deliverer_had_in_hand_is_delivered_by_the_next(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    receiver.answers = lambda received: None
    await asyncio.gather(*(JetStreamOutbox(js).put(a_message(receiver.url, f"job-{n}")) for n in range(5)))
    async with delivering(client, js, kill=True, timeout=60.0):
        await eventually(lambda: len(receiver.received) == 5)

    receiver.answers = lambda received: 200
    async with delivering(client, js):
        await eventually(lambda: _all_over(js, 5), within=30)

    assert Counter(receiver.ids()) == {f"msg_job-{n}": 2 for n in range(5)}


async def _all_over(js: JetStreamContext, count: int) -> bool:
    return all([await _over(js, f"job-{n}") for n in range(count)])


async def test_what_waits_for_its_next_try_outlives_the_server(
    client: Client, js: JetStreamContext, server: NatsServer, receiver: Receiver
) -> None:
    receiver.answers = lambda received: 500 if received.number < 3 else 200
    await JetStreamOutbox(js).put(a_message(receiver.url))
    async with delivering(client, js):
        await eventually(lambda: len(receiver.received) == 2)
    server.kill()
    await server.start()
    await eventually(lambda: client.is_connected)

    async with delivering(client, js):
        await eventually(lambda: _over(js, "job-1"), within=20)

    assert receiver.ids() == ["msg_job-1"] * 3


async def test_those_who_wait_long_leave_room_for_others(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    """More than a consumer's usual thousand may be pending."""
    outbox = JetStreamOutbox(js)
    await asyncio.gather(*(outbox.put(a_message(receiver.url, f"late-{n}")) for n in range(1_100)))
    async with open_unsent_messages(client, js) as messages:
        held: list[HeldMessage] = []
        while len(held) < 1_100:
            held += await messages.pull(500, 2.0)
        await asyncio.gather(*(each.hand_back(3_600.0) for each in held))
        await outbox.put(a_message(receiver.url, "new"))

        (new,) = await messages.pull(10, 5.0)

    assert new.message.job_id == "new"


async def test_a_message_is_put_once_even_after_it_was_delivered(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    outbox, message = JetStreamOutbox(js), a_message(receiver.url)
    assert [await outbox.put(message), await outbox.put(message)] == [True, False]
    async with delivering(client, js):
        await eventually(lambda: _over(js, "job-1"))

    assert not await outbox.put(message)
    assert await outbox.put(a_message(receiver.url, webhook_id="msg_other"))


async def test_an_unreadable_message_is_set_aside_and_others_go_on(
    client: Client, js: JetStreamContext, receiver: Receiver
) -> None:
    await js.publish(subjects.webhook(JobId("bad"), "msg_bad"), b'{"url": "https://example.com/?key=geheim"}')
    await JetStreamOutbox(js).put(a_message(receiver.url))
    async with delivering(client, js):
        await eventually(lambda: _over(js, "job-1"))

    (aside,) = [await js.get_msg(SET_ASIDE, 1)]
    reason = (aside.headers or {})["Greenroom-Reason"]
    assert "webhookId" in reason
    assert "geheim" not in reason
    assert await pending(js) == 0


async def test_a_delivery_log_has_one_writer_at_a_time(js: JetStreamContext) -> None:
    logs = JetStreamDeliveryLogs(js, direct=True)
    message, heard = a_message("https://example.com/in"), Answer(seconds=0.1, http_status=200)
    empty = await logs.read(message.job_id, 1)
    first = empty.log.tried(message, message.announced_at, heard, 0.0)
    await logs.write(first, empty.version)
    await logs.write(first, empty.version)  # the same again, as when the first answer was lost

    second = first.tried(message, message.announced_at + timedelta(seconds=1), heard, 0.0)
    with pytest.raises(DeliveryConflict):
        await logs.write(second, empty.version)
    kept = await logs.read(message.job_id, 1)
    await logs.write(second, kept.version)

    assert (await logs.read(message.job_id, 1)).log == second
    assert (await logs.read(message.job_id, 2)).log == DeliveryLog(job_id=message.job_id, request=2)
