"""The jobs' logs over the NATS image the compose file runs, with the compose file's own configuration.

The contract is the one held over a nats-server process and over the fake; only the server behind ``client`` is another.
"""

from collections.abc import AsyncIterator, Iterator

import httpx
import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from shared.domain.job import accept
from shared.jetstream.job_log import JetStreamJobLog
from tests.contract.bus.jetstream.test_jetstream_bus import TestJetStreamJobLog as TestJobLogInAContainer
from tests.support.jobs import a_request
from tests.support.source_tree import ROOT

__all__ = ["TestJobLogInAContainer"]

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("engine")]

CLIENTS, MONITOR = 4222, 8222
CONFIGURATION = "/etc/greenroom/nats-server.conf"


@pytest.fixture
def container(engine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerContainer]:
    """A NATS container of this test's own."""
    # the library's reaper is one more image to fetch; the container is removed here
    monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
    with (
        DockerContainer("nats:2-alpine")
        .with_command(["nats-server", "--config", CONFIGURATION])
        .with_volume_mapping(str(ROOT / "deploy/nats/nats-server.conf"), CONFIGURATION)
        .with_exposed_ports(CLIENTS, MONITOR)
        .waiting_for(HttpWaitStrategy(MONITOR, "/healthz")) as started
    ):
        yield started


def url(container: DockerContainer, scheme: str, port: int) -> str:
    return f"{scheme}://{container.get_container_host_ip()}:{container.get_exposed_port(port)}"


@pytest.fixture
async def client(container: DockerContainer) -> AsyncIterator[Client]:
    """A connection to this test's container, in place of the one to a process."""
    connection = await nats.connect(url(container, "nats", CLIENTS))
    yield connection
    await connection.close()


def test_what_is_acknowledged_is_on_disk(container: DockerContainer) -> None:
    store = httpx.get(f"{url(container, 'http', MONITOR)}/jsz", trust_env=False).json()["config"]
    assert store["sync_always"] is True
    assert store["store_dir"].startswith("/data")


async def test_a_log_outlives_the_containers_death(container: DockerContainer, js: JetStreamContext) -> None:
    opened = await JetStreamJobLog(js, "one", direct=True).append(accept(a_request(), 1), None)
    body = container.get_wrapped_container()

    body.kill()
    body.start()
    HttpWaitStrategy(MONITOR, "/healthz").wait_until_ready(container)

    again = await nats.connect(url(container, "nats", CLIENTS))
    assert await JetStreamJobLog(again.jetstream(), "two", direct=True).last(opened.job.job_id) == opened
    await again.close()
