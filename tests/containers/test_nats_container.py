"""The bus's contracts over the NATS image the compose file runs, with the compose file's own configuration.

The suites are those that run over a nats-server process and over the fakes: only the server behind ``client`` differs.
"""

import json
import time
from collections.abc import AsyncIterator, Iterator

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from deploy.nats.credentials import SERVER
from shared.domain.job import accept
from shared.jetstream.job_log import JetStreamJobLog
from tests.contract.bus.jetstream.test_jetstream_bus import TestJetStreamJobLog as TestJetStreamJobLog
from tests.contract.bus.jetstream.test_jetstream_bus import TestJetStreamRequests as TestJetStreamRequests
from tests.support.jobs import a_request
from tests.support.nats_server import Users
from tests.support.source_tree import ROOT

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("engine")]

CLIENTS = 4222
HEALTH = "http://127.0.0.1:8222/healthz"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Users:
    """Keys for the users that the configuration knows."""
    return Users(tmp_path_factory.mktemp("users"))


@pytest.fixture(scope="module")
def container(engine: None, users: Users) -> Iterator[DockerContainer]:
    """A NATS container for this module, as the compose file runs it."""
    with pytest.MonkeyPatch.context() as patch:
        # the library's reaper is one more image to fetch; the container is removed here
        patch.setattr(testcontainers_config, "ryuk_disabled", True)
        with (
            DockerContainer("nats:2-alpine")
            .with_command(["/etc/greenroom/serve.sh", "--config", "/etc/greenroom/nats-server.conf"])
            .with_volume_mapping(str(ROOT / "deploy/nats"), "/etc/greenroom")
            .with_volume_mapping(str(users.seed(SERVER).parent), "/run/greenroom")
            .with_exposed_ports(CLIENTS) as started
        ):
            wait_until_well(started)
            yield started


def wait_until_well(container: DockerContainer) -> None:
    """Wait for the health check of the compose file."""
    end = time.monotonic() + 60
    while container.exec(["wget", "-q", "-O", "/dev/null", HEALTH]).exit_code != 0:
        assert time.monotonic() < end, container.get_logs()
        time.sleep(0.2)


async def connect(container: DockerContainer, users: Users) -> Client:
    """Return a connection as the operator."""
    url = f"nats://{container.get_container_host_ip()}:{container.get_exposed_port(CLIENTS)}"
    return await nats.connect(url, pending_size=0, nkeys_seed=str(users.seed("operator")))


@pytest.fixture
async def client(container: DockerContainer, users: Users) -> AsyncIterator[Client]:
    """A connection to the container, emptied, in place of the one to a process."""
    connection = await connect(container, users)
    js = connection.jetstream(timeout=20.0)
    for stream in await js.streams_info():
        await js.delete_stream(str(stream.config.name))
    yield connection
    await connection.close()


def test_what_is_acknowledged_is_on_disk(container: DockerContainer) -> None:
    told = container.exec(["wget", "-q", "-O", "-", "http://127.0.0.1:8222/jsz"])
    store = json.loads(told.output)["config"]
    assert store["sync_always"] is True
    assert store["store_dir"].startswith("/data")


def test_monitoring_is_nobodys_outside_the_container(container: DockerContainer) -> None:
    ask = "wget -q -T 2 -O /dev/null http://$(hostname -i):8222/healthz"
    assert container.exec(["sh", "-c", ask]).exit_code != 0


async def test_a_log_outlives_the_containers_death(
    container: DockerContainer, users: Users, js: JetStreamContext
) -> None:
    opened = await JetStreamJobLog(js, "one").append(accept(a_request(), 1), None)
    body = container.get_wrapped_container()

    body.kill()
    body.start()
    wait_until_well(container)

    again = await connect(container, users)
    assert await JetStreamJobLog(again.jetstream(timeout=20.0), "two").last(opened.job.job_id) == opened
    await again.close()
