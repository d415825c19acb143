"""A gateway served over real HTTP and a real nats-server, and the hands of a worker and of a status service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import Front, State, open_app
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, accept, progressed, start, succeed
from shared.domain.states import Stage
from shared.http.server import listen, serving
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.topology import Topology
from shared.ports.records import BucketState, Record
from shared.runtime.settings import load_settings
from tests.support.attendance import Attendance, attended, one_of_each
from tests.support.eventually import eventually
from tests.support.fakes.workers import a_load
from tests.support.jobs import a_request, an_output
from tests.support.nats_server import NatsServer


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Jobs:
    """Writes jobs' logs as workers do; the bucket follows only when told to, as a status service that lags."""

    log: JetStreamJobLog
    records: JetStreamRecords

    async def say(self, change: Change, after: Entry | None) -> Entry:
        """Write one event."""
        return await self.log.append(change, after)

    async def opened(self, job_id: str, show_id: str | None = None) -> Entry:
        """Accept a job."""
        at = now()
        request = a_request(job_id, created_at=at, show_id=show_id, character_id=job_id)
        return await self.say(accept(request, 1), None)

    async def started(self, entry: Entry) -> Entry:
        """Have a worker take it."""
        return await self.say(start(entry.job, "w", "local", now()), entry)

    async def moved(self, entry: Entry, progress: int) -> Entry:
        """Get on."""
        return await self.say(progressed(entry.job, Stage.RENDERING, progress, now()), entry)

    async def ended(self, entry: Entry) -> Entry:
        """End it well."""
        held = entry if entry.job.holder else await self.started(entry)
        return await self.say(succeed(held.job, an_output(), now()), held)

    async def last(self, job_id: str) -> Entry:
        """Return its last entry, which there must be."""
        entry = await self.log.last(JobId(job_id))
        assert entry is not None
        return entry

    async def make_bucket(self, ttl: float = 1_800.0) -> None:
        """Make the bucket and call it complete."""
        await self.records.make()
        await self.records.complete(BucketState(ttl))

    async def record(self, record: Record) -> None:
        """Put a record there."""
        known = await self.records.get(record.entry.job.job_id)
        await self.records.put(record, known.version if known else None, None)


def jobs_over(js: JetStreamContext, topology: Topology) -> Jobs:
    """Return the hands."""
    return Jobs(JetStreamJobLog(js, "hand"), JetStreamRecords(js, topology))


@dataclass(slots=True)
class Gateway:
    """A gateway that is served, and a client of it that may open any number of connections."""

    http: httpx.AsyncClient
    state: State
    workers: Attendance
    running: AsyncExitStack

    def listeners(self) -> int:
        """How many listen or wait there just now."""
        return len(self.state.fanout or ())

    async def heard(self, entry: Entry) -> None:
        """Return when its feed has brought an event."""
        fanout = self.state.fanout
        assert fanout is not None
        await eventually(lambda: fanout.position >= entry.revision)

    async def stop(self) -> None:
        """Close all that it answers with, as when its process ends; the server goes on until the context is left."""
        await self.running.aclose()


@asynccontextmanager
async def gateway(server: NatsServer, topology: Topology, folder: Path, **settings: object) -> AsyncIterator[Gateway]:
    """Yield a gateway on a port of its own."""
    (folder / "media").mkdir(exist_ok=True)
    given = load_settings(Settings, {"nats_url": server.url, "media_url": (folder / "media").as_uri(), **settings})
    state = State()
    front = Front(state.waiting_for)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(front, listen("127.0.0.1", 0, "PORT")))
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, limits=limits, timeout=60.0)
        http = await stack.enter_async_context(client)
        workers = await stack.enter_async_context(attended(server, a_load("w"), *one_of_each()))
        running = await stack.enter_async_context(AsyncExitStack())
        front.app = await running.enter_async_context(open_app(given, asyncio.Event(), topology, state))
        yield Gateway(http, state, workers, running)
