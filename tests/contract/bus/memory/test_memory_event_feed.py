"""The feed in memory keeps the contract of the real one."""

import pytest

from tests.contract.bus.event_feed_suite import EventFeedSuite, FeedBench
from tests.support.fakes.bus import MemoryBus, MemoryJobLog
from tests.support.fakes.event_feed import MemoryEventFeed


class TestMemoryEventFeed(EventFeedSuite):
    @pytest.fixture
    def bench(self) -> FeedBench:
        bus = MemoryBus()

        async def put(job_id: str, body: bytes) -> int:
            return bus.put_event(job_id, body)

        return FeedBench(MemoryEventFeed(bus), MemoryJobLog(bus), put)
