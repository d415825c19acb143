"""SIGTERM to a gateway that many listen to and wait at: they are let go, and it is gone in good time."""

import asyncio
import socket
from pathlib import Path

import httpx
from nats.js import JetStreamContext

from shared.jetstream.topology import Topology
from tests.component.gateway.live import jobs_over
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer
from tests.support.sse import listening
from tests.support.stack import Stack

WITHIN = 10.0


async def test_streams_end_waits_are_answered_and_it_is_gone(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    jobs = jobs_over(js, topology)
    await jobs.make_bucket()
    await jobs.opened("one")
    (tmp_path / "media").mkdir()
    stack = Stack(tmp_path, server, {})
    gateway = stack.services["gateway"]
    try:
        await gateway.start()
        async with httpx.AsyncClient(base_url=stack.base_url, trust_env=False, timeout=60.0) as http:
            waiting = asyncio.create_task(http.get("/v1/jobs/one?wait=60"))
            async with listening(http, "/v1/events") as everything, listening(http, "/v1/jobs/one/events") as one:
                streams = [everything.events(), one.events()]
                for events in streams:
                    await anext(events)
                with silent_client(stack.port):

                    async def there() -> bool:
                        return "greenroom_live_clients 4.0" in (await http.get("/metrics")).text

                    await eventually(there)
                    assert await gateway.stop(within=WITHIN) == 0
                    for events in streams:
                        # In good order; before that a job that waits may have been told why, once more.
                        assert {event.name async for event in events} <= {"job"}
                    assert (await waiting).json()["status"] == "starting"
    finally:
        stack.kill()


def silent_client(port: int) -> socket.socket:
    """Return a connection that asks for everything and never reads."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"GET /v1/events HTTP/1.1\r\nHost: here\r\n\r\n")
    return connection
