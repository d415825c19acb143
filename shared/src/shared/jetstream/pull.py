"""Pulling from a consumer: what is there at once, one message as soon as it comes.

nats-py's ``fetch`` of several waits out its whole timeout once the first message has come, and a cancelled one leaves a
request behind that swallows the next message. Here a request outlives the call that made it, and what arrives for it
is kept for the next call.
"""

import asyncio
import json
import time
from types import TracebackType
from typing import Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from shared.jetstream.faults import translated

_NANOSECONDS = 1_000_000_000


class Pull:
    """One pulling client of one consumer. Use it from one task at a time; close it by leaving its context."""

    def __init__(self, client: Client, stream: str, consumer: str) -> None:
        self._client = client
        self._ask = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._inbox: Subscription | None = None
        self._inbox_subject = client.new_inbox()
        self._owed = 0
        self._owed_until = 0.0

    async def __aenter__(self) -> Self:
        """Open the inbox."""
        with translated():
            self._inbox = await self._client.subscribe(self._inbox_subject, cb=self._arrived.put)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the inbox: without interest the server drops what is still asked for."""
        if self._inbox is not None and not self._client.is_closed:
            await self._inbox.unsubscribe()

    async def messages(self, limit: int, timeout: float) -> list[Msg]:
        """Return 1 to ``limit`` messages as soon as there is one, or none after ``timeout`` seconds.

        Raises ``BusUnavailable`` when NATS is away.
        """
        taken = self._take(limit)
        if taken:
            return taken
        await self._request(limit, timeout)
        end = time.monotonic() + timeout
        while not taken and (left := end - time.monotonic()) > 0:
            try:
                self._keep(await asyncio.wait_for(self._arrived.get(), left), taken)
            except TimeoutError:
                break
            taken += self._take(limit - len(taken))
            if not taken and self._owed == 0:
                # The server ended the request early (its consumer was deleted, it has no room): do not spin.
                await asyncio.sleep(min(0.2, max(0.0, end - time.monotonic())))
                break
        return taken

    def left_over(self) -> list[Msg]:
        """Return what arrived and was not taken, to be handed back."""
        return self._take(self._arrived.qsize())

    async def _request(self, limit: int, timeout: float) -> None:
        if self._owed and time.monotonic() < self._owed_until:
            return
        request = {"batch": limit, "expires": int(timeout * _NANOSECONDS)}
        with translated():
            await self._client.publish(self._ask, json.dumps(request).encode(), reply=self._inbox_subject)
        self._owed, self._owed_until = limit, time.monotonic() + timeout

    def _take(self, limit: int) -> list[Msg]:
        taken: list[Msg] = []
        while len(taken) < limit and not self._arrived.empty():
            self._keep(self._arrived.get_nowait(), taken)
        return taken

    def _keep(self, message: Msg, taken: list[Msg]) -> None:
        if message.headers and "Status" in message.headers and not message.data:
            self._owed = 0
            return
        self._owed = max(0, self._owed - 1)
        taken.append(message)
