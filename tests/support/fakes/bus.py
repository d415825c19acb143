"""The bus in memory: jobs' logs, requests, their queue and the register, obeying the contracts of the real ones.

Every call yields to the loop once, as the real ones do, so that tasks interleave. Documents go through the real codec.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import lru_cache

from shared.domain.fold import Entry, fold
from shared.domain.ids import JobId
from shared.domain.job import Change
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.events.codec import Unreadable, decode_event, decode_request, encode_change, encode_request
from shared.events.envelope import MAX_EVENT_BYTES
from shared.ports.answers import KeptAnswer
from shared.ports.bus import ClaimMoved, Filed, Waiting
from shared.ports.job_log import BusFull, BusUnavailable, Fenced, LogUnreadable, TooLarge

MAX_DOCUMENT_BYTES = 1024 * 1024


@lru_cache(maxsize=10_000)
def _read(body: bytes, revision: int) -> Entry:
    return decode_event(body, revision).entry


@dataclass(slots=True)
class Message:
    """One request in ``JOBS``. ``waiting`` is what its headers say, ``source`` who filed which request."""

    sequence: int
    kind: Kind
    claim: str
    body: bytes
    waiting: Waiting | None
    source: tuple[str, JobRequest] | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """One event in ``STATUS``, and who wrote what to get it there."""

    revision: int
    body: bytes
    source: str
    change: Change | None


@dataclass(slots=True)
class MemoryBus:
    """One server's streams, shared by the fakes over it.

    ``away`` makes every call fail; ``full`` every filing; ``latency`` is what each way to it takes, in seconds.
    ``storing`` is what the stream takes to store an event that has reached it, in seconds: it does so whatever becomes
    of the writer, and reads do not wait for it. ``lose_answers`` is how many of the next writes take effect though
    their writer is told that nobody answered.
    """

    away: bool = False
    full: bool = False
    latency: float = 0.0
    storing: float = 0.0
    lose_answers: int = 0
    logs: dict[JobId, list[Logged]] = field(default_factory=dict)
    requests: dict[int, Message] = field(default_factory=dict)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    set_aside: list[tuple[bytes, str]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    filed: int = 0
    revisions: int = 0
    answers: dict[JobId, KeptAnswer] = field(default_factory=dict)
    answered: int = 0

    async def answer(self) -> None:
        """Take the time of the way there; raise ``BusUnavailable`` while the server is away."""
        await asyncio.sleep(self.latency)
        if self.away:
            raise BusUnavailable("the fake bus is away")

    def tell(self) -> None:
        """Wake whoever waits for news."""
        self.changed.set()
        self.changed = asyncio.Event()

    async def wrote(self) -> None:
        """Tell of a write and take the time of the way back; raise ``BusUnavailable`` when its answer is to be lost."""
        self.tell()
        await asyncio.sleep(self.latency)
        if self.lose_answers:
            self.lose_answers -= 1
            raise BusUnavailable("the fake bus lost its answer")

    def entries(self, job_id: str) -> list[Entry]:
        """Return a job's whole log, read back."""
        return [_read(each.body, each.revision) for each in self.logs.get(JobId(job_id), [])]

    def last(self, job_id: str) -> Entry:
        """Return the last entry of a job's log, which there must be."""
        last = self.logs[JobId(job_id)][-1]
        return _read(last.body, last.revision)

    def all_entries(self) -> list[Entry]:
        """Return every entry of every log, in the order of their revisions."""
        found = [entry for job_id in self.logs for entry in self.entries(job_id)]
        return sorted(found, key=lambda entry: entry.revision)

    def put_event(self, job_id: str, body: bytes) -> int:
        """Put any bytes into a job's log, as somebody else's code might; return their revision."""
        self.revisions += 1
        self.logs.setdefault(JobId(job_id), []).append(Logged(self.revisions, body, "", None))
        return self.revisions

    def put_request(self, kind: Kind, claim: str, body: bytes, waiting: Waiting | None = None) -> int:
        """Put any bytes among the requests; return their sequence."""
        self.filed += 1
        self.requests[self.filed] = Message(self.filed, kind, claim, body, waiting)
        return self.filed


class MemoryJobLog:
    """:class:`shared.ports.job_log.JobLog`. ``source`` names the writer: what it wrote itself is not a rival's."""

    def __init__(self, bus: MemoryBus, source: str = "fake") -> None:
        self._bus = bus
        self._source = source

    async def last(self, job_id: JobId) -> Entry | None:
        await self._bus.answer()
        entries = self._bus.logs.get(job_id)
        try:
            return _read(entries[-1].body, entries[-1].revision) if entries else None
        except Unreadable as error:
            raise LogUnreadable(str(error)) from error

    async def append(self, change: Change, after: Entry | None) -> Entry:
        body = encode_change(change, f"{self._source}-{self._bus.revisions + 1}", self._source).body
        if len(body) > MAX_EVENT_BYTES:
            raise TooLarge(f"an event of {len(body)} bytes")
        await self._bus.answer()
        if self._bus.storing:
            return await asyncio.shield(asyncio.create_task(self._stored_late(change, after, body)))
        return await self._store(change, after, body)

    async def _stored_late(self, change: Change, after: Entry | None, body: bytes) -> Entry:
        await asyncio.sleep(self._bus.storing)
        return await self._store(change, after, body)

    async def _store(self, change: Change, after: Entry | None, body: bytes) -> Entry:
        entries = self._bus.logs.setdefault(change.job.job_id, [])
        expected = after.revision if after else 0
        if (entries[-1].revision if entries else 0) != expected:
            return self._ours_or_fenced(entries, change, expected)
        entry = Entry(self._bus.put_event(change.job.job_id, body), change.fact, change.job)
        entries[-1] = Logged(entry.revision, body, self._source, change)
        await self._bus.wrote()
        return entry

    def _ours_or_fenced(self, entries: list[Logged], change: Change, expected: int) -> Entry:
        if not entries:
            raise Fenced(None)
        before = entries[-2].revision if len(entries) > 1 else 0
        last = _read(entries[-1].body, entries[-1].revision)
        if (entries[-1].source, entries[-1].change, before) == (self._source, change, expected):
            return last
        raise Fenced(last)

    async def last_entries(self) -> AsyncIterator[Entry]:
        """Yield the last readable entry of each log, as the rebuild reads them."""
        await self._bus.answer()
        for job_id in list(self._bus.logs):
            await asyncio.sleep(0)
            last = fold(self._bus.entries(job_id)[-1:])
            if last is not None:
                yield last


class MemoryRequests:
    """:class:`shared.ports.bus.Requests`, and the sweep's view of the same. ``source`` names the gateway."""

    def __init__(self, bus: MemoryBus, source: str = "fake") -> None:
        self._bus = bus
        self._source = source

    async def last_for(self, kind: Kind, claim: str) -> Filed | int | None:
        await self._bus.answer()
        last = self._last(kind, claim)
        if last is None:
            return None
        try:
            return Filed(last.sequence, decode_request(last.body))
        except Unreadable:
            return last.sequence

    async def at(self, sequence: int) -> JobRequest | None:
        await self._bus.answer()
        message = self._bus.requests.get(sequence)
        try:
            return decode_request(message.body) if message else None
        except Unreadable:
            return None

    async def file(self, request: JobRequest, after: int) -> int:
        body = encode_request(request, f"request-{self._bus.filed + 1}", "fake").body
        await self._bus.answer()
        if len(body) > MAX_DOCUMENT_BYTES:
            raise TooLarge(f"a document of {len(body)} bytes")
        if self._bus.full:
            raise BusFull("the fake bus is full")
        last = self._last(request.kind, request.claim)
        if (last.sequence if last else 0) != after:
            if last is not None and last.source == (self._source, request):
                return last.sequence
            raise ClaimMoved
        waiting = Waiting(self._bus.filed + 1, request.kind, request.job_id, request.deadline)
        sequence = self._bus.put_request(request.kind, request.claim, body, waiting)
        self._bus.requests[sequence].source = (self._source, request)
        await self._bus.wrote()
        return sequence

    async def remove(self, sequence: int) -> None:
        await self._bus.answer()
        self._bus.requests.pop(sequence, None)

    async def requests_after(self, sequence: int) -> AsyncIterator[Waiting]:
        """Yield every request filed after ``sequence``; all of them when the stream has not come that far."""
        await self._bus.answer()
        sequence = 0 if self._bus.filed < sequence else sequence
        for message in list(self._bus.requests.values()):
            if message.sequence > sequence and message.waiting is not None:
                yield message.waiting

    def _last(self, kind: Kind, claim: str) -> Message | None:
        found = [each for each in self._bus.requests.values() if (each.kind, each.claim) == (kind, claim)]
        return found[-1] if found else None


class MemoryPredictions:
    """:class:`shared.ports.bus.Predictions`. ``on_own`` is called with each prediction before it is registered."""

    def __init__(self, bus: MemoryBus, on_own: Callable[[str], None] = lambda prediction: None) -> None:
        self._bus = bus
        self._on_own = on_own

    async def own(self, provider: str, prediction: str, job_id: str) -> bool:
        self._on_own(prediction)
        await self._bus.answer()
        owner = self._bus.owners.setdefault((provider, prediction), job_id)
        await self._bus.wrote()
        return owner == job_id
