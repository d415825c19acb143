"""The status service's events: batches from its durable consumer on ``STATUS``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.events.codec import Unreadable
from shared.jetstream.batches import JetStreamBatch, pulling
from shared.jetstream.faults import translated
from shared.jetstream.logged import event_of
from shared.jetstream.pull import Pull
from shared.jetstream.setting_aside import set_aside
from shared.jetstream.topology import FOLDER, STATUS

log = structlog.get_logger()

_BATCH = 500
_TIMEOUT = 2.0


class JetStreamEvents:
    """:class:`shared.ports.batches.Batches`; sets aside what cannot be read."""

    def __init__(self, js: JetStreamContext, pull: Pull) -> None:
        self._js = js
        self._pull = pull

    async def next_batch(self) -> JetStreamBatch[Entry]:
        """Return up to 500 events, none after two seconds; raises ``BusUnavailable``."""
        readable: list[Msg] = []
        entries: list[Entry] = []
        for message in await self._pull.messages(_BATCH, _TIMEOUT):
            try:
                entries.append(event_of(message).entry)
                readable.append(message)
            except Unreadable as error:
                await self._set_aside(message, error)
        return JetStreamBatch(readable, entries)

    async def _set_aside(self, message: Msg, error: Unreadable) -> None:
        reason = str(error)
        log.error("Set an unreadable event aside", action="set_aside", reason=reason)
        await set_aside(self._js, STATUS, message, reason)
        with translated():
            if error.foreign:
                # Out of the log with it: readers take a log's last message for the truth. What a newer release may
                # have written stays for it to read.
                await self._js.delete_msg(STATUS, message.metadata.sequence.stream)
            await message.term()


@asynccontextmanager
async def open_events(client: Client, js: JetStreamContext) -> AsyncIterator[JetStreamEvents]:
    """Yield the events; hand back what came and was not taken when done."""
    async with pulling(client, STATUS, FOLDER) as pull:
        yield JetStreamEvents(js, pull)
