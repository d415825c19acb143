"""Following a stream, and proving how far it has been followed.

A feed that stalls (one did for 19 s after a server restart) looks just like one with nothing to say. So the stream is
asked twice a second for its last sequence: once the feed has delivered that far, everything written before the asking
has been seen. The age of that proof is the feed's freshness.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NoReturn

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamInfo
from nats.js.errors import APIError, NotFoundError

from shared.jetstream.faults import translated
from shared.jetstream.passes import transient
from shared.jetstream.pull import Pull
from shared.ports.job_log import BusUnavailable
from shared.tasks import stop

log = structlog.get_logger()

PROBE_EVERY = 0.5
STALLED_AFTER = 3.0
_PULL = 2.0

Deliver = Callable[[Sequence[Msg]], Awaitable[None]]
Begin = Callable[[int], Awaitable[None]]


class Follower:
    """Calls ``deliver`` with every message of a stream from now on, up to ``batch`` at a time, in their order.

    ``begin`` is called before the first of them with the sequence after which it begins, and again whenever it had to
    begin anew: after the last sequence delivered if it ``resumes``, so that nothing is left out, else at what is the
    end of the stream by then.
    """

    def __init__(
        self,
        client: Client,
        js: JetStreamContext,
        stream: str,
        *,
        deliver: Deliver,
        begin: Begin,
        resumes: bool,
        batch: int,
    ) -> None:
        self._client = client
        self._js = js
        self._stream = stream
        self._deliver = deliver
        self._begin = begin
        self._resumes = resumes
        self._batch = batch
        self._created: datetime | None = None
        self._seen = 0
        self._proven_at = float("-inf")
        self._wanted: tuple[int, float] | None = None

    def staleness(self) -> float:
        """Seconds since everything in the stream is known to have been delivered; infinite while it is not."""
        return time.monotonic() - self._proven_at

    async def run(self) -> NoReturn:
        """Follow for ever, through restarts of the server and the loss of the stream."""
        while True:
            try:
                await self._follow()
            except (BusUnavailable, NotFoundError) as error:
                log.debug("A stream cannot be followed just now", action="feed_waiting", **self._says(error))
            except APIError as error:
                log.warning("A stream cannot be followed", action="feed_refused", **self._says(error))
            self._proven_at, self._wanted = float("-inf"), None
            await asyncio.sleep(PROBE_EVERY)

    def _says(self, error: Exception) -> dict[str, str]:
        return {"stream": self._stream, "error": str(error)}

    async def _follow(self) -> None:
        info = await self._info()
        self._seen, self._created = self._start(info), info.created
        with translated():
            consumer = await self._js.add_consumer(
                self._stream,
                transient(
                    ConsumerConfig(
                        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                        opt_start_seq=self._seen + 1,
                    )
                ),
            )
        await self._begin(self._seen)
        probing = asyncio.create_task(self._probe())
        try:
            async with Pull(self._client, self._stream, consumer.name) as pull:
                await self._take_until(probing, pull)
            if probing.done():
                await probing
        finally:
            await stop([probing])

    def _start(self, info: StreamInfo) -> int:
        if not self._resumes or self._created is None:
            return info.state.last_seq
        # Of a stream made anew everything is news.
        return 0 if self._is_another(info) else self._seen

    def _is_another(self, info: StreamInfo) -> bool:
        return info.created != self._created or info.state.last_seq < self._seen

    async def _take_until(self, probing: asyncio.Task[None], pull: Pull) -> None:
        taken = 0
        while not probing.done():
            messages = await pull.messages(self._batch, _PULL)
            whole = _without_gap(messages, taken)
            taken += len(whole)
            if whole:
                await self._deliver(whole)
                self._seen = whole[-1].metadata.sequence.stream
            self._prove()
            if len(whole) < len(messages):
                log.warning("Messages were lost on their way; starting again", action="feed_gap", stream=self._stream)
                return

    async def _probe(self) -> None:
        """Return when the feed has to start again: the stream is another one, or what it holds does not come."""
        connections = self._client.stats["reconnects"]
        while True:
            asked = time.monotonic()
            info = await self._info()
            # What was asked for over the connection before went with it, and perhaps with the server's memory.
            if self._is_another(info) or self._client.stats["reconnects"] != connections:
                return
            if self._wanted is None:
                self._wanted = (info.state.last_seq, asked)
            self._prove()
            if self._wanted is not None and asked - self._wanted[1] > STALLED_AFTER:
                log.warning("A stream's feed stalled; starting it again", action="feed_stalled", stream=self._stream)
                return
            await asyncio.sleep(PROBE_EVERY)

    def _prove(self) -> None:
        if self._wanted is not None and self._seen >= self._wanted[0]:
            self._proven_at, self._wanted = self._wanted[1], None

    async def _info(self) -> StreamInfo:
        with translated():
            return await self._js.stream_info(self._stream)


def _without_gap(messages: Sequence[Msg], taken: int) -> Sequence[Msg]:
    """Return the messages up to the first that is not the next of its consumer after ``taken`` of them.

    Without acknowledgements nothing is delivered twice: what was on its way when a connection broke is gone.
    """
    for number, message in enumerate(messages):
        if message.metadata.sequence.consumer != taken + number + 1:
            return messages[:number]
    return messages
