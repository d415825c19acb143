"""Passing over a stream from one sequence on, by a consumer of its own that is gone when the pass is."""

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig

from shared.jetstream.faults import translated
from shared.jetstream.pull import Pull
from shared.ports.job_log import BusUnavailable

BATCH = 500
_TIMEOUT = 3.0


def transient(config: ConsumerConfig) -> ConsumerConfig:
    """Return a consumer that remembers nothing and goes when it is left alone.

    It has a name of its own: a request that leaves the naming to the server can be for anybody's consumer by what its
    body says, so that no user's rights can tell them apart.
    """
    return config.evolve(name=os.urandom(8).hex(), ack_policy=AckPolicy.NONE, mem_storage=True, inactive_threshold=30.0)


class Pass:
    """One pass. ``pending`` is how many messages lie ahead of it."""

    def __init__(self, stream: str, pull: Pull, pending: int) -> None:
        self._stream = stream
        self._pull = pull
        self.pending = pending

    async def read(self, limit: int = BATCH) -> list[Msg]:
        """Return the next 1 to ``limit`` messages, oldest first, none at the end; raises ``BusUnavailable``."""
        if self.pending <= 0:
            return []
        messages = await self._pull.messages(min(self.pending, limit), _TIMEOUT)
        if not messages:
            raise BusUnavailable(f"a pass over {self._stream} stopped with {self.pending} messages to go")
        self.pending = messages[-1].metadata.num_pending or 0
        return messages


@asynccontextmanager
async def passing(client: Client, js: JetStreamContext, stream: str, config: ConsumerConfig) -> AsyncIterator[Pass]:
    """Yield a pass over what ``config`` selects and delivers; raises ``BusUnavailable``."""
    with translated():
        info = await js.add_consumer(stream, transient(config))
    try:
        async with Pull(client, stream, info.name) as pull:
            yield Pass(stream, pull, info.num_pending or 0)
    finally:
        with translated():
            await js.delete_consumer(stream, info.name)


async def messages_of(
    client: Client, js: JetStreamContext, stream: str, config: ConsumerConfig
) -> AsyncGenerator[Msg, None]:
    """Yield each message of a pass; close it when breaking off. Raises ``BusUnavailable``."""
    async with passing(client, js, stream, config) as found:
        while batch := await found.read():
            for message in batch:
                yield message
