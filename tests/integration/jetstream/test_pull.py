"""Pulling over a real server: never more asked for than is wanted, and nothing lost over restarts."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.events import subjects
from shared.jetstream.pull import Pull
from shared.jetstream.topology import JOBS
from shared.ports.job_log import BusUnavailable
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer
from tests.support.portrait_consumer import CONSUMER, asked, delivered


@pytest.fixture
async def pull(client: Client, js: JetStreamContext) -> AsyncIterator[Pull]:
    """A pulling client of the portraits' consumer."""
    async with Pull(client, JOBS, CONSUMER) as pulling:
        yield pulling


async def put(js: JetStreamContext, *names: str) -> None:
    """Put a message under each claim."""
    for name in names:
        await js.publish(subjects.request(Kind.PORTRAIT, name), name.encode(), stream=JOBS)


async def test_an_idle_puller_asks_once_at_a_time(client: Client) -> None:
    """The late end of one request was once taken for the end of the next, and then two stood open.

    The consumer is played by the test: a server ends its requests a little late whenever it is far away or busy.
    """
    standing, most = 0, 0

    async def end_late(request: Msg) -> None:
        nonlocal standing, most
        standing += 1
        most = max(most, standing)
        await asyncio.sleep(json.loads(request.data)["expires"] / 1e9 + 0.03)
        standing -= 1
        await client.publish(request.reply, headers={"Status": "408", "Description": "Request Timeout"})

    async def concurrently(request: Msg) -> None:
        ends.create_task(end_late(request))

    async with asyncio.TaskGroup() as ends, Pull(client, "FAR", "away") as pull:
        await client.subscribe("$JS.API.CONSUMER.MSG.NEXT.FAR.away", cb=concurrently)
        for _ in range(8):
            assert await pull.messages(1, 0.1) == []

    assert most == 1


async def test_what_was_idle_for_long_takes_no_more_than_it_wants(js: JetStreamContext, pull: Pull) -> None:
    for _ in range(10):
        await pull.messages(1, 0.08)
    await put(js, "a", "b", "c")

    assert [message.data for message in await pull.messages(1, 1.0)] == [b"a"]
    assert (await js.consumer_info(JOBS, CONSUMER)).num_ack_pending == 1


async def test_an_idle_puller_is_woken_at_once_whenever_a_message_comes(js: JetStreamContext, pull: Pull) -> None:
    """The ends of old requests leave no gaps in which nothing is asked for."""
    slow = []
    for n in range(12):
        pulling = asyncio.create_task(_until_one(pull))
        await asyncio.sleep(0.03 * (n % 4) + 0.1)
        began = time.monotonic()
        await put(js, f"claim-{n}")
        await pulling
        slow.append(time.monotonic() - began)

    # A gap would meet every third or so; a busy machine one or two.
    assert sorted(slow)[6] < 0.1, slow
    assert sorted(slow)[-3] < 0.5, slow


async def _until_one(pull: Pull) -> None:
    while not await pull.messages(1, 0.1):
        pass


async def test_several_come_in_one_call_when_they_are_there(js: JetStreamContext, pull: Pull) -> None:
    await put(js, "a", "b", "c")

    seen: list[bytes] = []
    while len(seen) < 3:
        seen += [message.data for message in await pull.messages(3 - len(seen), 1.0)]

    assert seen == [b"a", b"b", b"c"]


async def test_a_pull_open_over_a_restart_goes_on_within_five_seconds(
    js: JetStreamContext, pull: Pull, server: NatsServer
) -> None:
    pulling = asyncio.create_task(_until_any(pull))
    await asyncio.sleep(0.2)
    await server.restart()

    await eventually(lambda: _published(js), within=10)
    back = time.monotonic()

    assert await pulling == [b"after"]
    assert time.monotonic() - back < 5.0


async def _published(js: JetStreamContext) -> bool:
    try:
        await put(js, "after")
    except Exception:  # noqa: BLE001  # the connection is not back yet
        return False
    return True


async def _until_any(pull: Pull) -> list[bytes]:
    while True:
        try:
            messages = await pull.messages(1, 2.0)
        except BusUnavailable:
            await asyncio.sleep(0.1)
            continue
        if messages:
            for message in messages:
                # Else those seen first come again and again, ahead of those to come.
                await message.ack()
            return [message.data for message in messages]


async def test_messages_that_wait_when_the_server_dies_come_afterwards(
    js: JetStreamContext, pull: Pull, server: NatsServer
) -> None:
    await put(js, *(f"claim-{n}" for n in range(50)))
    server.kill()
    await server.start()

    seen: set[bytes] = set()

    async def all_seen() -> bool:
        seen.update(await _until_any(pull))
        return len(seen) == 50

    assert await eventually(all_seen, within=60)


async def test_without_the_server_it_says_so(js: JetStreamContext, pull: Pull, server: NatsServer) -> None:
    server.stop()

    async def said() -> bool:
        try:
            await pull.messages(1, 0.2)
        except BusUnavailable:
            return True
        return False

    assert await eventually(said, within=30)


async def test_a_consumer_that_is_gone_is_not_asked_in_a_tight_loop(js: JetStreamContext, pull: Pull) -> None:
    await js.delete_consumer(JOBS, CONSUMER)

    began = time.monotonic()
    assert await pull.messages(1, 1.0) == []
    assert time.monotonic() - began >= 0.15


async def test_what_came_for_a_request_that_is_taken_for_lost_is_no_younger_than_it(
    client: Client, pull: Pull, server: NatsServer
) -> None:
    """A frozen process finds it in its socket when it goes on, and may ask anew before it has read that far."""
    elsewhere = await nats.connect(server.url)
    there = elsewhere.jetstream(timeout=20.0)
    connection: Any = client._transport
    wire = connection._io_writer.transport
    pulling = asyncio.create_task(pull.messages(1, 3.0))
    await eventually(lambda: asked(there))
    wire.pause_reading()
    await put(there, "a")
    await eventually(lambda: delivered(there))
    assert await pulling == []
    await asyncio.sleep(1.5)
    asyncio.get_running_loop().call_later(0.2, wire.resume_reading)

    assert await _until_any(pull) == [b"a"]

    assert time.monotonic() - pull.delivered_by() >= 1.5
    await elsewhere.close()
