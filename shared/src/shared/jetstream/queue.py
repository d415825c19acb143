"""A worker's side of ``JOBS``: pulling requests, and the guarded object that each one in hand is."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.events.codec import decode_request
from shared.jetstream.acknowledging import ACK, TERM, answer, nak
from shared.jetstream.beats import Beats, renew
from shared.jetstream.pull import Pull
from shared.jetstream.setting_aside import set_aside
from shared.jetstream.topology import JOBS, Topology, worker_consumer

_ANSWER_WITHIN = 3.0


class JetStreamDelivery:
    """:class:`shared.ports.bus.Delivery`: beats while it is held, answers JetStream once.

    ``since`` is a monotonic time at which it was leased to us, or an earlier one.
    """

    def __init__(
        self, client: Client, js: JetStreamContext, message: Msg, since: float, beats: Beats, topology: Topology
    ) -> None:
        self._client = client
        self._js = js
        self._message = message
        self._beats = beats
        self._max_deliver = topology.max_deliver
        self._ack_wait = topology.ack_wait
        self._metadata = message.metadata
        beats.hold(message.reply, since)

    @property
    def sequence(self) -> int:
        """See :class:`shared.ports.bus.Delivery`."""
        return self._metadata.sequence.stream

    @property
    def delivered(self) -> int:
        """See :class:`shared.ports.bus.Delivery`."""
        return self._metadata.num_delivered or 1

    @property
    def is_last(self) -> bool:
        """See :class:`shared.ports.bus.Delivery`."""
        return self.delivered >= self._max_deliver

    def lease_age(self) -> float:
        """See :class:`shared.ports.bus.Delivery`."""
        return time.monotonic() - self._beats.renewed_at(self._message.reply)

    async def confirm(self) -> None:
        """See :class:`shared.ports.bus.Delivery`."""
        self._beats.note(self._message.reply, await renew(self._client, self._message.reply, _ANSWER_WITHIN))

    def request(self) -> JobRequest:
        """See :class:`shared.ports.bus.Delivery`."""
        return decode_request(self._message.data)

    async def ack(self) -> None:
        """See :class:`shared.ports.bus.Delivery`."""
        await self._answer(ACK)

    async def hand_back(self, delay: float = 0.0) -> None:
        """See :class:`shared.ports.bus.Delivery`."""
        if self.lease_age() < self._ack_wait:
            await self._answer(nak(delay))
        else:
            # Another worker may hold the request by now, and JetStream would take it from that one.
            self.let_go()

    async def set_aside(self, reason: str) -> None:
        """See :class:`shared.ports.bus.Delivery`."""
        await set_aside(self._js, JOBS, self._message, reason)
        await self._answer(TERM)

    def let_go(self) -> None:
        """See :class:`shared.ports.bus.Delivery`."""
        self._beats.release(self._message.reply)

    async def _answer(self, word: bytes) -> None:
        self.let_go()
        await answer(self._client, self._message, word)


class JetStreamQueue:
    """:class:`shared.ports.bus.RequestQueue` over the kind's durable consumer."""

    def __init__(self, client: Client, js: JetStreamContext, pull: Pull, beats: Beats, topology: Topology) -> None:
        self._client = client
        self._js = js
        self._pull = pull
        self._beats = beats
        self._topology = topology

    @property
    def ack_wait(self) -> float:
        """See :class:`shared.ports.bus.RequestQueue`."""
        return self._topology.ack_wait

    async def pull(self, limit: int, timeout: float) -> list[JetStreamDelivery]:
        """See :class:`shared.ports.bus.RequestQueue`."""
        return [self._delivery(message) for message in await self._pull.messages(limit, timeout)]

    async def hand_back_left_over(self) -> None:
        """Hand back what was delivered and never taken."""
        for message in self._pull.left_over():
            await self._delivery(message).hand_back()

    def _delivery(self, message: Msg) -> JetStreamDelivery:
        since = self._pull.delivered_by()
        return JetStreamDelivery(self._client, self._js, message, since, self._beats, self._topology)


@asynccontextmanager
async def open_queue(
    client: Client, js: JetStreamContext, kind: Kind, beats: Beats, topology: Topology
) -> AsyncIterator[JetStreamQueue]:
    """Yield the queue of one kind's requests; hand back what is left over when done."""
    async with Pull(client, JOBS, worker_consumer(kind)) as pull:
        queue = JetStreamQueue(client, js, pull, beats, topology)
        yield queue
        await queue.hand_back_left_over()
