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
_LATE = 1.0
"""Seconds that the end of a request may be late; a request is taken for lost only when it has not ended by then."""

_ANSWER_WITHIN = 1
_EXPIRED = "408"


class Pull:
    """One pulling client of one consumer. Use it from one task at a time; close it by leaving its context."""

    def __init__(self, client: Client, stream: str, consumer: str) -> None:
        self._client = client
        self._ask = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._inbox: Subscription | None = None
        self._inbox_subject = client.new_inbox()
        self._asked = 0
        self._owed = 0
        self._ends_at = 0.0
        self._refused = False

    async def __aenter__(self) -> Self:
        """Open the inbox."""
        with translated():
            self._inbox = await self._client.subscribe(f"{self._inbox_subject}.*", cb=self._arrived.put)
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
        taken, end = self._take(limit), time.monotonic() + timeout
        while not taken and (left := end - time.monotonic()) > 0:
            await self._request(limit, left)
            try:
                self._keep(await asyncio.wait_for(self._arrived.get(), left), taken)
            except TimeoutError:
                break
            taken += self._take(limit - len(taken))
            if self._refused:
                # The consumer was deleted, or the server has no room: do not spin.
                await asyncio.sleep(min(0.2, max(0.0, end - time.monotonic())))
                break
        return taken

    def delivered_by(self) -> float:
        """Return a monotonic time before which everything that came so far was delivered, however late it is read."""
        return min(time.monotonic(), self._ends_at)

    def left_over(self) -> list[Msg]:
        """Return what arrived and was not taken, to be handed back."""
        return self._take(self._arrived.qsize())

    async def _request(self, limit: int, expires: float) -> None:
        self._refused = False
        if self._owed and (time.monotonic() < self._ends_at + _LATE or await self._came_late()):
            return
        request = {"batch": limit, "expires": int(expires * _NANOSECONDS)}
        reply, asked_at = f"{self._inbox_subject}.{self._asked + 1}", time.monotonic()
        with translated():
            await self._client.publish(self._ask, json.dumps(request).encode(), reply=reply)
        self._asked += 1
        self._owed, self._ends_at = limit, asked_at + expires

    async def _came_late(self) -> bool:
        # A process that was frozen finds in its socket what came for the request it takes for lost: that must not pass
        # for what comes for the next one. The server answers after everything that it had sent before.
        with translated():
            await self._client.flush(timeout=_ANSWER_WITHIN)
        return not self._arrived.empty() or (self._inbox is not None and self._inbox.pending_msgs > 0)

    def _take(self, limit: int) -> list[Msg]:
        taken: list[Msg] = []
        while len(taken) < limit and not self._arrived.empty():
            self._keep(self._arrived.get_nowait(), taken)
        return taken

    def _keep(self, message: Msg, taken: list[Msg]) -> None:
        if message.headers and "Status" in message.headers and not message.data:
            self._ended(message.subject, message.headers["Status"])
            return
        self._owed = max(0, self._owed - 1)
        taken.append(message)

    def _ended(self, subject: str, status: str) -> None:
        # Only the end of the request that stands frees us to ask again: two at once would bring more than is wanted.
        if subject == f"{self._inbox_subject}.{self._asked}":
            self._owed, self._refused = 0, status != _EXPIRED
