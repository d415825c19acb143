"""A gateway that is told to stop answers whatever has reached it, as if nothing were the matter."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import run
from shared.jetstream.topology import Topology
from shared.runtime.settings import load_settings
from tests.component.gateway.conftest import Stored
from tests.support.app import portrait_body
from tests.support.attendance import Attendance
from tests.support.closed import is_closed
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer, free_port


@asynccontextmanager
async def served(
    server: NatsServer, topology: Topology, folder: Path
) -> AsyncIterator[tuple[int, asyncio.Event, "asyncio.Task[None]"]]:
    """Run a gateway as its process does; yield its port, what stops it, and its run."""
    (folder / "media").mkdir()
    port, stop = free_port(), asyncio.Event()
    given = {"nats_url": server.url, "media_url": (folder / "media").as_uri(), "port": str(port)}
    running = asyncio.create_task(run(load_settings(Settings, given), stop, topology))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await eventually(lambda: _serves(http))
        yield port, stop, running
    finally:
        stop.set()
        await running


async def _serves(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/v1/models")).status_code == 200
    except httpx.TransportError:
        return False


async def test_a_submit_that_is_under_way_when_it_stops_is_accepted(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path, stored: Stored, workers: Attendance
) -> None:
    body = json.dumps(portrait_body("Mira", jobId="mira")).encode()
    head = (
        "POST /api/characters/portrait HTTP/1.1\r\nHost: greenroom.test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    async with served(server, topology, tmp_path) as (port, stop, running):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        # The gateway waits for the body by now.
        assert b"100" in await reader.readuntil(b"\r\n\r\n")
        stop.set()
        await eventually(lambda: is_closed(port))
        assert not running.done()
        writer.write(body)

        answer = await reader.read()

        writer.close()
    assert answer.startswith(b"HTTP/1.1 202"), answer
    assert (await stored.requests(), await stored.events()) == (1, 1)


async def test_whoever_waits_or_listens_when_it_stops_keeps_nobody(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path, workers: Attendance
) -> None:
    async with (
        served(server, topology, tmp_path) as (port, stop, running),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60.0) as http,
    ):
        await http.post("/v1/jobs/portrait", json=portrait_body("Mira", jobId="mira"))
        async with http.stream("GET", "/v1/events") as events:
            lines = events.aiter_lines()
            await anext(lines)
            waiting = asyncio.create_task(http.get("/v1/jobs/mira?wait=60"))
            await eventually(lambda: _has_clients(http, 2))
            stop.set()

            assert (await waiting).json()["status"] == "starting"
            assert "" in [line async for line in lines]
        await asyncio.wait_for(running, 10)


async def _has_clients(http: httpx.AsyncClient, number: int) -> bool:
    return f"greenroom_live_clients {number}.0" in (await http.get("/metrics")).text
