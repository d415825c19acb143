"""``JOBS`` as the index of jobs: windows of headers, read downwards from the newest.

A consumer only reads upwards, so each window is a short pass from its lower end. How many messages it would read is
known before it does (a consumer says what lies ahead of it), so that windows can be wide where little matches and the
stream is full of holes, and narrow where every message counts.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamState

from shared.domain.kinds import Kind
from shared.events import subjects
from shared.jetstream.faults import translated
from shared.jetstream.filing_headers import filing_of
from shared.jetstream.passes import BATCH, Pass, passing
from shared.jetstream.topology import JOBS
from shared.ports.filings import Window

SMALLEST = 256
"""Sequences of the first window: a page of jobs in one short pass."""

LARGEST = 4096
"""Headers read at a time: a tenth of a second of a gateway's loop, in many small parts."""

_GROWTH = 4
_DENSE = 1024


class JetStreamFilings:
    """:class:`shared.ports.filings.FilingIndex` over JetStream."""

    def __init__(self, client: Client, js: JetStreamContext) -> None:
        self._client = client
        self._js = js

    async def newest_first(
        self, below: int | None, budget: int, kind: Kind | None = None, claim: str | None = None
    ) -> AsyncIterator[Window]:
        """See :meth:`shared.ports.filings.FilingIndex.newest_first`."""
        state = await self._state()
        top = state.last_seq + 1 if below is None else min(below, state.last_seq + 1)
        first, size = max(1, state.first_seq), SMALLEST
        while top > first and budget > 0:
            subject = _subject(kind, claim, size)
            ahead = 0 if top > state.last_seq else await self._ahead(top, subject)
            size = top - first if subject and claim else size
            low = max(first, top - size)
            window = await self._window(low, top, subject, ahead, min(budget, LARGEST), first)
            yield window
            top, size, budget = window.floor, (top - window.floor) * _GROWTH, budget - window.looked

    async def _state(self) -> StreamState:
        with translated():
            return (await self._js.stream_info(JOBS)).state

    async def _ahead(self, start: int, subject: str | None) -> int:
        async with self._pass(start, subject) as ahead:
            return ahead.pending

    async def _window(self, low: int, top: int, subject: str | None, ahead: int, most: int, first: int) -> Window:
        """Read from ``low`` up to, not including, ``top``; from higher up when that is over ``most`` headers."""
        while True:
            async with self._pass(low, subject) as found:
                expected = found.pending - ahead
                # Below a hole it takes one header from above ``top`` to see that nothing is left below.
                if expected < most or low == top - 1:
                    messages, looked = await _below(found, top, expected)
                    break
            low = top - max(1, (top - low) * (most - 1) // expected)
        filings = [filing for message in reversed(messages) if (filing := filing_of(message)) is not None]
        return Window(filings, looked, low, low <= first)

    def _pass(self, start: int, subject: str | None) -> AbstractAsyncContextManager[Pass]:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=start,
            headers_only=True,
            filter_subject=subject,
        )
        return passing(self._client, self._js, JOBS, config)


def _subject(kind: Kind | None, claim: str | None, size: int) -> str | None:
    if kind is None:
        return None
    if claim is not None:
        return subjects.request(kind, claim)
    # Counting what matches a kind costs the server more than reading a small window whole.
    return subjects.requests_of(kind) if size > _DENSE else None


async def _below(found: Pass, top: int, expected: int) -> tuple[list[Msg], int]:
    """Read a pass up to sequence ``top``; return what lies below it, and how many messages were read."""
    kept: list[Msg] = []
    looked = 0
    # ``expected`` may be off by what was filed and removed meanwhile: only a sequence says that the end is reached.
    while batch := await found.read(max(1, min(expected - looked, BATCH))):
        looked += len(batch)
        kept += [message for message in batch if message.metadata.sequence.stream < top]
        if batch[-1].metadata.sequence.stream >= top - 1:
            break
    return kept, looked
