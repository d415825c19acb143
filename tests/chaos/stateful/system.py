"""The system under test: the real parts over a real server, each worker a process that takes its steps when told."""

import asyncio
import math
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError, ServerError

from gateway.canceling import Canceler
from gateway.lookup import Lookup
from gateway.submission import Submitter
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.jetstream.answers import JetStreamAnswers
from shared.jetstream.deletions import JetStreamDeletions
from shared.jetstream.events import open_events
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.outstanding import JetStreamScans
from shared.jetstream.predictions import JetStreamPredictions
from shared.jetstream.queue import open_queue
from shared.jetstream.record_cache import RecordCache
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import (
    ANSWERS,
    BUCKET_STREAM,
    FOLDER,
    JOBS,
    PREDICTIONS,
    SET_ASIDE,
    STATUS,
    Topology,
    ensure,
    worker_consumer,
)
from shared.worker.parts import Parts
from shared.worker.settings import Limits
from shared.worker.worker import Worker
from status.folding import Folder
from status.rebuilding import Rebuilder
from status.retention import Retention
from status.service import FoldLoop
from status.sweeping import Sweep
from tests.chaos.stateful.steering import Heard, Leases, SteeredProvider, SteeredWorld, SteppedQueue
from tests.chaos.stateful.stepping import Gate, Process, stepped_loop
from tests.support import samples
from tests.support.eventually import eventually
from tests.support.fakes.clock import CountingIds, FakeClock
from tests.support.fakes.media import MemoryMediaStore
from tests.support.fakes.parts import FakeTranslation, TallyMeters

TTL = timedelta(minutes=30)
MOST_DEATHS = 3
GATEWAYS = ("gateway-1", "gateway-2")
LEASE = 20.0
"""A lease in the test's own time, in seconds."""

SETTLING = 10.0
"""Half a lease, as with the real provider: a worker that slept through it checks its lease again."""

CREATE_WITHIN = 30.0
"""Seconds that a create may take, in the test's own time."""

_ACKS_WITHIN = 40
"""Looks at a consumer until what was just acknowledged counts as such: acknowledgements are not answered."""

LIMITS = Limits(concurrency=2, pull_timeout=5.0, most_deaths=MOST_DEATHS, look_every=20.0)


@dataclass
class WorkerProcess:
    """One worker's process. ``task`` ends when it was drained or killed."""

    kind: Kind
    process: Process
    worker: Worker
    queue: SteppedQueue
    leases: Leases
    task: asyncio.Task[None]
    closing: AsyncExitStack
    stopping: asyncio.Event

    @property
    def name(self) -> str:
        """What the logs call it."""
        return self.process.name

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.alive and not self.task.done()


@dataclass
class Gateway:
    """One gateway's parts."""

    name: str
    requests: JetStreamRequests
    submitter: Submitter
    canceler: Canceler
    lookup: Lookup


class Hinting:
    """:class:`shared.ports.hints.Hints` to whichever worker lives."""

    def __init__(self, workers: list[WorkerProcess]) -> None:
        self._workers = workers

    async def nudge(self, worker: str, job_id: JobId) -> None:
        for each in self._workers:
            if each.name == worker and each.alive:
                each.worker.nudge(job_id)


@dataclass
class System:
    """Everything there is. The streams are this example's own."""

    client: Client
    js: JetStreamContext
    gate: Gate = field(default_factory=Gate)
    clock: FakeClock = field(default_factory=FakeClock)
    world: SteeredWorld = field(default_factory=SteeredWorld)
    media: MemoryMediaStore = field(default_factory=MemoryMediaStore)
    ids: CountingIds = field(default_factory=CountingIds)
    meters: TallyMeters = field(default_factory=TallyMeters)
    heard: list[Heard] = field(default_factory=list)
    workers: list[WorkerProcess] = field(default_factory=list)
    # The server's lease is longer than any run: one ends when the test says so, and at no other time.
    topology: Topology = field(default_factory=lambda: Topology(ack_wait=3600.0))

    def __post_init__(self) -> None:
        self.world.outputs = {Kind.PORTRAIT: samples.png_bytes(), Kind.VIDEO: samples.mp4_bytes()}
        self.records = JetStreamRecords(self.js, self.topology)
        self.scans = JetStreamScans(self.client, self.js)
        self.gateways = {name: self.gateway(name) for name in GATEWAYS}
        log = JetStreamJobLog(self.js, "status")
        deletions = JetStreamDeletions(self.client, self.js, "status")
        self.folder = Folder(self.records, log, deletions, self.clock, Retention(TTL))
        self.rebuilder = Rebuilder(self.records, self.scans, deletions, self.folder, TTL)
        self.sweep = self.new_sweep()

    def new_sweep(self) -> Sweep:
        """Return the sweep of a status service that has just started."""
        log = JetStreamJobLog(self.js, "status")
        requests = JetStreamRequests(self.js, "status")
        return Sweep(self.scans, requests, log, self.clock, TTL)

    def gateway(self, name: str, process: Process | None = None) -> Gateway:
        """Return a gateway's parts, whose ports are ``process``'s when given."""
        log = JetStreamJobLog(self.js, name)
        requests = JetStreamRequests(self.js, name)
        answers = JetStreamAnswers(self.js, name)
        cache = RecordCache(self.client, self.js, self.topology)
        stepped_log = process.stepped(log, "log") if process else log
        stepped_requests = process.stepped(requests, "requests") if process else requests
        return Gateway(
            name,
            requests,
            Submitter(stepped_requests, stepped_log, process.stepped(answers, "answers") if process else answers),
            Canceler(log, Hinting(self.workers), self.clock),
            Lookup(cache, log, self.clock, JetStreamDeletions(self.client, self.js, name)),
        )

    async def start_worker(self, kind: Kind) -> WorkerProcess:
        """Start a worker's process; it stops before its first pull."""
        process = Process(f"{kind}-worker-{len(self.workers) + 1}", self.gate)
        leases, closing = Leases(LEASE, self.clock), AsyncExitStack()
        real = await closing.enter_async_context(open_queue(self.client, self.js, kind, leases, self.topology))
        queue = SteppedQueue(real, process, self.heard, LEASE)
        worker, stopping = Worker(self._parts(kind, process), queue), asyncio.Event()
        task = asyncio.create_task(worker.work(stopping), name=process.name)
        started = WorkerProcess(kind, process, worker, queue, leases, task, closing, stopping)
        self.workers.append(started)
        await self.gate.settle()
        return started

    def _parts(self, kind: Kind, process: Process) -> Parts:
        return Parts(
            kind=kind,
            worker=process.name,
            log=process.stepped(JetStreamJobLog(self.js, process.name), "log"),
            register=process.stepped(JetStreamPredictions(self.js), "register"),
            provider=process.stepped(self._provider(), "provider"),
            media=process.stepped(self.media, "media"),
            translation=FakeTranslation(),
            clock=self.clock,
            ids=self.ids,
            meters=self.meters,
            limits=LIMITS,
            ack_wait=LEASE,
        )

    def _provider(self) -> SteeredProvider:
        return SteeredProvider(self.world, self.clock, settling=SETTLING, create_within=CREATE_WITHIN)

    async def lapse(self, worker: WorkerProcess, sequence: int) -> None:
        """Let a lease have run out: JetStream delivers the request again, and its worker has not beaten for long."""
        reply = worker.leases.lapse(sequence)
        await self.client.request(reply, b"-NAK", timeout=5)

    async def kill(self, worker: WorkerProcess) -> None:
        """SIGKILL."""
        worker.process.kill()
        worker.task.cancel()
        await self.gate.settle()
        await worker.closing.aclose()

    async def skip(self, seconds: float) -> None:
        """Let time pass."""
        stepped_loop().skip(seconds)
        await self.gate.settle()

    async def fold(self, *, lost: bool) -> None:
        """Run the status service's fold until no event waits; ``lost`` says that it will find the bucket gone."""
        before = (await self.js.consumer_info(STATUS, FOLDER)).num_ack_pending or 0
        with stepped_loop().flowing():
            await self._fold(math.inf if lost else before)

    async def _fold(self, handed_back: float) -> None:
        async with open_events(self.client, self.js) as events:
            loop = FoldLoop(events, self.folder, self.rebuilder)
            while not await self._folded(handed_back):
                await loop.once()

    async def _folded(self, handed_back: float) -> bool:
        for _ in range(_ACKS_WITHIN):
            info = await self.js.consumer_info(STATUS, FOLDER)
            if info.num_pending:
                return False
            if (info.num_ack_pending or 0) <= handed_back:
                return True
            await asyncio.sleep(0.005)
        return False

    async def lying_after(self, stream: str, sequence: int) -> list[RawStreamMsg]:
        """Return the messages of a stream after a sequence, oldest first."""
        last = (await self.js.stream_info(stream)).state.last_seq
        found = [await self.at(stream, seq) for seq in range(sequence + 1, last + 1)]
        return [message for message in found if message is not None]

    async def at(self, stream: str, sequence: int) -> RawStreamMsg | None:
        """Return a stream's message, None when it was removed."""
        try:
            return await self.js.get_msg(stream, sequence)
        except NotFoundError:
            return None

    async def outstanding(self, kind: Kind) -> int:
        """Return how many requests a kind's consumer still has to see through."""
        info = await self.js.consumer_info(JOBS, worker_consumer(kind))
        return (info.num_pending or 0) + (info.num_ack_pending or 0)


async def fresh(client: Client, js: JetStreamContext) -> System:
    """Return a system over empty streams."""
    for stream in (JOBS, STATUS, ANSWERS, PREDICTIONS, SET_ASIDE, BUCKET_STREAM):
        try:
            await js.delete_stream(stream)
        except NotFoundError:
            continue
    system = System(client, js)

    async def declared() -> bool:
        try:
            await ensure(js, system.topology)
        except ServerError:  # the server is still clearing away a stream of that name
            return False
        return True

    with stepped_loop().flowing():
        await eventually(declared)
    return system
