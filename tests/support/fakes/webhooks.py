"""Webhooks over memory: messages that come back when they are due, delivery logs, and endpoints told how to behave."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from shared.domain.ids import JobId
from shared.domain.webhooks import Answer, DeliveryLog, Message, Outcome
from shared.ports.job_log import BusUnavailable
from shared.ports.webhooks import DeliveryConflict, KeptLog

LEASE = 40.0
"""Seconds after which a message that was not answered for is delivered again."""


def _now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(slots=True)
class Waiting:
    """A message in ``WEBHOOKS``: when it is delivered next, and how often it was; None once it is done with."""

    message: Message
    due: float | None
    deliveries: int = 0


@dataclass(slots=True)
class MemoryWebhooks:
    """:class:`Outbox`, :class:`UnsentMessages` and :class:`DeliveryLogs` over one server, which may be ``away``."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    logs: dict[JobId, tuple[DeliveryLog, int]] = field(default_factory=dict)
    away: bool = False
    writes: int = 0
    lose_writes: int = 0

    async def put(self, message: Message) -> bool:
        self._reach()
        if message.webhook_id in self.waiting:
            return False
        self.waiting[message.webhook_id] = Waiting(message, _now())
        return True

    async def pull(self, limit: int, timeout: float) -> Sequence["MemoryHeld"]:
        end = _now() + timeout
        while True:
            self._reach()
            due = sorted(((each.due, name) for name, each in self.waiting.items() if each.due is not None))
            ready = [self.waiting[name] for at, name in due if at <= _now()][:limit]
            if ready or _now() >= end:
                return [self._deliver(each) for each in ready]
            await asyncio.sleep(min([end, *(at for at, _ in due[:1])]) - _now())

    def _deliver(self, waiting: Waiting) -> "MemoryHeld":
        waiting.due = _now() + LEASE
        waiting.deliveries += 1
        return MemoryHeld(self, waiting)

    async def read(self, job_id: JobId, request: int) -> KeptLog:
        self._reach()
        log, version = self.logs.get(job_id, (DeliveryLog(job_id=job_id, request=request), 0))
        return KeptLog(log if log.request == request else DeliveryLog(job_id=job_id, request=request), version)

    async def write(self, log: DeliveryLog, version: int) -> None:
        self._reach()
        if self.lose_writes:
            self.lose_writes -= 1
            raise BusUnavailable("the fake bus is away")
        if self.logs.get(log.job_id, (None, 0))[1] != version:
            raise DeliveryConflict
        self.writes += 1
        self.logs[log.job_id] = (log, self.writes)

    def outcomes(self, job_id: str) -> list[Outcome]:
        """What the job's tries led to."""
        return [each.outcome for each in self.logs[JobId(job_id)][0].tries] if JobId(job_id) in self.logs else []

    def done(self) -> bool:
        """Whether nothing is left to be delivered."""
        return all(each.due is None for each in self.waiting.values())

    def _reach(self) -> None:
        if self.away:
            raise BusUnavailable("the fake bus is away")


class MemoryHeld:
    """:class:`HeldMessage`."""

    def __init__(self, server: MemoryWebhooks, waiting: Waiting) -> None:
        self._server = server
        self._waiting = waiting
        self.message = waiting.message

    async def ack(self) -> None:
        await asyncio.sleep(0)
        if not self._server.away:
            self._waiting.due = None

    async def hand_back(self, delay: float) -> None:
        await asyncio.sleep(0)
        if not self._server.away and self._waiting.due is not None:
            self._waiting.due = _now() + delay


Behaviour = Callable[[Message, int], Answer]
"""Says how an endpoint answers a message at its try of this number, counted from 1."""


def answering(*statuses: int, seconds: float = 0.1) -> Behaviour:
    """Answer with each status in turn, and with the last one from then on."""
    return lambda message, number: Answer(seconds=seconds, http_status=statuses[min(number, len(statuses)) - 1])


def silent(message: Message, number: int) -> Answer:
    """Take the connection and never answer."""
    return Answer(seconds=15.0, error="The endpoint did not answer within 15 s.")


@dataclass(slots=True)
class ScriptedEndpoints:
    """:class:`Endpoints`. ``behaviours`` are by host; ``heard`` is what arrived: when, which host, which message."""

    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    heard: list[tuple[float, str, str]] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)

    async def send(self, message: Message) -> Answer:
        host = urlsplit(message.url).netloc
        self.heard.append((_now(), host, message.webhook_id))
        number = sum(heard == message.webhook_id for _, _, heard in self.heard)
        answer = self.behaviours.get(host, answering(200))(message, number)
        self.at_once[host] += 1
        self.most_at_once[host] = max(self.most_at_once[host], self.at_once[host])
        try:
            await asyncio.sleep(answer.seconds)
        finally:
            self.at_once[host] -= 1
        return answer

    def times(self, webhook_id: str) -> list[float]:
        """When the message arrived, in the loop's seconds."""
        return [at for at, _, heard in self.heard if heard == webhook_id]


@dataclass(slots=True)
class CountingMeters:
    """:class:`DeliveryMeters`."""

    counts: Counter[Outcome] = field(default_factory=Counter)

    def count(self, outcome: Outcome) -> None:
        self.counts[outcome] += 1
