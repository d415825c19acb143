"""How soon clients that listen or wait are told, and what each of them costs.

    python -m bench.live [--clients 1000] [--events 200]

One gateway process and one nats-server on loopback, no workers: this program writes the jobs' logs itself.

First, idle: one client listens to a job, and each event is timed from just before it is published to its being read.
Then ``--clients`` listen by SSE (half to their own job, half to its show) and as many wait by long-poll, all at once;
the gateway's memory is read before and after they came. Then fifty jobs end, twenty a second: all must see theirs.
The clients run in this one program, so a part of what a crowd waits for is each other.
"""

import argparse
import asyncio
import os
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from shared.domain.fold import Entry
from shared.jetstream.connection import TIMEOUT
from shared.jetstream.topology import Topology
from tests.component.gateway.live import Jobs, jobs_over
from tests.support.eventually import eventually
from tests.support.nats_server import client_of, nats_server
from tests.support.sse import Listener, listening
from tests.support.stack import Stack

TARGET_MS = 50.0
JOBS, SHOWS, PAUSE = 50, 10, 0.05


def _resident(pid: int) -> int:
    """Return a process's resident memory in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _row(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{name:<44} median {statistics.median(times):7.1f} ms   p99 {p99:7.1f} ms   max {ordered[-1]:7.1f} ms"


async def _idle(http: httpx.AsyncClient, jobs: Jobs, events: int) -> list[float]:
    """Return the milliseconds from publishing to receipt of each event, one client listening."""
    entry = await jobs.started(await jobs.opened("idle"))
    times: list[float] = []
    async with listening(http, "/v1/jobs/idle/events") as listener:
        told = listener.events()
        await anext(told)
        for step in range(events):
            published = time.perf_counter()
            entry = await jobs.moved(entry, step * 99 // events)
            await anext(told)
            times.append((time.perf_counter() - published) * 1000)
            await asyncio.sleep(0.01)
    return times


class Crowd:
    """Clients of one gateway. ``ends`` is when each of them saw its job end."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.ends: list[tuple[str, float]] = []

    async def listen(self, path: str, job_id: str) -> None:
        """Listen until the job has ended."""
        async with listening(self._http, path) as listener:
            await self._until_end(listener, job_id)

    async def _until_end(self, listener: Listener, job_id: str) -> None:
        async for event in listener.events():
            if event.name == "job" and event.data["jobId"] == job_id and event.data["done"]:
                self.ends.append((job_id, time.perf_counter()))
                return

    async def wait(self, job_id: str) -> None:
        """Wait for the job's end."""
        answer = await self._http.get(f"/v1/jobs/{job_id}", headers={"prefer": "wait=60"})
        if answer.json()["done"]:
            self.ends.append((job_id, time.perf_counter()))


def _show(job: int) -> str:
    return f"show-{job % SHOWS}"


def _come(crowd: Crowd, clients: int) -> list["asyncio.Task[None]"]:
    calls = []
    for number in range(clients):
        job_id = f"job-{number % JOBS}"
        path = f"/v1/jobs/{job_id}/events" if number % 2 else f"/v1/events?showId={_show(number % JOBS)}"
        calls += [crowd.listen(path, job_id), crowd.wait(job_id)]
    return [asyncio.create_task(call) for call in calls]


async def _end_all(jobs: Jobs, entries: list[Entry]) -> dict[str, float]:
    published: dict[str, float] = {}
    for entry in entries:
        held = await jobs.started(entry)
        published[entry.job.job_id] = time.perf_counter()
        await jobs.ended(held)
        await asyncio.sleep(PAUSE)
    return published


async def _settled(http: httpx.AsyncClient, clients: int) -> None:
    """Return when so many listen or wait, and have what they were told at first."""

    async def there() -> bool:
        return f"greenroom_live_clients {clients:.1f}" in (await http.get("/metrics")).text

    await eventually(there, within=90, every=0.1)
    await asyncio.sleep(1.0)


@dataclass(frozen=True, slots=True)
class Scene:
    """A gateway process, a client of it, and the hands that write logs."""

    pid: int
    http: httpx.AsyncClient
    jobs: Jobs


@asynccontextmanager
async def _scene() -> AsyncIterator[Scene]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "media").mkdir()
        server = await stack.enter_async_context(nats_server(folder / "nats"))
        whole = Stack(folder, server, {})
        stack.callback(whole.kill)
        for name in ("status", "gateway"):
            await whole.services[name].start()
        gateway = whole.services["gateway"].process
        assert gateway is not None
        assert gateway.pid is not None
        client = await stack.enter_async_context(client_of(server))
        jobs = jobs_over(client.jetstream(timeout=TIMEOUT), Topology())
        http = httpx.AsyncClient(base_url=whole.base_url, trust_env=False, limits=limits, timeout=90.0)
        yield Scene(gateway.pid, await stack.enter_async_context(http), jobs)


async def _crowded(scene: Scene, clients: int) -> int:
    """Have everybody come, and the jobs end; return how many saw it."""
    entries = [await scene.jobs.opened(f"job-{n}", _show(n)) for n in range(JOBS)]
    before, came = _resident(scene.pid), time.perf_counter()
    crowd = Crowd(scene.http)
    tasks = _come(crowd, clients)
    await _settled(scene.http, 2 * clients)
    took, during = time.perf_counter() - came, _resident(scene.pid)
    print(f"{clients} SSE and {clients} long-polls came within {took:.1f} s")
    each = (during - before) / 2**10 / (2 * clients)
    print(f"gateway: {before / 2**20:.0f} MiB before, {during / 2**20:.0f} MiB with them, {each:.1f} KiB a client")
    published = await _end_all(scene.jobs, entries)
    await asyncio.gather(*tasks)
    print(_row("crowd: each end, published to read", [(at - published[job_id]) * 1000 for job_id, at in crowd.ends]))
    return len(crowd.ends)


async def measure(clients: int, events: int) -> int:
    """Run once; return the exit code: 0 when everybody saw the end and an idle event is there in time."""
    async with _scene() as scene:
        idle = await _idle(scene.http, scene.jobs, events)
        print(_row(f"idle: {events} events, published to read", idle))
        saw = await _crowded(scene, clients)
    median = statistics.median(idle)
    print(f"saw their job end: {saw} of {2 * clients}")
    print(f"target: idle median under {TARGET_MS:.0f} ms: {'met' if median < TARGET_MS else 'MISSED'}")
    return 0 if saw == 2 * clients and median < TARGET_MS else 1


def main() -> None:
    """Read the command line and measure."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=1_000)
    options.add_argument("--events", type=int, default=200)
    given = options.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    raise SystemExit(asyncio.run(measure(given.clients, given.events)))


if __name__ == "__main__":
    main()
