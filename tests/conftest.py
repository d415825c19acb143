"""Fixtures that every level shares: real servers, and the seed of whatever is random."""

import os
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.jetstream.connection import TIMEOUT
from shared.jetstream.topology import Topology, ensure
from tests.support.nats_server import NatsServer, client_of, nats_server

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "quick")

MEMORY, ENOUGH = Path("/dev/shm"), 4 * 2**30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Every server of a test writes through to its disk at each message. A shared machine's disk may stall for longer
    # than a service waits for an answer, which no test is about; memory never does.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture
def seed() -> int:
    """The seed of this test: GREENROOM_SEED replays one. Shown with every failure."""
    value = int(os.environ.get("GREENROOM_SEED") or random.SystemRandom().randrange(2**32))
    print(f"GREENROOM_SEED={value}")  # noqa: T201  # pytest shows it when the test fails
    return value


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A nats-server of this test's own."""
    async with nats_server(tmp_path / "nats") as running:
        yield running


@pytest.fixture
async def client(server: NatsServer) -> AsyncIterator[Client]:
    """A connection to this test's server."""
    async with client_of(server) as connection:
        yield connection


@pytest.fixture
def topology() -> Topology:
    """The topology, with a lease short enough to wait for."""
    return Topology(ack_wait=2.0)


@pytest.fixture
async def js(client: Client, topology: Topology) -> JetStreamContext:
    """JetStream with everything declared."""
    context = client.jetstream(timeout=20.0)
    await ensure(context, topology)
    return context


@pytest.fixture
def impatient(client: Client, js: JetStreamContext) -> JetStreamContext:
    """JetStream that waits for its answers no longer than the services do; everything is declared."""
    return client.jetstream(timeout=TIMEOUT)
