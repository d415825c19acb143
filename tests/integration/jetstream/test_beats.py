"""Leases are kept from a thread that a busy loop cannot starve, and a lease that lapsed is not taken for kept."""

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.jetstream.beats import Beats
from shared.jetstream.queue import JetStreamDelivery, JetStreamQueue, open_queue
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.server import Server
from shared.jetstream.topology import Topology
from shared.ports.job_log import BusUnavailable
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer, client_of


@pytest.fixture
def topology() -> Topology:
    """With a lease that a machine standing still does not outlast so soon."""
    return Topology(ack_wait=6.0)


@pytest.fixture
def beats(server: NatsServer, topology: Topology) -> Iterator[Beats]:
    """A process's beats."""
    with Beats(Server((server.url,)), topology.ack_wait) as beating:
        yield beating


@pytest.fixture
async def queue(
    client: Client, js: JetStreamContext, beats: Beats, topology: Topology
) -> AsyncIterator[JetStreamQueue]:
    """A worker's queue with one request in it."""
    await JetStreamRequests(js, "gateway").file(a_request(), 0)
    async with open_queue(client, js, Kind.PORTRAIT, beats, topology) as opened:
        yield opened


@asynccontextmanager
async def another_worker(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> AsyncIterator[JetStreamQueue]:
    """A second process's queue."""
    with Beats(Server((server.url,)), topology.ack_wait) as beating:
        async with open_queue(client, js, Kind.PORTRAIT, beating, topology) as opened:
            yield opened


async def taken(queue: JetStreamQueue) -> JetStreamDelivery:
    """Pull the request."""
    [delivery] = await queue.pull(1, 20.0)
    return delivery


async def test_a_blocked_loop_keeps_its_lease(
    client: Client, js: JetStreamContext, queue: JetStreamQueue, server: NatsServer, topology: Topology
) -> None:
    delivery = await taken(queue)

    time.sleep(topology.ack_wait * 1.5)  # the fault: something blocks the worker's loop

    assert await eventually(lambda: delivery.lease_age() < topology.ack_wait / 2)
    async with another_worker(client, js, server, topology) as other:
        assert await other.pull(1, 0.5) == []


async def test_a_lease_is_held_through_a_servers_restart(queue: JetStreamQueue, server: NatsServer) -> None:
    delivery = await taken(queue)
    await server.restart()

    assert await eventually(lambda: _confirmed(delivery), within=30)
    assert await eventually(lambda: delivery.lease_age() < 0.7, within=30)
    assert [again.sequence for again in await queue.pull(1, 0.5)] in ([], [delivery.sequence])


async def _confirmed(delivery: JetStreamDelivery) -> bool:
    try:
        await delivery.confirm()
    except BusUnavailable:
        return False
    return True


async def test_a_beat_does_not_renew_a_lease_that_lapsed(queue: JetStreamQueue, beats: Beats) -> None:
    """JetStream answers every beat, even one for a delivery that went to another worker while this one was frozen.

    So after a pause longer than a lease only the log can say whose the job is, and the lease must show its true age.
    """
    delivery = await taken(queue)
    frozen_since = time.monotonic() - 10
    beats.hold(delivery._message.reply, frozen_since)
    beats.hold("$JS.ACK.JOBS.portrait-worker.1.1.1.1.0", frozen_since + 9)

    assert await eventually(lambda: beats.renewed_at("$JS.ACK.JOBS.portrait-worker.1.1.1.1.0") > frozen_since + 10)
    assert delivery.lease_age() >= 10

    asked = time.monotonic()
    await delivery.confirm()
    assert delivery.lease_age() <= time.monotonic() - asked


class Interrupted(float):
    """A time that is looked at just when somebody else releases the lease."""

    release: Callable[[], None]

    def __lt__(self, other: float) -> bool:
        releasing = threading.Thread(target=self.release)
        releasing.start()
        releasing.join(timeout=0.2)
        return float.__lt__(self, other)


def test_what_is_released_while_it_is_renewed_stays_released(beats: Beats) -> None:
    """A lease that came back by itself would be renewed for as long as the process lives."""
    at = Interrupted(time.monotonic())
    at.release = lambda: beats.release("reply")
    beats.hold("reply", float(at) - 0.1)

    beats.note("reply", at)

    assert eventually_now(lambda: beats.renewed_at("reply") == float("-inf"))


def eventually_now(look: Callable[[], bool]) -> bool:
    """Wait for another thread's answer."""
    end = time.monotonic() + 30.0
    while not look() and time.monotonic() < end:
        time.sleep(0.01)
    return look()


async def test_one_beat_that_cannot_be_sent_does_not_end_the_others(client: Client, beats: Beats) -> None:
    heard = await client.subscribe("a.delivery")
    beats.hold("not a subject", time.monotonic())
    beats.hold("a.delivery", time.monotonic())

    for _ in range(2):
        assert (await heard.next_msg(timeout=30)).data == b"+WPI"


async def test_beats_begin_once_the_server_is_there(server: NatsServer, topology: Topology) -> None:
    """A worker that starts before NATS has its beats as soon as NATS has come."""
    server.stop()
    with Beats(Server((server.url,)), topology.ack_wait) as beats:
        beats.hold("a.delivery", time.monotonic())
        await server.start()
        async with client_of(server) as client:
            heard = await client.subscribe("a.delivery")
            assert (await heard.next_msg(timeout=30)).data == b"+WPI"
