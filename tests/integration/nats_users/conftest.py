"""The container's own server: ``deploy/nats/nats-server.conf`` as it is, but for its addresses and its folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.jetstream.topology import Topology, ensure, ensure_stream
from tests.support.nats_server import USERS_CONF, NatsServer, Users, free_port

GATEWAY, STATUS_SERVICE, PORTRAITS, VIDEOS = "gateway", "status", "portrait-worker", "video-worker"
SERVICES = (GATEWAY, STATUS_SERVICE, PORTRAITS, VIDEOS)


@asynccontextmanager
async def user(server: NatsServer, name: str, refused: list[str] | None = None) -> AsyncIterator[Client]:
    """Yield a connection as a user; what the server forbids it is added to ``refused``."""

    async def hear(error: Exception) -> None:
        if refused is not None and "permissions violation" in str(error):
            refused.append(str(error).split('"')[1])

    client = await nats.connect(
        server.url, error_cb=hear, allow_reconnect=False, connect_timeout=20, **server.login(name)
    )
    try:
        yield client
    finally:
        await client.close()


class DeployedServer(NatsServer):
    """A server with the configuration that is deployed."""

    conf = USERS_CONF.parent

    def arguments(self) -> list[str]:
        """Return its command line."""
        here = ["--addr", "127.0.0.1", "--port", str(self.port), "--http_port", str(free_port())]
        return ["--config", str(self.conf / "nats-server.conf"), *here, "--store_dir", str(self.folder / "js")]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A server of this test's own, as it is deployed."""
    folder = tmp_path / "nats"
    folder.mkdir()
    running = DeployedServer(folder, users=Users(tmp_path / "users"))
    await running.start()
    try:
        yield running
    finally:
        running.kill()


@pytest.fixture
async def js(server: NatsServer) -> AsyncIterator[JetStreamContext]:
    """JetStream as the operator has it, with everything made by the status service's user."""
    topology = Topology()
    async with user(server, "operator") as operator, user(server, STATUS_SERVICE) as status:
        made = status.jetstream(timeout=20.0)
        await ensure(made, topology)
        await ensure_stream(made, topology.bucket())
        yield operator.jetstream(timeout=20.0)
