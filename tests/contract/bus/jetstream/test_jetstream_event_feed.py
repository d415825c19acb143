"""The feed over a real server keeps the contract."""

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events import subjects
from shared.jetstream.event_feed import JetStreamEventFeed
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import STATUS, Topology
from tests.contract.bus.event_feed_suite import EventFeedSuite, FeedBench


class TestJetStreamEventFeed(EventFeedSuite):
    @pytest.fixture
    def bench(self, client: Client, js: JetStreamContext, topology: Topology) -> FeedBench:
        async def put(job_id: str, body: bytes) -> int:
            return (await js.publish(subjects.log(Kind.PORTRAIT, JobId(job_id)), body, stream=STATUS)).seq

        return FeedBench(JetStreamEventFeed(client, js), JetStreamJobLog(js, "w"), put)
