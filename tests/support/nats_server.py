"""A real nats-server as a process of its own, on a free port, with its data in a folder of its own."""

import asyncio
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import nats
import nats.errors
from nats.aio.client import Client

from deploy.nats.credentials import NKEY, make_users
from tests.support.source_tree import ROOT

USERS_CONF = ROOT / "deploy" / "nats" / "users.conf"

_random = random.SystemRandom()
_given: set[int] = set()

# Below the ports that the system hands out by itself, and a share for each worker of pytest-xdist that ``make test``
# has: what one of them was given and does not listen on yet, no other can see.
_PORTS, _WORKERS = range(15_000, 32_000), 6

_ANSWERS_WITHIN = 60.0


class Users:
    """The users of ``deploy/nats/users.conf``, with keys of this test's own in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.public_keys = make_users(folder)

    def seed(self, user: str) -> Path:
        """Where a user's secret lies."""
        return self._folder / user / NKEY


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on, and that this process was not given before.

    Between the asking and the use of a port that the system hands out by itself, any outgoing connection may take it.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = _PORTS[worker % _WORKERS :: _WORKERS]
    while True:
        port = _random.choice(ports)
        with socket.socket() as probe:
            if port not in _given and probe.connect_ex(("127.0.0.1", port)) != 0:
                _given.add(port)
                return port


def nats_server_program() -> str:
    """Return the server that the environment carries."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    assert found, "nats-server is not installed: run make sync"
    return found


class Reachable(Protocol):
    """A server, or the servers of a cluster with commas between."""

    @property
    def url(self) -> str:
        """Where clients reach it."""
        ...

    def login(self, user: str = "operator") -> dict[str, Any]:
        """Return nats-py's arguments for being a user."""
        ...


class NatsServer:
    """One server that can be stopped, killed, frozen and started again over the same data.

    ``room`` is what JetStream may keep on disk from the next start on, as its configuration says it. With ``users`` the
    server knows those of ``deploy/nats/users.conf`` and nobody else; a test's own clients are then the operator.
    ``more`` is added to its configuration; ``ca`` is the authority behind the TLS in it.
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        room: str = "8GB",
        users: Users | None = None,
        more: str = "",
        ca: Path | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.room = room
        self.users = users
        self.more = more
        self.ca = ca
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    async def start(self) -> None:
        """Start it and wait until JetStream answers."""
        self.launch()
        await self.answering()

    def launch(self) -> None:
        """Start it, without waiting."""
        environ = os.environ | (self.users.public_keys if self.users else {})
        with (self.folder / "server.log").open("ab") as output:
            self.process = subprocess.Popen(
                [nats_server_program(), *self.arguments()],
                stdout=output,
                stderr=output,
                env=environ,
                start_new_session=True,
            )

    def arguments(self) -> list[str]:
        """Return its command line; its configuration is written for it."""
        config, store = self.folder / "nats.conf", (self.folder / "jetstream").as_posix()
        included = f'include "{os.path.relpath(USERS_CONF, self.folder)}"\n' if self.users else ""
        config.write_text(
            f'listen: "127.0.0.1:{self.port}"\n'
            f'jetstream {{ store_dir: "{store}", sync_interval: always, '
            f"max_file_store: {self.room}, max_memory_store: 1GB }}\n{included}{self.more}"
        )
        return ["-c", str(config)]

    def login(self, user: str = "operator") -> dict[str, Any]:
        """Return nats-py's arguments for being a user, where there are users."""
        who = {"nkeys_seed": str(self.users.seed(user)), "inbox_prefix": f"_INBOX.{user}"} if self.users else {}
        tls = {"tls": ssl.create_default_context(cafile=self.ca), "tls_handshake_first": True} if self.ca else {}
        return {**who, **tls}

    async def answering(self) -> None:
        """Wait until JetStream answers."""
        end = time.monotonic() + _ANSWERS_WITHIN
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            if self._listening() and await self._jetstream_up():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"nats-server did not answer within {_ANSWERS_WITHIN:.0f} s")

    def _listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def _jetstream_up(self) -> bool:
        client = Client()
        try:
            await client.connect(self.url, allow_reconnect=False, connect_timeout=5, error_cb=_not_yet, **self.login())
            await client.jetstream(timeout=1).account_info()
        except (nats.errors.Error, OSError):
            return False
        finally:
            await client.close()
        return True

    def stop(self) -> None:
        """Stop it in good order and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it and wait."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None and self.alive:
            os.kill(self.process.pid, number)
            self.process.wait(timeout=20)

    async def restart(self) -> None:
        """Stop it and start it again over the same data."""
        self.stop()
        await self.start()


async def _not_yet(_: Exception) -> None:
    """What a server says while it starts is no news."""


@asynccontextmanager
async def nats_server(folder: Path, users: Users | None = None) -> AsyncIterator[NatsServer]:
    """Yield a running server; kill it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    server = NatsServer(folder, users=users)
    await server.start()
    try:
        yield server
    finally:
        server.kill()


@asynccontextmanager
async def client_of(server: Reachable) -> AsyncIterator[Client]:
    """Yield a connection that fails fast, as the services' own do."""
    client = await nats.connect(
        server.url.split(","),
        reconnect_time_wait=0.1,
        max_reconnect_attempts=-1,
        pending_size=0,
        ping_interval=10,
        **server.login(),
    )
    try:
        yield client
    finally:
        await client.close()
