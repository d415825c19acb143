"""A worker's queue over a real server that is killed, and workers that go."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.jetstream.beats import Beats
from shared.jetstream.queue import JetStreamQueue, open_queue
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.server import Server
from shared.jetstream.topology import Topology
from shared.ports.job_log import BusUnavailable
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer
from tests.support.portrait_consumer import asked, delivered

PULL = 3.0
"""Seconds that a pull stands whose process freezes: long enough to be seen standing."""


@pytest.fixture
def topology() -> Topology:
    """With a lease that a machine standing still does not outlast so soon."""
    return Topology(ack_wait=4.0)


@asynccontextmanager
async def worker(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> AsyncIterator[JetStreamQueue]:
    """Open one worker's queue."""
    with Beats(Server((server.url,)), topology.ack_wait) as beats:
        async with open_queue(client, js, Kind.PORTRAIT, beats, topology) as queue:
            yield queue


async def file(js: JetStreamContext, count: int) -> None:
    """File so many requests."""
    requests = JetStreamRequests(js, "gateway")
    for n in range(count):
        await requests.file(a_request(f"job-{n}"), 0)


async def test_requests_pending_over_a_killed_server_all_come(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    """Some in hand, some not yet: none is lost, and what is acknowledged does not come back."""
    await file(js, 30)
    async with worker(client, js, server, topology) as queue:
        in_hand = [(await queue.pull(1, 20.0))[0] for _ in range(10)]
        server.kill()
        await server.start()
        ended = {delivery.request().job_id for delivery in in_hand}

        async def acknowledged() -> bool:
            await asyncio.gather(*(delivery.ack() for delivery in in_hand))
            try:
                return not await delivered(js)
            except Exception:  # noqa: BLE001  # the connection is not back yet
                return False

        assert await eventually(acknowledged, within=30)

        async def all_ended() -> bool:
            try:
                for delivery in await queue.pull(1, 0.5):
                    ended.add(delivery.request().job_id)
                    await delivery.ack()
            except BusUnavailable:
                await asyncio.sleep(0.1)
            return len(ended) == 30

        assert await eventually(all_ended, within=60)


async def test_a_closing_worker_hands_back_what_it_was_sent_and_never_took(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    async with worker(client, js, server, topology) as closing:
        pulling = asyncio.create_task(closing.pull(1, 60.0))
        await eventually(lambda: asked(js))
        pulling.cancel()
        await asyncio.gather(pulling, return_exceptions=True)
        await file(js, 1)
        await eventually(lambda: delivered(js))
        await eventually(closing._pull._arrived.qsize)

    async with worker(client, js, server, topology) as other:
        [delivery] = await other.pull(1, 30.0)
        assert delivery.delivered == 2


async def test_an_answer_while_nats_is_away_is_lost_and_the_request_comes_again(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    await file(js, 1)
    async with worker(client, js, server, topology) as queue:
        [delivery] = await queue.pull(1, 20.0)
        server.stop()
        await delivery.ack()
        await server.start()

        async def again() -> bool:
            try:
                return [each.delivered for each in await queue.pull(1, 0.5)] == [2]
            except BusUnavailable:
                await asyncio.sleep(0.1)
                return False

        assert await eventually(again, within=60)


async def test_a_worker_whose_lease_ran_out_hands_nothing_back(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    """JetStream would hear it, and take the request from the one that holds it by now."""
    await file(js, 1)
    never_beating = Beats(Server((server.url,)), topology.ack_wait)
    async with (
        open_queue(client, js, Kind.PORTRAIT, never_beating, topology) as frozen,
        worker(client, js, server, topology) as other,
    ):
        [stale] = await frozen.pull(1, 20.0)
        [held] = await other.pull(1, 40.0)
        assert await eventually(lambda: stale.lease_age() >= topology.ack_wait)
        await stale.hand_back()

        assert (held.delivered, await other.pull(1, 0.5)) == (2, [])


def freeze(server: NatsServer, seconds: float) -> None:
    """Block this process's loop; meanwhile somebody else files a request, and it comes as far as the socket."""

    async def file_from_elsewhere() -> None:
        elsewhere = await nats.connect(server.url)
        there = elsewhere.jetstream(timeout=20.0)
        await file(there, 1)
        await eventually(lambda: delivered(there))
        await elsewhere.close()

    filing = threading.Thread(target=lambda: asyncio.run(file_from_elsewhere()))
    filing.start()
    filing.join()
    time.sleep(seconds)


async def test_a_delivery_read_after_a_freeze_is_as_old_as_the_freeze(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    """It lay in the socket; taken for fresh, it would be kept from the worker that was given it meanwhile."""
    never_beating = Beats(Server((server.url,)), topology.ack_wait)
    async with open_queue(client, js, Kind.PORTRAIT, never_beating, topology) as queue:
        pulling = asyncio.create_task(queue.pull(1, PULL))
        await eventually(lambda: asked(js))
        freeze(server, PULL + topology.ack_wait + 1.0)

        pulled = await pulling
        while not pulled:
            pulled = await queue.pull(1, 0.5)

        assert pulled[0].delivered == 1
        assert pulled[0].lease_age() >= topology.ack_wait


async def test_a_request_filed_after_a_freeze_is_fresh(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    async with worker(client, js, server, topology) as queue:
        pulling = asyncio.create_task(queue.pull(1, PULL))
        await eventually(lambda: asked(js))
        time.sleep(PULL + 2.0)
        assert await pulling == []

        filed_at = time.monotonic()
        await file(js, 1)
        [delivery] = await queue.pull(1, 20.0)

        assert delivery.lease_age() <= time.monotonic() - filed_at
