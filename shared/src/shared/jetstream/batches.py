"""Batches of messages from a consumer that processes share: taken whole, or handed back whole."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.jetstream.faults import translated
from shared.jetstream.pull import Pull

T = TypeVar("T")

_AGAIN = 1.0


class JetStreamBatch(Generic[T]):
    """:class:`shared.ports.batches.Batch`: some messages, and what was read of them."""

    def __init__(self, messages: Sequence[Msg], items: Sequence[T]) -> None:
        self._messages = messages
        self.items = items

    async def ack(self) -> None:
        """See :meth:`shared.ports.batches.Batch.ack`."""
        with translated():
            for message in self._messages:
                await message.ack()

    async def hand_back(self) -> None:
        """See :meth:`shared.ports.batches.Batch.hand_back`: a second from now."""
        with translated():
            for message in self._messages:
                await message.nak(delay=_AGAIN)


@asynccontextmanager
async def pulling(client: Client, stream: str, consumer: str) -> AsyncIterator[Pull]:
    """Yield a pull from a consumer that acknowledges; hand back what came for it and was not taken when done."""
    async with Pull(client, stream, consumer) as pull:
        yield pull
        left = pull.left_over()
        if left and client.is_connected:
            await JetStreamBatch[None](left, ()).hand_back()
