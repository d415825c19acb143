"""Looking through ``JOBS`` by headers alone, and through ``STATUS`` by last events: the status service's two scans."""

from collections.abc import AsyncIterator
from datetime import datetime

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.domain.fold import Entry
from shared.domain.ids import BadJobId, parse_job_id
from shared.domain.kinds import Kind
from shared.events import subjects
from shared.events.codec import Unreadable, decode_event
from shared.jetstream.faults import translated
from shared.jetstream.pull import Pull
from shared.jetstream.requests import DEADLINE, JOB_ID
from shared.jetstream.topology import JOBS, STATUS
from shared.ports.bus import Waiting
from shared.ports.job_log import BusUnavailable

log = structlog.get_logger()

_BATCH = 500
_TIMEOUT = 3.0


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
        async for message in self._messages(JOBS, start):
            waiting = _waiting(message)
            if waiting is not None:
                yield waiting

    async def last_entries(self) -> AsyncIterator[Entry]:
        """Yield the last entry of every job's log; raises ``BusUnavailable``."""
        last = ConsumerConfig(deliver_policy=DeliverPolicy.LAST_PER_SUBJECT, filter_subject=subjects.ALL_LOGS)
        async for message in self._messages(STATUS, last):
            try:
                yield decode_event(message.data, message.metadata.sequence.stream).entry
            except Unreadable as error:
                log.warning("Passed over an event that cannot be read", action="event_unreadable", error=str(error))

    async def _messages(self, stream: str, config: ConsumerConfig) -> AsyncIterator[Msg]:
        with translated():
            info = await self._js.add_consumer(
                stream, config.evolve(ack_policy=AckPolicy.NONE, mem_storage=True, inactive_threshold=30.0)
            )
        try:
            left = info.num_pending or 0
            async with Pull(self._client, stream, info.name) as pull:
                while left > 0:
                    batch = await pull.messages(min(left, _BATCH), _TIMEOUT)
                    if not batch:
                        raise BusUnavailable(f"a pass over {stream} stopped with {left} messages to go")
                    for message in batch:
                        yield message
                    left = batch[-1].metadata.num_pending or 0
        finally:
            with translated():
                await self._js.delete_consumer(stream, info.name)


def _waiting(message: Msg) -> Waiting | None:
    headers = message.headers or {}
    try:
        kind = Kind(message.subject.split(".")[1])
        job_id = parse_job_id(headers[JOB_ID])
        deadline = datetime.fromisoformat(headers[DEADLINE])
    except (KeyError, ValueError, BadJobId):
        return None
    return Waiting(message.metadata.sequence.stream, kind, job_id, deadline)
