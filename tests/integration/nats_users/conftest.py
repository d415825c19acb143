"""The container's own server: ``deploy/nats/nats-server.conf`` as it is, but for its addresses and its folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.nats_server import USERS_CONF, NatsServer, Users, free_port


class DeployedServer(NatsServer):
    """A server with the configuration that is deployed."""

    def arguments(self) -> list[str]:
        """Return its command line."""
        here = ["--addr", "127.0.0.1", "--port", str(self.port), "--http_port", str(free_port())]
        return ["--config", str(USERS_CONF.parent / "nats-server.conf"), *here, "--store_dir", str(self.folder / "js")]


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
