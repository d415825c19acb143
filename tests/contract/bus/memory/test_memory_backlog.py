"""The backlog in memory keeps the contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.domain.kinds import Kind
from shared.ports.bus import RequestQueue
from tests.contract.bus.backlog_suite import BacklogBench, BacklogSuite
from tests.support.fakes.backlog import MemoryBacklog
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.queue import MemoryConsumer, MemoryQueue


class TestMemoryBacklog(BacklogSuite):
    @pytest.fixture
    async def bench(self) -> BacklogBench:
        bus, clock = MemoryBus(), FakeClock()
        consumers = {kind: MemoryConsumer(bus, clock, kind) for kind in Kind}

        @asynccontextmanager
        async def worker(kind: Kind) -> AsyncIterator[RequestQueue]:
            yield MemoryQueue(consumers[kind])

        async def put_raw(claim: str, body: bytes) -> int:
            return bus.put_request(Kind.PORTRAIT, claim, body)

        return BacklogBench(
            MemoryBacklog(bus, consumers), MemoryRequests(bus), MemoryJobLog(bus, "gateway"), worker, put_raw
        )
