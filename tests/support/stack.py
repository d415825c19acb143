"""The whole of Greenroom as it is deployed: a real nats-server and each service a process of its own, on free ports.

Each service is the NATS user that it is in production, with the rights it has there.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from tests.support.eventually import eventually
from tests.support.forking import ended, module_process
from tests.support.nats_server import NatsServer, Users, free_port, nats_server

MODULES = {
    "gateway": "gateway",
    "status": "status",
    "portrait-worker": "portrait_worker",
    "video-worker": "video_worker",
}
_START_WITHIN = 40.0


class Service:
    """One service's process: its log is a file, its readiness a port."""

    def __init__(self, name: str, module: str, folder: Path, env: Mapping[str, str], ready_port: int) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.ready_port = ready_port
        self.env = dict(env)
        self.process: ForkServerProcess | None = None
        self._module = module
        self._folder = folder

    def launch(self) -> None:
        """Start it, without waiting."""
        self.process = module_process(self._module, self.env, self._folder, self.log)

    @property
    def alive(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.is_alive()

    async def ready(self, within: float = _START_WITHIN) -> None:
        """Wait until it says that it is ready."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.ready_port}", trust_env=False) as http:

            async def look() -> bool:
                assert self.alive, f"{self.name} ended:\n{self.tail()}"
                try:
                    return (await http.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(look, within=within, every=0.05)

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self.launch()
        await self.ready()

    def send(self, number: signal.Signals) -> None:
        """Send its process a signal."""
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    async def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 15.0) -> int:
        """End it and return its exit code."""
        process = self.process
        assert process is not None
        if self.alive:
            self.send(number)
        code = await ended(process, within)
        assert code is not None, f"{self.name} did not end within {within} s:\n{self.tail()}"
        return code

    async def restart(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it and start it again."""
        await self.stop(number)
        await self.start()

    def kill(self) -> None:
        """End it, whatever state it is in."""
        if self.process is not None and self.process.is_alive():
            self.process.kill()
            self.process.join(20)

    def tail(self, size: int = 4000) -> str:
        """Return the end of its log."""
        return self.log.read_bytes()[-size:].decode(errors="replace") if self.log.exists() else ""


class Stack:
    """A running Greenroom. ``services`` are by name; further workers can be added."""

    def __init__(self, folder: Path, nats: NatsServer, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.nats = nats
        self.port = free_port()
        self.services: dict[str, Service] = {}
        self._settings = dict(settings)
        for name in MODULES:
            self.add(name, name)

    @property
    def base_url(self) -> str:
        """Where the gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    def add(self, name: str, role: str, **settings: str) -> Service:
        """Return another service of a role, not yet started."""
        ready_port = self.port if role == "gateway" and name == role else free_port()
        env = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        env |= {
            "NATS_URL": self.nats.url,
            "NATS_NKEY_FILE": str(self.nats.users.seed(role)) if self.nats.users else "",
            "MEDIA_URL": (self.folder / "media").as_uri(),
            "LOG_FORMAT": "json",
            "LOCAL_RENDER_SECONDS": "0",
            "PROVIDER": "local",
            **({"PORT": str(ready_port)} if role == "gateway" else {"HEALTH_PORT": str(ready_port)}),
            **self._settings,
            **settings,
        }
        service = Service(name, MODULES[role], self.folder, env, ready_port)
        self.services[name] = service
        return service

    async def start(self) -> None:
        """Start every service that is not running, all at once."""
        waiting = [service for service in self.services.values() if not service.alive]
        for service in waiting:
            service.launch()
        await asyncio.gather(*(service.ready() for service in waiting))

    def kill(self) -> None:
        """End everything."""
        for service in self.services.values():
            service.kill()

    def logs(self) -> str:
        """Return the ends of all logs."""
        return "\n".join(f"--- {name}\n{service.tail()}" for name, service in self.services.items())


@asynccontextmanager
async def running_stack(folder: Path, show_logs: bool = True, /, **settings: str) -> AsyncIterator[Stack]:
    """Yield a started stack; ``settings`` are variables for every service. Its logs are printed at the end."""
    (folder / "media").mkdir(parents=True)
    async with nats_server(folder / "nats", Users(folder / "users")) as nats:
        stack = Stack(folder, nats, settings)
        try:
            await stack.start()
            yield stack
        finally:
            stack.kill()
            if show_logs:
                print(stack.logs())  # noqa: T201  # pytest shows it when the test fails
