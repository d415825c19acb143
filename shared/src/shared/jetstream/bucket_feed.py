"""Following the bucket's stream, and proving how far it has been followed.

A feed that stalls (one did for 19 s after a server restart) looks just like one with nothing to say. So the stream is
asked twice a second for its last sequence: once the feed has delivered that far, everything written before the asking
has been seen. The age of that proof is the feed's freshness.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RawStreamMsg, StreamInfo
from nats.js.errors import APIError, NotFoundError

from shared.jetstream.faults import translated
from shared.jetstream.pull import Pull
from shared.jetstream.topology import BUCKET_STREAM
from shared.ports.job_log import BusUnavailable
from shared.tasks import stop

log = structlog.get_logger()

PROBE_EVERY = 0.5
STALLED_AFTER = 3.0
_PULL = 2.0
_BATCH = 1_000


class BucketFeed:
    """Calls ``deliver`` with every message of the bucket from now on, and ``restart`` whenever some may be missed."""

    def __init__(
        self,
        client: Client,
        js: JetStreamContext,
        deliver: Callable[[RawStreamMsg], None],
        restart: Callable[[], None],
    ) -> None:
        self._client = client
        self._js = js
        self._deliver = deliver
        self._restart = restart
        self._seen = 0
        self._proven_at = float("-inf")
        self._wanted: tuple[int, float] | None = None

    def staleness(self) -> float:
        """Seconds since everything in the bucket is known to have been delivered; infinite while it is not."""
        return time.monotonic() - self._proven_at

    async def run(self) -> None:
        """Follow for ever, through restarts of the server and the loss of the bucket."""
        while True:
            try:
                await self._follow()
            except (BusUnavailable, NotFoundError) as error:
                log.debug("The bucket cannot be followed just now", action="feed_waiting", error=str(error))
            except APIError as error:
                log.warning("The bucket cannot be followed", action="feed_refused", error=str(error))
            self._forget()
            await asyncio.sleep(PROBE_EVERY)

    def _forget(self) -> None:
        self._proven_at, self._wanted = float("-inf"), None
        self._restart()

    async def _follow(self) -> None:
        info = await self._info()
        self._seen = info.state.last_seq
        with translated():
            consumer = await self._js.add_consumer(
                BUCKET_STREAM,
                ConsumerConfig(
                    deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                    opt_start_seq=self._seen + 1,
                    ack_policy=AckPolicy.NONE,
                    mem_storage=True,
                    inactive_threshold=30.0,
                ),
            )
        self._restart()
        probing = asyncio.create_task(self._probe(info.created))
        try:
            async with Pull(self._client, BUCKET_STREAM, consumer.name) as pull:
                while not probing.done():
                    await self._take(pull)
            await probing
        finally:
            await stop([probing])

    async def _take(self, pull: Pull) -> None:
        for message in await pull.messages(_BATCH, _PULL):
            self._seen = message.metadata.sequence.stream
            raw = RawStreamMsg(
                subject=message.subject, seq=self._seen, data=message.data, headers=dict(message.headers or {})
            )
            self._deliver(raw)
        self._prove()

    async def _probe(self, created: datetime | None) -> None:
        """Return when the feed has to start again: the bucket is another one, or what it holds does not come."""
        while True:
            asked = time.monotonic()
            info = await self._info()
            if info.created != created or info.state.last_seq < self._seen:
                return
            if self._wanted is None:
                self._wanted = (info.state.last_seq, asked)
            self._prove()
            if self._wanted is not None and asked - self._wanted[1] > STALLED_AFTER:
                log.warning("The bucket's feed stalled; starting it again", action="feed_stalled")
                return
            await asyncio.sleep(PROBE_EVERY)

    def _prove(self) -> None:
        if self._wanted is not None and self._seen >= self._wanted[0]:
            self._proven_at, self._wanted = self._wanted[1], None

    async def _info(self) -> StreamInfo:
        with translated():
            return await self._js.stream_info(BUCKET_STREAM)
