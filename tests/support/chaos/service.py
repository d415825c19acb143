"""One service as a process of its own, wired as it is deployed, with a lease short enough to wait for.

Differences from ``python -m <service>``: the topology is given, a worker's reconciling settles sooner (the emulator's
list is never behind), SIGUSR1 blocks the event loop, and a worker may be told where to die, and how seldom to look.
"""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gateway.config
import gateway.wiring
import status.config
import status.wiring
from portrait_worker.translation import PortraitTranslation
from shared.domain.kinds import Kind
from shared.http.health import serving_health
from shared.jetstream.topology import Topology
from shared.predictions.replicate.pace import Pace, Spacing
from shared.runtime.settings import load_settings
from shared.wiring.process import run_service
from shared.wiring.worker import MakeTranslation, State, open_worker
from shared.wiring.worker_settings import WorkerSettings
from shared.worker.worker import Worker
from tests.support.chaos.crash import Crash, Deadly, DeadlyQueue
from tests.support.forking import go_with_parent, write_to
from video_worker.translation import VideoTranslation


@dataclass(frozen=True)
class Launch:
    """How to run a service. Times in seconds; ``blocks`` is how long SIGUSR1 blocks the loop, ``looks_every`` the pause
    between two looks at a prediction that nothing is heard of.
    """

    role: str
    env: Mapping[str, str]
    log: Path
    ack_wait: float = 2.0
    replicas: int = 1
    settling: float = 2.0
    create_within: float = 3.0
    blocks: float = 0.0
    looks_every: float | None = None
    crash: Crash | None = None


def serve(launch: Launch) -> None:
    """Be the service until SIGTERM."""
    go_with_parent()
    os.environ.clear()
    os.environ.update(launch.env)
    write_to(launch.log)
    topology = Topology(ack_wait=launch.ack_wait, replicas=launch.replicas)
    match launch.role:
        case "gateway":
            app = load_settings(gateway.config.Settings)
            run_service("gateway", app, lambda stop: gateway.wiring.run(app, stop, topology))
        case "status":
            folder = load_settings(status.config.Settings)
            run_service("status", folder, lambda stop: _status(folder, stop, topology))
        case role:
            worker = load_settings(WorkerSettings)
            run_service(role, worker, lambda stop: _worker(launch, worker, stop, topology))


async def _status(settings: status.config.Settings, stop: asyncio.Event, topology: Topology) -> None:
    readiness = status.wiring.Readiness()
    async with (
        serving_health(settings.health_port, readiness.waiting_for),
        status.wiring.running(settings, stop, topology, readiness),
    ):
        await stop.wait()


async def _worker(launch: Launch, settings: WorkerSettings, stop: asyncio.Event, topology: Topology) -> None:
    kind = Kind(launch.role.removesuffix("-worker"))
    state = State()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, time.sleep, launch.blocks)
    async with (
        serving_health(settings.health_port, state.waiting_for),
        open_worker(kind, settings, _translation(kind, settings), stop, topology, state) as worker,
    ):
        _alter(worker, launch)
        await worker.work(stop)


def _translation(kind: Kind, settings: WorkerSettings) -> MakeTranslation:
    if kind is Kind.PORTRAIT:
        return lambda catalogue, _: PortraitTranslation(catalogue)
    return lambda catalogue, media: VideoTranslation(catalogue, media, settings.public_url)


class _Settled:
    """A provider that is done with a create, and whose list shows it, sooner than Replicate promises to be."""

    def __init__(self, inner: Any, launch: "Launch") -> None:
        self._inner = inner
        self.create_within = launch.create_within
        self.settling = launch.settling

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def _alter(worker: Worker, launch: Launch) -> None:
    provider: Any = _Settled(worker._parts.provider, launch)
    if launch.looks_every is not None:
        provider._inner._pace = Pace(Spacing(launch.looks_every, launch.looks_every))
    parts = replace(worker._parts, provider=provider)
    crash = launch.crash
    if crash is not None and crash.port == "delivery":
        queue: Any = DeadlyQueue(worker._queue, crash)
        worker._queue = queue
    elif crash is not None:
        changed: dict[str, Any] = {crash.port: Deadly(getattr(parts, crash.port), crash)}
        parts = replace(parts, **changed)
    worker._parts = parts
