"""The gateway's feed of the stream ``STATUS``: what happens from now on, and again what happened lately.

The stream itself is followed, not the bucket: two status services write records in an order that is not the log's.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import NoReturn

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy

from shared.domain.fold import Entry
from shared.events import subjects
from shared.events.codec import Unreadable
from shared.jetstream.faults import translated
from shared.jetstream.follower import Follower
from shared.jetstream.logged import event_of
from shared.jetstream.passes import messages_of
from shared.jetstream.topology import STATUS
from shared.ports.event_feed import Heard

log = structlog.get_logger()

_BATCH = 100
"""Few enough that reading them leaves the loop to others every few milliseconds."""

LONG = 10_000
"""Events from which on a replay reads only each job's last one: it says as much, and a job writes ten to a hundred."""

_REPLAYS_AT_ONCE = 8


class JetStreamEventFeed:
    """:class:`shared.ports.event_feed.EventFeed` over JetStream. ``long`` is when a replay is long, in events."""

    def __init__(self, client: Client, js: JetStreamContext, long: int = LONG) -> None:
        self._client = client
        self._js = js
        self._long = long
        # A gateway's clients come back all at once when it does: each replay is a consumer on the server.
        self._replays = asyncio.Semaphore(_REPLAYS_AT_ONCE)

    async def follow(self, hear: Callable[[Heard], Awaitable[None]]) -> NoReturn:
        """See :meth:`shared.ports.event_feed.EventFeed.follow`."""

        async def begin(position: int) -> None:
            await hear(Heard((), position))

        async def deliver(messages: Sequence[Msg]) -> None:
            entries = [entry for message in messages if (entry := _entry(message)) is not None]
            await hear(Heard(entries, messages[-1].metadata.sequence.stream))

        follower = Follower(self._client, self._js, STATUS, deliver=deliver, begin=begin, resumes=True, batch=_BATCH)
        await follower.run()

    async def last(self) -> int:
        """See :meth:`shared.ports.event_feed.EventFeed.last`."""
        with translated():
            return (await self._js.stream_info(STATUS)).state.last_seq

    async def replay(self, after: int, until: int) -> AsyncGenerator[Entry, None]:
        """See :meth:`shared.ports.event_feed.EventFeed.replay`."""
        if until <= after:
            return
        start = _latest() if until - after > self._long else _from(after + 1)
        async with self._replays, aclosing(messages_of(self._client, self._js, STATUS, start)) as messages:
            async for message in messages:
                sequence = message.metadata.sequence.stream
                if after < sequence <= until and (entry := _entry(message)) is not None:
                    yield entry
                if sequence >= until:
                    return
                if sequence % _BATCH == 0:
                    await asyncio.sleep(0)


def _latest() -> ConsumerConfig:
    return ConsumerConfig(deliver_policy=DeliverPolicy.LAST_PER_SUBJECT, filter_subject=subjects.ALL_LOGS)


def _from(sequence: int) -> ConsumerConfig:
    return ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=sequence)


def _entry(message: Msg) -> Entry | None:
    try:
        return event_of(message).entry
    except Unreadable as error:
        log.warning("Passed over an event that cannot be read", action="event_unreadable", error=str(error))
        return None
