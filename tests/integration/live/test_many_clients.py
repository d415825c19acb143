"""Many clients at once on one gateway, listening and waiting: every one of them sees its job end."""

import asyncio
from pathlib import Path

from nats.js import JetStreamContext

from shared.jetstream.topology import Topology
from tests.component.gateway.live import Gateway, gateway, jobs_over
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer
from tests.support.sse import listening

CLIENTS = 100
JOBS = 10


async def listen(served: Gateway, path: str, job_id: str) -> str:
    """Listen until the job has ended; return how."""
    async with listening(served.http, path) as listener:
        async for event in listener.events():
            if event.name == "job" and event.data["jobId"] == job_id and event.data["done"]:
                return str(event.data["status"])
    raise AssertionError(f"the stream ended before {job_id}")


async def wait(served: Gateway, job_id: str) -> str:
    """Wait for the job's end; return it."""
    answer = await served.http.get(f"/v1/jobs/{job_id}", headers={"prefer": "wait=60"})
    return str(answer.json()["status"])


async def test_all_see_their_job_end(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path
) -> None:
    jobs = jobs_over(js, topology)
    entries = [await jobs.opened(f"job-{n}", "tide") for n in range(JOBS)]
    async with gateway(server, topology, tmp_path) as served:
        clients = [
            asyncio.create_task(call)
            for n in range(CLIENTS // 2)
            for job_id in (f"job-{n % JOBS}",)
            for call in (
                listen(served, f"/v1/jobs/{job_id}/events", job_id),
                listen(served, "/v1/events?showId=tide", job_id),
                wait(served, job_id),
                wait(served, job_id),
            )
        ]
        await eventually(lambda: served.listeners() == 2 * CLIENTS, within=60)
        for entry in entries:
            await jobs.ended(entry)

        assert await asyncio.gather(*clients) == ["succeeded"] * (2 * CLIENTS)
        await eventually(lambda: served.listeners() == 0)
