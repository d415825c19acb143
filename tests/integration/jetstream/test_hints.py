"""Hints over core NATS: they reach the worker they are meant for, and nobody else; none is worth a failure."""

from nats.aio.client import Client

from shared.domain.ids import JobId
from shared.jetstream.hints import NatsHints, hearing_hints
from tests.support.eventually import eventually
from tests.support.nats_barrier import read_by_server
from tests.support.nats_server import NatsServer, client_of


async def test_a_hint_reaches_its_worker_and_no_other(client: Client, server: NatsServer) -> None:
    heard: list[JobId] = []
    async with hearing_hints(client, "w1", heard.append), client_of(server) as gateway:
        await read_by_server(client)
        hints = NatsHints(gateway)

        for worker, job in (("w2", "job-1"), ("w1", "job-2")):
            await hints.nudge(worker, JobId(job))

        await eventually(lambda: heard)
        assert heard == [JobId("job-2")]
