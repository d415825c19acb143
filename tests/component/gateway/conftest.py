"""The gateway's app over a real nats-server, with nobody else there but idle workers: what it does alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import State, open_app
from shared.jetstream.topology import Topology
from tests.support.attendance import Attendance, attended, one_of_each
from tests.support.nats_server import NatsServer


@pytest.fixture
async def workers(server: NatsServer) -> AsyncIterator[Attendance]:
    """Who announces themselves: a worker of each kind, so that no job explains why it waits, unless told otherwise."""
    async with attended(server, *one_of_each()) as attendance:
        yield attendance


@pytest.fixture
async def http(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path, workers: Attendance
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, in process, over a store in a folder of this test's own; ``js`` has made the streams."""
    async with client_of_app(server, topology, tmp_path / "media") as client:
        yield client


@pytest.fixture
async def signing(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """As ``http``, of an app that is set up to sign webhooks."""
    secret, url = "whsec_" + "c2VjcmV0" * 4, "http://greenroom.test"
    async with client_of_app(server, topology, tmp_path / "media", webhook_secret=secret, public_url=url) as client:
        yield client


@asynccontextmanager
async def client_of_app(
    server: NatsServer, topology: Topology, media: Path, **more: object
) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of an app over the store in ``media``; ``more`` are further settings."""
    media.mkdir()
    settings = Settings(nats_url=(server.url,), media_url=media.as_uri(), **more)  # type: ignore[arg-type]
    async with open_app(settings, asyncio.Event(), topology, State()) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.test") as client:
            yield client


@pytest.fixture
async def stored(js: JetStreamContext) -> "Stored":
    """What lies in the streams."""
    return Stored(js)


class Stored:
    """Counts what the gateway wrote."""

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js

    async def requests(self) -> int:
        """Messages in JOBS."""
        return (await self._js.stream_info("JOBS")).state.messages

    async def events(self) -> int:
        """Messages in STATUS."""
        return (await self._js.stream_info("STATUS")).state.messages
