"""Looking through ``JOBS`` by headers alone, and through ``STATUS`` by last events: the status service's two scans."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy

from shared.domain.fold import Entry
from shared.events import subjects
from shared.events.codec import Unreadable
from shared.jetstream.faults import translated
from shared.jetstream.filing_headers import waiting_of
from shared.jetstream.logged import event_of
from shared.jetstream.passes import messages_of
from shared.jetstream.topology import JOBS, STATUS
from shared.ports.bus import Waiting

log = structlog.get_logger()


class JetStreamScans:
    """Passes over a stream, each by a consumer of its own that is gone when the pass is."""

    def __init__(self, client: Client, js: JetStreamContext) -> None:
        self._client = client
        self._js = js

    async def requests_after(self, sequence: int) -> AsyncIterator[Waiting]:
        """See :meth:`status.sweeping.Filings.requests_after`."""
        with translated():
            last = (await self._js.stream_info(JOBS)).state.last_seq
        if last == sequence:
            return
        if last < sequence:
            sequence = 0
        start = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=sequence + 1, headers_only=True
        )
        async with aclosing(messages_of(self._client, self._js, JOBS, start)) as messages:
            async for message in messages:
                waiting = waiting_of(message)
                if waiting is not None:
                    yield waiting

    async def last_entries(self) -> AsyncIterator[Entry]:
        """Yield the last entry of every job's log; raises ``BusUnavailable``."""
        last = ConsumerConfig(deliver_policy=DeliverPolicy.LAST_PER_SUBJECT, filter_subject=subjects.ALL_LOGS)
        async with aclosing(messages_of(self._client, self._js, STATUS, last)) as messages:
            async for message in messages:
                try:
                    yield event_of(message).entry
                except Unreadable as error:
                    log.warning("Passed over an event that cannot be read", action="event_unreadable", error=str(error))
