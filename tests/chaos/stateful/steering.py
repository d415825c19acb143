"""A worker's ports, steered: a provider that answers as it is told, and a queue whose leases end when told."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.states import Stage
from shared.jetstream.beats import Beats
from shared.jetstream.queue import JetStreamDelivery, JetStreamQueue
from shared.jetstream.server import Server
from shared.ports.clock import Clock
from shared.ports.provider import Ended, Finished, Observation, Running
from tests.chaos.stateful.stepping import Process, stepped_loop
from tests.support.fakes.provider import FakeProvider, FakeWorld

LOOK_AGAIN = 30.0


@dataclass(slots=True)
class SteeredWorld(FakeWorld):
    """What is at the provider. ``fates`` is how each prediction is getting on; ``outputs`` each kind's file."""

    create_takes: float = 0.0
    fates: dict[str, Observation] = field(default_factory=dict)
    outputs: dict[Kind, bytes] = field(default_factory=dict)

    def running_on(self) -> list[str]:
        """Return the predictions that are neither over nor canceled."""
        over = (Ended, Finished)
        return [each.id for each in self.predictions.values() if not each.canceled and not self.is_a(each.id, over)]

    def is_a(self, prediction: str, fate: type[Observation] | tuple[type[Observation], ...]) -> bool:
        """Whether a prediction has come to such a state."""
        return isinstance(self.fates.get(prediction), fate)


class SteeredProvider(FakeProvider):
    """A :class:`FakeProvider` whose predictions run until their fate is set."""

    world: SteeredWorld

    async def poll(self, prediction: str) -> Observation:
        seen = await super().poll(prediction)
        if isinstance(seen, Ended):
            return seen
        return self.world.fates.get(prediction, Running(Stage.PROVIDER_STARTING, None, LOOK_AGAIN))

    async def open(self, output: str) -> AsyncIterator[bytes]:
        prediction = self.world.predictions[output.split("/")[0]]
        self.world.output = self.world.outputs[prediction.order.kind]
        async for chunk in super().open(output):
            yield chunk


class Leases(Beats):
    """Leases without a thread that renews them: each is fresh until it is told to lapse, and then as old as it is.

    ``ack_wait`` is the lease in the test's time, in seconds.
    """

    def __init__(self, ack_wait: float, clock: Clock) -> None:
        self._clock = clock
        self._replies: dict[int, str] = {}
        self._lapsed: dict[str, float] = {}
        super().__init__(Server(()), ack_wait)

    def hold(self, reply: str, since: float) -> None:
        self._replies[_sequence(reply)] = reply
        super().hold(reply, since)

    def note(self, reply: str, at: float) -> None:
        if reply in self._lapsed:
            self._lapsed[reply] = self._clock.monotonic()
        super().note(reply, at)

    def renewed_at(self, reply: str) -> float:
        if super().renewed_at(reply) == float("-inf"):
            return float("-inf")
        renewed = self._lapsed.get(reply, self._clock.monotonic())
        return time.monotonic() - (self._clock.monotonic() - renewed)

    def lapse(self, sequence: int) -> str:
        """Let the lease of the last delivery of a request have run out long ago; return how it is answered."""
        reply = self._replies[sequence]
        self._lapsed[reply] = float("-inf")
        return reply


def _sequence(reply: str) -> int:
    return int(reply.split(".")[5])  # $JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>...


class Heard(NamedTuple):
    """What JetStream was told of a request by a worker, or told it."""

    what: Literal["deliver", "ack", "again", "later", "nothing"]
    sequence: int
    worker: str


class SteppedDelivery:
    """:class:`shared.ports.bus.Delivery` of a stepped process. ``heard`` is where what it says is written down."""

    def __init__(self, delivery: JetStreamDelivery, process: Process, heard: list[Heard]) -> None:
        self._delivery = delivery
        self._process = process
        self._heard = heard

    @property
    def sequence(self) -> int:
        return self._delivery.sequence

    @property
    def delivered(self) -> int:
        return self._delivery.delivered

    @property
    def is_last(self) -> bool:
        return self._delivery.is_last

    def lease_age(self) -> float:
        return self._delivery.lease_age()

    def request(self) -> JobRequest:
        return self._delivery.request()

    def let_go(self) -> None:
        self._delivery.let_go()

    async def confirm(self) -> None:
        await self._process.turn("delivery.confirm", "before")
        with self._process.gate.under_way():
            await self._delivery.confirm()
        await self._process.turn("delivery.confirm", "after")

    async def ack(self) -> None:
        await self._process.turn("delivery.ack", "before")
        self._heard.append(Heard("ack", self.sequence, self._process.name))
        with self._process.gate.under_way():
            await self._delivery.ack()
        await self._process.turn("delivery.ack", "after")

    async def hand_back(self, delay: float = 0.0) -> None:
        await self._process.turn("delivery.hand_back", "before")
        self._heard.append(Heard("later" if delay > 0 else "again", self.sequence, self._process.name))
        with self._process.gate.under_way():
            await self._delivery.hand_back(delay)
        await self._process.turn("delivery.hand_back", "after")

    async def set_aside(self, reason: str) -> None:
        raise AssertionError(f"nothing unreadable was filed, but request {self.sequence} was set aside: {reason}")


class SteppedQueue:
    """:class:`shared.ports.bus.RequestQueue` of a stepped process. ``dry`` makes the next pull bring nothing."""

    def __init__(self, queue: JetStreamQueue, process: Process, heard: list[Heard], ack_wait: float) -> None:
        self._queue = queue
        self._ack_wait = ack_wait
        self._process = process
        self._heard = heard
        self.dry = False

    @property
    def ack_wait(self) -> float:
        return self._ack_wait

    async def pull(self, limit: int, timeout: float) -> list[SteppedDelivery]:
        await self._process.turn("queue.pull", "before")
        if self.dry:
            self.dry = False
            return []
        with self._process.gate.under_way(), stepped_loop().flowing():
            pulled = await self._queue.pull(limit, timeout)
        if not pulled:
            self._heard.append(Heard("nothing", 0, self._process.name))
        for delivery in pulled:
            self._heard.append(Heard("deliver", delivery.sequence, self._process.name))
        return [SteppedDelivery(each, self._process, self._heard) for each in pulled]
