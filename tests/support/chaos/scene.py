"""A whole Greenroom to break: NATS, a provider with its troubles, and services that can be killed one by one.

async with scene(tmp_path, seed, portrait_workers=2, video_workers=2) as stage:
    load = stage.load(200, per_second=20)
    async with stage.running(load, within=60):
        ...  # the fault
    evidence = await stage.assert_invariants(load)
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.domain.job import Job
from shared.domain.kinds import Kind
from tests.support.chaos.crash import Crash
from tests.support.chaos.evidence import Evidence, Logs, Queue, gather, queues
from tests.support.chaos.invariants import broken
from tests.support.chaos.process import Process
from tests.support.chaos.provider import provider
from tests.support.chaos.service import Launch
from tests.support.chaos.workload import Load, plan
from tests.support.nats_cluster import SIZE, Cluster, nats_cluster
from tests.support.nats_server import NatsServer, Users, client_of, free_port, nats_server
from tests.support.replicate_emulator.client import Emulator

_SETTLED_WITHIN = 20.0


@dataclass
class Scene:
    """The parts. ``draw`` is random from the seed, for faults that strike whom and when they like."""

    folder: Path
    nats: NatsServer | Cluster
    emulator: Emulator
    seed: int
    ack_wait: float
    draw: random.Random
    processes: dict[str, Process] = field(default_factory=dict)
    logs: Logs = field(default_factory=Logs)

    def add(
        self,
        role: str,
        name: str | None = None,
        *,
        crash: Crash | None = None,
        looks_every: float | None = None,
        **settings: str,
    ) -> Process:
        """Return another service, not started; ``role`` is gateway, status, portrait-worker or video-worker."""
        name, port = name or f"{role}-{sum(each.startswith(role) for each in self.processes) + 1}", free_port()
        env = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        env |= {
            "NATS_URL": self.nats.url,
            "NATS_NKEY_FILE": str(self.nats.users.seed(role)) if self.nats.users else "",
            "MEDIA_URL": (self.folder / "media").as_uri(),
            "LOG_FORMAT": "json",
            "PROVIDER": "replicate",
            "REPLICATE_API_TOKEN": "r8_test",
            "REPLICATE_BASE_URL": self.emulator.url,
            **({"PORT": str(port)} if role == "gateway" else {"HEALTH_PORT": str(port)}),
            **settings,
        }
        replicas = SIZE if isinstance(self.nats, Cluster) else 1
        launch = Launch(
            role,
            env,
            self.folder / f"{name}.log",
            self.ack_wait,
            replicas,
            blocks=2 * self.ack_wait,
            looks_every=looks_every,
            crash=crash,
        )
        self.processes[name] = Process(name, launch, port)
        return self.processes[name]

    async def start(self) -> None:
        """Start whatever does not run."""
        waiting = [each for each in self.processes.values() if not each.alive]
        for each in waiting:
            each.begin()
        await asyncio.gather(*(each.ready() for each in waiting))

    @property
    def urls(self) -> list[str]:
        """Where the gateways answer."""
        gateways = [each for each in self.processes.values() if each.launch.role == "gateway"]
        return [f"http://127.0.0.1:{each.ready_port}" for each in gateways]

    def workers(self, kind: str | None = None) -> list[Process]:
        """Return the workers, of one kind or of both."""
        roles = [f"{each}-worker" for each in Kind if kind in (None, each)]
        return [each for each in self.processes.values() if each.launch.role in roles]

    def load(self, count: int, per_second: float) -> Load:
        """Return the seed's load, not started."""
        return Load(self.urls, plan(self.seed, count, per_second))

    @asynccontextmanager
    async def running(self, load: Load, within: float) -> AsyncIterator[None]:
        """Run a load beside what is done in the context; leave it when every job has been seen ended."""
        going = asyncio.create_task(load.run(within))
        try:
            yield
            await going
        finally:
            going.cancel()
            await asyncio.gather(going, return_exceptions=True)

    async def jobs(self) -> dict[str, Job]:
        """Return every job as its log has it now. Costs little, however often it is asked."""
        async with client_of(self.nats) as client:
            await self.logs.catch_up(client.jetstream(timeout=5))
        return {job_id: log[-1].entry.job for job_id, log in self.logs.by_job.items()}

    async def held_by(self, worker: Process) -> dict[str, Job]:
        """Return the jobs that are in a worker's hands, also if it is dead."""
        return {job_id: job for job_id, job in (await self.jobs()).items() if worker.wrote(job.holder)}

    async def evidence(self) -> Evidence:
        """Return all that is there now, read from its beginning."""
        async with client_of(self.nats) as client:
            return await gather(client, self.emulator)

    async def assert_invariants(self, load: Load) -> Evidence:
        """Wait for the queues to be empty, then hold everything to the seven promises; return what was found."""
        async with client_of(self.nats) as client:
            js = client.jetstream(timeout=5)
            end = asyncio.get_running_loop().time() + _SETTLED_WITHIN
            while any(map(_busy, await queues(js))) and asyncio.get_running_loop().time() < end:
                await asyncio.sleep(0.1)
            evidence = await gather(client, self.emulator)
        wrong = broken(load, evidence)
        assert not wrong, f"GREENROOM_SEED={self.seed}\n{wrong}"
        return evidence

    def kill(self) -> None:
        """End everything."""
        for each in self.processes.values():
            each.kill()

    def said(self) -> str:
        """Return the ends of what the services logged."""
        return "\n".join(f"--- {name}\n{each.tail()}" for name, each in self.processes.items())


def _busy(queue: Queue) -> bool:
    return bool(queue.pending or queue.in_hand)


@asynccontextmanager
async def scene(
    folder: Path,
    seed: int,
    *,
    ack_wait: float = 2.0,
    portrait_workers: int = 2,
    video_workers: int = 2,
    gateways: int = 1,
    status: int = 1,
    failing: bool = True,
    clustered: bool = False,
) -> AsyncIterator[Scene]:
    """Yield a started scene; the provider fails in passing only when ``failing``. Its logs are printed at the end."""
    (folder / "media").mkdir(parents=True)
    users = Users(folder / "users")
    started = nats_cluster(folder / "nats", users) if clustered else nats_server(folder / "nats", users)
    async with started as nats, provider(seed, failing=failing) as emulator:
        stage = Scene(folder, nats, emulator, seed, ack_wait, random.Random(f"faults:{seed}"))
        counts = {
            "status": status,
            "gateway": gateways,
            "portrait-worker": portrait_workers,
            "video-worker": video_workers,
        }
        for role, count in counts.items():
            for _ in range(count):
                stage.add(role)
        try:
            await stage.start()
            yield stage
        finally:
            stage.kill()
            print(stage.said())  # noqa: T201  # pytest shows it when the test fails
