"""Delivering: many messages at once, each tried when it is due, every try written down before it is answered for."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import structlog

from shared.domain.webhooks import Answer, Message, Outcome
from shared.ports.clock import Clock
from shared.ports.job_log import BusUnavailable
from shared.ports.webhooks import (
    DeliveryConflict,
    DeliveryLogs,
    DeliveryMeters,
    Endpoints,
    HeldMessage,
    KeptLog,
    UnsentMessages,
)
from shared.tasks import stop
from status.webhooks.hosts import Chance, Hosts

log = structlog.get_logger()

AT_ONCE = 128
"""Messages in hand, over all hosts."""

_PULL = 1.0
_ROUNDS = 10


class Deliverer:
    """One process's deliverer; any number share the messages. Leaving its context hands back what is in hand."""

    def __init__(
        self,
        messages: UnsentMessages,
        logs: DeliveryLogs,
        endpoints: Endpoints,
        clock: Clock,
        meters: DeliveryMeters,
        chance: Chance,
        at_once: int = AT_ONCE,
    ) -> None:
        self._messages = messages
        self._logs = logs
        self._endpoints = endpoints
        self._clock = clock
        self._meters = meters
        self._chance = chance
        self._at_once = at_once
        self._hosts = Hosts(clock, chance)
        self._in_hand: dict[asyncio.Task[None], HeldMessage] = {}

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up the tries in flight, and let others make them."""
        given_up = dict(self._in_hand)
        await stop(given_up)
        await asyncio.gather(*(held.hand_back(0.0) for task, held in given_up.items() if task.cancelled()))

    async def once(self) -> None:
        """Take what there is room for; raises ``BusUnavailable``."""
        if len(self._in_hand) >= self._at_once:
            await asyncio.wait(self._in_hand, timeout=_PULL, return_when=asyncio.FIRST_COMPLETED)
            return
        for held in await self._messages.pull(self._at_once - len(self._in_hand), _PULL):
            task = asyncio.create_task(self._handled(held))
            self._in_hand[task] = held
            task.add_done_callback(self._in_hand.pop)

    async def _handled(self, held: HeldMessage) -> None:
        try:
            await self._handle(held)
        except BusUnavailable as error:
            # Nothing was answered for: it comes again by itself, to whoever is there then.
            log.debug("NATS is away; a webhook waits", action="bus_waiting", error=str(error))
        except Exception:  # one message's bug is no other's
            log.exception("A webhook broke", action="webhook_broken", job_id=held.message.job_id)

    async def _handle(self, held: HeldMessage) -> None:
        message = held.message
        kept = await self._logs.read(message.job_id, message.request)
        wait = kept.log.due_in(message, self._clock.now())
        if wait is None:
            await held.ack()
            return
        host = urlsplit(message.url).netloc
        pause = wait or self._hosts.enter(host)
        if pause is not None:
            await held.hand_back(pause)
            return
        await self._settle(held, await self._try(message, host, kept))

    async def _try(self, message: Message, host: str, kept: KeptLog) -> float | None:
        """Try once; return the seconds until the next try, None when there is to be none."""
        at, began = self._clock.now(), self._clock.monotonic()
        answer: Answer | None = None
        try:
            answer = await self._endpoints.send(message)
        finally:
            answered = answer is not None and answer.http_status is not None
            self._hosts.leave(host, self._clock.monotonic() - began, answered=answered)
        chance = self._chance()
        for _ in range(_ROUNDS):
            written = kept.log.tried(message, at, answer, chance)
            with suppress(DeliveryConflict):
                await self._logs.write(written, kept.version)
                self._tell(message, written.tries[-1].outcome, answer)
                return written.due_in(message, self._clock.now())
            # Another of the job's messages was tried meanwhile.
            kept = await self._logs.read(message.job_id, message.request)
        raise BusUnavailable("the job's delivery log changes faster than it can be written")

    async def _settle(self, held: HeldMessage, wait: float | None) -> None:
        await (held.ack() if wait is None else held.hand_back(wait))

    def _tell(self, message: Message, outcome: Outcome, answer: Answer) -> None:
        self._meters.count(outcome)
        say = log.info if outcome is Outcome.DELIVERED else log.warning
        say(
            f"Told a client of its job: {outcome}",
            action="webhook_tried",
            job_id=message.job_id,
            status=message.status,
            outcome=outcome,
            http_status=answer.http_status,
            seconds=round(answer.seconds, 3),
        )
