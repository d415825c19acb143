"""A kind's queue in memory: deliveries with leases, over the requests of a :class:`MemoryBus`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.events.codec import decode_request
from shared.ports.clock import Clock
from shared.tasks import Expired, within
from tests.support.fakes.bus import MemoryBus, Message

NEVER = float("inf")


@dataclass(slots=True)
class Pending:
    """One request as the consumer knows it: how often it was delivered, and when it may be delivered again.

    ``alive`` says whether somebody still renews its lease.
    """

    message: Message
    delivered: int = 0
    again_at: float = 0.0
    alive: Callable[[], bool] = lambda: False
    over: bool = False


@dataclass(slots=True)
class MemoryConsumer:
    """A kind's durable consumer: what the queues of all its workers share."""

    bus: MemoryBus
    clock: Clock
    kind: Kind = Kind.PORTRAIT
    ack_wait: float = 20.0
    max_deliver: int = 100
    pending: dict[int, Pending] = field(default_factory=dict)

    def ready(self) -> list[Pending]:
        """Return what may be delivered now, oldest first."""
        now = self.clock.monotonic()
        return [each for each in self._open() if each.again_at <= now and each.delivered < self.max_deliver]

    def next_at(self) -> float:
        """Return the monotonic time at which the next may be, given that nothing happens until then."""
        return min((each.again_at for each in self._open() if each.delivered < self.max_deliver), default=NEVER)

    def unfinished(self) -> list[int]:
        """Return the sequences that nobody acknowledged yet."""
        return [each.message.sequence for each in self._open()]

    def _open(self) -> list[Pending]:
        for sequence, message in self.bus.requests.items():
            if message.kind is self.kind and sequence not in self.pending:
                self.pending[sequence] = Pending(message)
        now = self.clock.monotonic()
        for each in self.pending.values():
            if each.alive():
                each.again_at = max(each.again_at, now + self.ack_wait)
        return [each for each in self.pending.values() if not each.over and each.message.sequence in self.bus.requests]


class MemoryQueue:
    """:class:`shared.ports.bus.RequestQueue` of one worker's process, which can die and be frozen.

    ``unanswered`` is how long, in seconds, it waits in vain for an answer to what it said of a delivery and was heard.
    """

    def __init__(self, consumer: MemoryConsumer) -> None:
        self.consumer = consumer
        self.held: list[MemoryDelivery] = []
        self.beating = True
        self.unanswered = 0.0

    @property
    def ack_wait(self) -> float:
        return self.consumer.ack_wait

    def stop_beating(self) -> None:
        """As when the process dies, or the machine freezes it: the leases run out one ``ack_wait`` from now."""
        self.consumer.ready()
        for delivery in self.held:
            delivery.freeze()
        self.beating = False

    def beat_again(self) -> None:
        """As when the machine thaws the process: its beats keep what it held, whoever has it by now."""
        self.beating = True
        for delivery in self.held:
            delivery.thaw()

    async def pull(self, limit: int, timeout: float) -> list["MemoryDelivery"]:
        clock = self.consumer.clock
        end = clock.monotonic() + timeout
        while True:
            try:
                await within(self.consumer.bus.answer(), end - clock.monotonic())
            except Expired:
                return []
            taken = [self._deliver(each) for each in self.consumer.ready()[:limit]]
            left = end - clock.monotonic()
            if taken or left <= 0:
                return taken
            try:
                await within(_wait(self.consumer.bus.changed), min(left, self.consumer.next_at() - clock.monotonic()))
            except Expired:
                continue

    def _deliver(self, pending: Pending) -> "MemoryDelivery":
        pending.delivered += 1
        pending.again_at = self.consumer.clock.monotonic() + self.ack_wait
        delivery = MemoryDelivery(self, pending)
        pending.alive = delivery.is_kept_alive
        self.held.append(delivery)
        return delivery


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


class MemoryDelivery:
    """:class:`shared.ports.bus.Delivery`. ``said`` is what was said to the bus about it, in order."""

    def __init__(self, queue: MemoryQueue, pending: Pending) -> None:
        self._queue = queue
        self._pending = pending
        self._clock = queue.consumer.clock
        self._since = self._clock.monotonic()
        self._renewing = True
        self._delivered = pending.delivered
        self.said: list[str] = []

    @property
    def sequence(self) -> int:
        return self._pending.message.sequence

    @property
    def delivered(self) -> int:
        return self._delivered

    @property
    def is_last(self) -> bool:
        return self._delivered >= self._queue.consumer.max_deliver

    def is_kept_alive(self) -> bool:
        """Whether its process still renews its lease."""
        return self in self._queue.held and self._queue.beating

    def freeze(self) -> None:
        """Renew the lease no more."""
        self._since, self._renewing = self._confirmed_at(), False

    def thaw(self) -> None:
        """Renew the lease again, unless it ran out."""
        self._renewing = self._clock.monotonic() - self._since < self._queue.ack_wait

    def lease_age(self) -> float:
        return self._clock.monotonic() - self._confirmed_at() if self in self._queue.held else NEVER

    def _confirmed_at(self) -> float:
        every = self._queue.ack_wait / 3
        held_for = self._clock.monotonic() - self._since
        return self._since + (held_for // every * every if self._renewing else 0.0)

    async def confirm(self) -> None:
        await self._queue.consumer.bus.answer()
        self._since, self._renewing = self._clock.monotonic(), self._queue.beating
        self._pending.again_at = self._since + self._queue.ack_wait

    def request(self) -> JobRequest:
        return decode_request(self._pending.message.body)

    async def ack(self) -> None:
        if await self._answer("ack"):
            self._pending.over = True
            await asyncio.sleep(self._queue.unanswered)

    async def hand_back(self, delay: float = 0.0) -> None:
        if await self._answer("hand_back"):
            self._pending.alive = lambda: False
            self._pending.again_at = self._clock.monotonic() + delay
            self._queue.consumer.bus.tell()
            await asyncio.sleep(self._queue.unanswered)

    async def set_aside(self, reason: str) -> None:
        await self._queue.consumer.bus.answer()
        self._queue.consumer.bus.set_aside.append((self._pending.message.body, reason))
        if await self._answer("set_aside"):
            self._pending.over = True

    def let_go(self) -> None:
        if self in self._queue.held:
            self._queue.held.remove(self)

    async def _answer(self, word: str) -> bool:
        """Say a word and return whether it was heard: while the bus is away it is simply lost."""
        self.said.append(word)
        self.let_go()
        await asyncio.sleep(0)
        return not self._queue.consumer.bus.away
