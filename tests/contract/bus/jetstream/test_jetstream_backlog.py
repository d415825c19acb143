"""The backlog over JetStream keeps the contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.kinds import Kind
from shared.events import subjects
from shared.jetstream.backlog import JetStreamBacklog
from shared.jetstream.beats import Beats
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.queue import open_queue
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.server import Server
from shared.jetstream.topology import JOBS, Topology
from shared.ports.bus import RequestQueue
from tests.contract.bus.backlog_suite import BacklogBench, BacklogSuite
from tests.support.nats_server import NatsServer


class TestJetStreamBacklog(BacklogSuite):
    @pytest.fixture
    def bench(self, client: Client, js: JetStreamContext, topology: Topology, server: NatsServer) -> BacklogBench:
        @asynccontextmanager
        async def worker(kind: Kind) -> AsyncIterator[RequestQueue]:
            with Beats(Server((server.url,)), topology.ack_wait) as beats:
                async with open_queue(client, js, kind, beats, topology) as queue:
                    yield queue

        async def put_raw(claim: str, body: bytes) -> int:
            return (await js.publish(subjects.request(Kind.PORTRAIT, claim), body, stream=JOBS)).seq

        return BacklogBench(
            JetStreamBacklog(client, js),
            JetStreamRequests(js, "gateway"),
            JetStreamJobLog(js, "gateway"),
            worker,
            put_raw,
        )
