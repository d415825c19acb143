"""Workers' announcements over core NATS, and the proof that those who listen have heard them.

Silence means something here: a worker that is not heard is taken for dead. So silence counts only while the connection
is known to carry: an echo of our own on the same subscription shows that all that was said before it has arrived.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.events import subjects
from shared.events.announcements import decode_load, encode_load
from shared.events.codec import Unreadable
from shared.jetstream.faults import translated
from shared.ports.job_log import BusUnavailable
from shared.ports.workers import Audience, Load
from shared.tasks import stop

log = structlog.get_logger()

_PROVE_EVERY = 0.5


class NatsAnnouncer:
    """:class:`shared.ports.workers.Announcer`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def tell(self, load: Load) -> None:
        """See :meth:`shared.ports.workers.Announcer.tell`."""
        await self._say(load, encode_load(load))

    async def leave(self, load: Load) -> None:
        """See :meth:`shared.ports.workers.Announcer.leave`."""
        await self._say(load, b"")

    async def _say(self, load: Load, body: bytes) -> None:
        try:
            with translated():
                await self._client.publish(subjects.announcement(load.kind, load.worker), body)
        except BusUnavailable as error:
            log.debug("An announcement was lost", action="announcement_lost", error=str(error))


@asynccontextmanager
async def answering_roll_calls(client: Client, asked: Callable[[], None]) -> AsyncIterator[None]:
    """Call ``asked`` whenever somebody wants to know who is there, while the context is open."""

    async def on_message(_: Msg) -> None:
        asked()

    with translated():
        subscription = await client.subscribe(subjects.ROLL_CALL, cb=on_message)
    try:
        yield
    finally:
        # To a server that is away nothing can be said, and nats-py would stumble over that when it closes.
        if client.is_connected:
            await subscription.unsubscribe()


@asynccontextmanager
async def hearing_workers(client: Client, audience: Audience) -> AsyncIterator[None]:
    """Pass on what the workers say while the context is open; ask them at once, and again after every reconnect."""
    ear = _Ear(client, audience)
    with translated():
        subscription = await client.subscribe(subjects.ALL_ANNOUNCEMENTS, cb=ear.on_message)
    proving = asyncio.create_task(ear.prove(), name="workers-heard")
    try:
        yield
    finally:
        await stop([proving])
        # To a server that is away nothing can be said, and nats-py would stumble over that when it closes.
        if client.is_connected:
            await subscription.unsubscribe()


class _Ear:
    """One subscription, which also hears its own echo: what came in before that has been passed on."""

    def __init__(self, client: Client, audience: Audience) -> None:
        self._client = client
        self._audience = audience
        self._echo = subjects.own_echo(client.new_inbox().rpartition(".")[2])
        self._asked_after: int | None = None

    async def on_message(self, message: Msg) -> None:
        if message.subject == self._echo:
            self._proven(float(message.data))
        elif not message.subject.startswith(subjects.ECHOES):
            self._pass_on(message)

    def _proven(self, sent_at: float) -> None:
        if self._asked_after == self._client.stats["reconnects"]:
            self._audience.up_to_date(time.monotonic() - sent_at)

    def _pass_on(self, message: Msg) -> None:
        if not message.data:
            self._audience.left(message.subject.rpartition(".")[2])
            return
        try:
            self._audience.heard(decode_load(message.data))
        except Unreadable as error:
            log.debug("Passed over an announcement", action="announcement_unreadable", error=str(error))

    async def prove(self) -> None:
        while True:
            try:
                with translated():
                    await self._ask_after_reconnecting()
                    await self._client.publish(self._echo, repr(time.monotonic()).encode())
            except BusUnavailable as error:
                log.debug("Nothing is known of the workers just now", action="workers_unheard", error=str(error))
            await asyncio.sleep(_PROVE_EVERY)

    async def _ask_after_reconnecting(self) -> None:
        reconnects = self._client.stats["reconnects"]
        if self._asked_after != reconnects:
            await self._client.publish(subjects.ROLL_CALL, b"")
            self._audience.asked()
            self._asked_after = reconnects
