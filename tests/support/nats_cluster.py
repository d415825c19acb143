"""Three nats-servers that are one cluster, each a process of its own, with every stream kept three times."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats.errors
from nats.js import JetStreamContext
from nats.js.errors import Error as JetStreamError

from tests.support.nats_server import NatsServer, Users, client_of, free_port

SIZE = 3


@dataclass(frozen=True)
class Cluster:
    """The servers, by the names they have among each other. To clients it is used as one server is."""

    members: dict[str, NatsServer]

    @property
    def servers(self) -> Sequence[NatsServer]:
        """The servers."""
        return list(self.members.values())

    @property
    def url(self) -> str:
        """Where clients reach any of them, commas between."""
        return ",".join(server.url for server in self.servers)

    @property
    def users(self) -> Users | None:
        """The users they know."""
        return self.servers[0].users

    def login(self, user: str = "operator") -> dict[str, Any]:
        """Return nats-py's arguments for being a user."""
        return self.servers[0].login(user)

    async def start(self) -> None:
        """Start those that do not run, and wait until they have chosen a leader and JetStream answers."""
        for server in self.servers:
            if not server.alive:
                server.launch()
        await asyncio.gather(*(server.answering() for server in self.servers))

    async def leader(self, stream: str, within: float = 30.0) -> NatsServer:
        """Return the server that leads a stream, waiting for an election if there is one."""
        async with asyncio.timeout(within), client_of(self) as client:
            while True:
                with suppress(nats.errors.Error, JetStreamError):
                    info = await client.jetstream(timeout=1).stream_info(stream)
                    if info.cluster is not None and info.cluster.leader:
                        return self.members[info.cluster.leader]
                await asyncio.sleep(0.1)

    async def whole(self, streams: Sequence[str], within: float = 60.0) -> None:
        """Wait until every copy of these streams is there and current."""
        async with asyncio.timeout(within), client_of(self) as client:
            js = client.jetstream(timeout=1)
            while not all([await _whole(js, stream) for stream in streams]):
                await asyncio.sleep(0.1)

    def kill(self) -> None:
        """Kill them all."""
        for server in self.servers:
            server.kill()


async def _whole(js: JetStreamContext, stream: str) -> bool:
    try:
        cluster = (await js.stream_info(stream)).cluster
    except (nats.errors.Error, JetStreamError):
        return False
    others = cluster.replicas or [] if cluster else []
    return len(others) == SIZE - 1 and all(each.current and not each.offline for each in others)


@asynccontextmanager
async def nats_cluster(folder: Path, users: Users | None = None) -> AsyncIterator[Cluster]:
    """Yield a running cluster; kill it at the end."""
    names = [f"nats-{number}" for number in range(1, SIZE + 1)]
    ports = [free_port() for _ in names]
    routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports)
    members = {}
    for name, port in zip(names, ports, strict=True):
        (folder / name).mkdir(parents=True)
        more = (
            f"server_name: {name}\n"
            f'cluster {{ name: tests, listen: "127.0.0.1:{port}", no_advertise: true, routes: [{routes}] }}\n'
        )
        members[name] = NatsServer(folder / name, users=users, more=more)
    cluster = Cluster(members)
    try:
        await cluster.start()
        yield cluster
    finally:
        cluster.kill()
