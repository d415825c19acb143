"""What a gateway knows of the queue, over a real server: from its start, as jobs come and go, and after trouble."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from gateway.queue import Queue
from shared.domain.fold import Entry
from shared.domain.job import accept, cancel, start, succeed
from shared.domain.kinds import Kind
from shared.jetstream.announcements import hearing_workers
from shared.jetstream.backlog import JetStreamBacklog
from shared.jetstream.beats import Beats
from shared.jetstream.event_feed import JetStreamEventFeed
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.queue import open_queue
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.server import Server
from shared.jetstream.topology import Topology, ensure
from shared.ports.bus import RequestQueue
from shared.ports.event_feed import Heard
from shared.ports.job_log import BusUnavailable
from shared.runtime.clock import SystemClock
from shared.tasks import stop
from tests.support.eventually import eventually
from tests.support.jobs import a_request, an_output
from tests.support.nats_server import NatsServer

PLENTY = 30.0


@asynccontextmanager
async def a_gateway(client: Client, js: JetStreamContext) -> AsyncIterator[Queue]:
    """A gateway's knowledge of the queue, being kept."""

    async def nothing(_: Heard) -> None:
        return None

    queue, feed = Queue(JetStreamBacklog(client, js), SystemClock()), JetStreamEventFeed(client, js)
    async with hearing_workers(client, queue.roster), queue.kept(feed) as overheard:
        following = asyncio.create_task(overheard.follow(nothing))
        try:
            yield queue
        finally:
            await stop([following])


@dataclass
class Jobs:
    """Portraits as a gateway accepts them and as workers move them on."""

    js: JetStreamContext

    def __post_init__(self) -> None:
        self.requests = JetStreamRequests(self.js, "g")
        self.log = JetStreamJobLog(self.js, "g")

    async def submit(self, job_id: str) -> Entry:
        request = a_request(job_id, created_at=SystemClock().now())
        return await self.log.append(accept(request, await self.requests.file(request, 0)), None)

    async def submit_many(self, prefix: str, count: int) -> list[Entry]:
        return [await self.submit(f"{prefix}-{n}") for n in range(count)]

    async def cancel(self, entry: Entry) -> None:
        await self.log.append(cancel(entry.job, SystemClock().now()), entry)

    async def take(self, queue: RequestQueue) -> None:
        """Be a worker that takes the next job and finishes it at once."""
        [delivery] = await queue.pull(1, 5.0)
        last = await self.log.last(delivery.request().job_id)
        assert last is not None
        if not last.job.done:
            now = SystemClock().now()
            last = await self.log.append(start(last.job, "w1", "local", now), last)
            await self.log.append(succeed(last.job, an_output(), now), last)
        await delivery.ack()


@pytest.fixture
def jobs(js: JetStreamContext) -> Jobs:
    return Jobs(js)


@pytest.fixture
async def worker(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> AsyncIterator[RequestQueue]:
    """A worker's side of the portraits."""
    with Beats(Server((server.url,)), topology.ack_wait) as beats:
        async with open_queue(client, js, Kind.PORTRAIT, beats, topology) as queue:
            yield queue


def positions(queue: Queue, entries: list[Entry]) -> list[int | None] | None:
    """Return the places of jobs, None while they are not known."""
    line = queue.lines.line(Kind.PORTRAIT)
    return None if line is None else [line.position(entry.job.request) for entry in entries]


def stands(queue: Queue, entries: list[Entry], expected: list[int | None]) -> bool:
    """Whether jobs have these places."""
    return positions(queue, entries) == expected


def measured(queue: Queue) -> bool:
    """Whether it is known how long a portrait takes."""
    return queue.run_times.usual(Kind.PORTRAIT, "flux") is not None


def length(queue: Queue) -> int | None:
    """Return how many wait, None while that is not known."""
    line = queue.lines.line(Kind.PORTRAIT)
    return None if line is None else len(line)


async def test_a_gateway_that_starts_knows_the_truth(
    client: Client, js: JetStreamContext, jobs: Jobs, worker: RequestQueue
) -> None:
    entries = await jobs.submit_many("job", 20)
    for _ in range(4):
        await jobs.take(worker)
    for gone in (entries[7], entries[12]):
        await jobs.cancel(gone)
    expected = [None] * 4 + [1, 2, 3, None, 4, 5, 6, 7, None, 8, 9, 10, 11, 12, 13, 14]

    for _ in range(2):
        async with a_gateway(client, js) as queue:
            await eventually(partial(stands, queue, entries, expected))
            await eventually(partial(measured, queue))
            assert queue.run_times.ended_last_minute(Kind.PORTRAIT, SystemClock().now()) == 6


async def test_places_fall_as_jobs_are_taken(
    client: Client, js: JetStreamContext, jobs: Jobs, worker: RequestQueue
) -> None:
    async with a_gateway(client, js) as queue:
        await eventually(lambda: positions(queue, []) == [])
        entries = await jobs.submit_many("job", 6)
        await eventually(lambda: positions(queue, entries) == [1, 2, 3, 4, 5, 6])

        await jobs.take(worker)
        await eventually(lambda: positions(queue, entries) == [None, 1, 2, 3, 4, 5])
        await jobs.cancel(entries[3])
        await eventually(lambda: positions(queue, entries) == [None, 1, 2, None, 3, 4])
        for _ in range(5):
            await jobs.take(worker)
        await eventually(lambda: positions(queue, entries) == [None] * 6)


async def test_what_happens_while_a_gateway_starts_is_not_missed(
    client: Client, js: JetStreamContext, jobs: Jobs, worker: RequestQueue
) -> None:
    """Gateways start in the midst of submits, cancels and workers at work; in the end all of them agree."""
    entries = await jobs.submit_many("before", 100)
    under_way = asyncio.Semaphore(0)

    async def traffic() -> None:
        for n in range(60):
            entries.append(await jobs.submit(f"during-{n}"))
            if n % 3 == 0:
                await jobs.cancel(entries[99 - n // 3])
            if n % 2 == 0:
                await jobs.take(worker)
            if n % 10 == 0:
                under_way.release()

    driving = asyncio.create_task(traffic())
    async with AsyncExitStack() as stack:
        gateways = []
        # As many as the traffic calls for: more on a slow machine would slow it further
        for _ in range(6):
            await under_way.acquire()
            gateways.append(await stack.enter_async_context(a_gateway(client, js)))
        await driving
        truth = [each.sequence for each in (await JetStreamBacklog(client, js).snapshot(Kind.PORTRAIT)).waiting]
        waiting = [entry for entry in entries if entry.job.request in truth]

        assert len(truth) > 50
        for queue in gateways:
            await eventually(partial(stands, queue, waiting, list(range(1, len(truth) + 1))))
            assert length(queue) == len(truth)


async def test_a_server_that_was_away_changes_no_place(
    client: Client, js: JetStreamContext, jobs: Jobs, server: NatsServer
) -> None:
    entries = await jobs.submit_many("job", 3)
    async with a_gateway(client, js) as queue:
        await eventually(lambda: positions(queue, entries) == [1, 2, 3])
        server.kill()
        await server.start()

        later = [*entries, await eventually(lambda: _submitted(jobs), within=PLENTY)]

        await eventually(lambda: positions(queue, later) == [1, 2, 3, 4], within=PLENTY)


async def _submitted(jobs: Jobs) -> Entry | None:
    try:
        return await jobs.submit("after")
    except BusUnavailable:
        return None


async def test_a_server_that_came_back_empty_has_an_empty_line(
    client: Client, js: JetStreamContext, jobs: Jobs, topology: Topology
) -> None:
    await jobs.submit_many("job", 3)
    async with a_gateway(client, js) as queue:
        await eventually(lambda: length(queue) == 3)
        for stream in ("JOBS", "STATUS"):
            await js.delete_stream(stream)
        await ensure(js, topology)
        entries = await jobs.submit_many("new", 2)

        await eventually(lambda: positions(queue, entries) == [1, 2] and length(queue) == 2, within=PLENTY)
