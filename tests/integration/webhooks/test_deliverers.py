"""Deliverers over a real server: what fails comes again, whoever dies, and holds nobody up."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import Answer, DeliveryLog, Outcome
from shared.events import subjects
from shared.jetstream.topology import SET_ASIDE, Topology
from shared.jetstream.webhooks import JetStreamDeliveryLogs, JetStreamOutbox, open_unsent_messages
from shared.ports.webhooks import DeliveryConflict, HeldMessage
from tests.integration.webhooks.bench import (
    SECRET,
    a_message,
    delivering,
    pending,
    tries_of,
)
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer
from tests.support.receiver import Receiver, receiving


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


@pytest.mark.parametrize("topology", [pytest.param(Topology(ack_wait=60.0), id="held for long")])
async def test_those_who_wait_long_leave_room_for_others(
    client: Client, js: JetStreamContext, receiver: Receiver, topology: Topology
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

        (new,) = await messages.pull(10, 30.0)

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
    logs = JetStreamDeliveryLogs(js)
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
