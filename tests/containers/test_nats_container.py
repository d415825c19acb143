"""The bus's contracts over the NATS image the compose file runs, with the compose file's own configuration.

The suites are those that run over a nats-server process and over the fakes: only the server behind ``client`` differs.
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
from tests.contract.bus.jetstream.test_jetstream_bus import TestJetStreamJobLog as TestJetStreamJobLog
from tests.contract.bus.jetstream.test_jetstream_bus import TestJetStreamRequests as TestJetStreamRequests
from tests.support.jobs import a_request
from tests.support.source_tree import ROOT

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("engine")]

CLIENTS, MONITOR = 4222, 8222
CONFIGURATION = "/etc/greenroom/nats-server.conf"


@pytest.fixture(scope="module")
def container(engine: None) -> Iterator[DockerContainer]:
    """A NATS container for this module."""
    with pytest.MonkeyPatch.context() as patch:
        # the library's reaper is one more image to fetch; the container is removed here
        patch.setattr(testcontainers_config, "ryuk_disabled", True)
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
    """A connection to the container, emptied, in place of the one to a process."""
    connection = await nats.connect(url(container, "nats", CLIENTS), pending_size=0)
    js = connection.jetstream()
    for stream in await js.streams_info():
        await js.delete_stream(str(stream.config.name))
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
