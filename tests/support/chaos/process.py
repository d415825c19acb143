"""Services as real processes that can be crashed, frozen and looked into."""

import os
import signal
from dataclasses import replace
from multiprocessing.context import ForkServerProcess

import httpx

from tests.support.chaos.service import Launch, serve
from tests.support.eventually import eventually
from tests.support.forking import FORKS, ended

_START_WITHIN = 40.0


class Process:
    """One service. It can be started again after its end; its log goes on in the same file."""

    def __init__(self, name: str, launch: Launch, ready_port: int) -> None:
        self.name = name
        self.launch = launch
        self.ready_port = ready_port
        self._process: ForkServerProcess | None = None

    @property
    def pid(self) -> int:
        """Its number, which is part of the name it has in the jobs' logs."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    def wrote(self, name: str | None) -> bool:
        """Whether ``name``, an event's source or a job's holder, is this process as it last ran."""
        return name is not None and name.split("-")[-2] == str(self.pid)

    @property
    def alive(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.is_alive()

    def begin(self) -> None:
        """Start it, without waiting."""
        assert not self.alive, f"{self.name} is running"
        self._process = FORKS.Process(target=serve, args=(self.launch,), daemon=True)
        self._process.start()

    async def ready(self, within: float = _START_WITHIN) -> None:
        """Wait until it says that it is ready."""
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.ready_port}", trust_env=False, verify=False
        ) as http:

            async def look() -> bool:
                assert self.alive, f"{self.name} ended:\n{self.tail()}"
                try:
                    return (await http.get("/readyz", timeout=5)).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(look, within=within, every=0.03)

    async def is_ready(self) -> bool:
        """Whether it runs and says that it is ready."""
        try:
            await self.ready(within=0.0)
        except AssertionError:
            return False
        return True

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        self.begin()
        await self.ready()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    async def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 15.0) -> int | None:
        """End it; return its exit code, None when it has not ended ``within`` that many seconds."""
        self.send(number)
        return await self.ended(within)

    async def ended(self, within: float = 15.0) -> int | None:
        """Wait for its end; return its exit code, None when that did not come."""
        assert self._process is not None
        return await ended(self._process, within)

    def kill(self) -> None:
        """End it as ``kill -9`` does, whatever state it is in."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join(20)

    def set(self, **variables: str) -> None:
        """Change its variables, from its next start."""
        self.launch = replace(self.launch, env={**self.launch.env, **variables})

    async def counted(self, kind: str, happening: str) -> float:
        """Return how often something happened, as its ``/metrics`` say."""
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.ready_port}", trust_env=False, verify=False
        ) as http:
            page = (await http.get("/metrics")).text
        labels = f'greenroom_jobs_total{{happening="{happening}",kind="{kind}"}} '
        return sum(float(line.removeprefix(labels)) for line in page.splitlines() if line.startswith(labels))

    def tail(self, size: int = 4000) -> str:
        """Return the end of its log."""
        log = self.launch.log
        return log.read_bytes()[-size:].decode(errors="replace") if log.exists() else ""
