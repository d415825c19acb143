"""The bus in memory keeps the bus's contracts, so what is proved over it is proved of more than itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.domain.kinds import Kind
from shared.ports.bus import Predictions
from tests.contract.bus.answers_suite import AnswersOf, AnswersSuite
from tests.contract.bus.deletions_suite import DeletionsBench, DeletionsSuite
from tests.contract.bus.filings_suite import FilingsBench, FilingsSuite
from tests.contract.bus.job_log_suite import JobLogSuite, LogBench
from tests.contract.bus.predictions_suite import PredictionsSuite
from tests.contract.bus.queue_suite import MOST, QueueBench, QueueSuite, WorkerSide
from tests.contract.bus.records_suite import RecordReaderSuite, RecordsBench, RecordStoreSuite
from tests.contract.bus.requests_suite import RequestsBench, RequestsSuite
from tests.support.fakes.answers import MemoryAnswers
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryPredictions, MemoryRequests
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.filings import MemoryFilings
from tests.support.fakes.queue import MemoryConsumer, MemoryQueue
from tests.support.fakes.records import MemoryBucket, MemoryRecordReader, MemoryRecords


@pytest.fixture
def bus() -> MemoryBus:
    """One fake server."""
    return MemoryBus()


class TestMemoryJobLog(JobLogSuite):
    @pytest.fixture
    def bench(self, bus: MemoryBus) -> LogBench:
        async def put_raw(job_id: str, body: bytes) -> int:
            return bus.put_event(job_id, body)

        return LogBench(lambda source: MemoryJobLog(bus, source), put_raw)


class TestMemoryRequests(RequestsSuite):
    @pytest.fixture
    def bench(self, bus: MemoryBus) -> RequestsBench:
        async def put_raw(claim: str, body: bytes) -> int:
            return bus.put_request(Kind.PORTRAIT, claim, body)

        return RequestsBench(lambda source: MemoryRequests(bus, source), put_raw, MemoryRequests(bus).requests_after)


class TestMemoryFilings(FilingsSuite):
    @pytest.fixture
    def bench(self, bus: MemoryBus) -> FilingsBench:
        async def put_raw(claim: str, body: bytes) -> int:
            return bus.put_request(Kind.PORTRAIT, claim, body)

        return FilingsBench(MemoryRequests(bus), MemoryFilings(bus), put_raw)


class TestMemoryDeletions(DeletionsSuite):
    @pytest.fixture
    def bench(self) -> DeletionsBench:
        deletions = MemoryDeletions()
        return DeletionsBench(deletions, deletions.next_batch)


class TestMemoryAnswers(AnswersSuite):
    @pytest.fixture
    def bench(self, bus: MemoryBus) -> AnswersOf:
        return lambda name: MemoryAnswers(bus)


class TestMemoryPredictions(PredictionsSuite):
    @pytest.fixture
    def bench(self, bus: MemoryBus) -> Predictions:
        return MemoryPredictions(bus)


class TestMemoryQueue(QueueSuite):
    @pytest.fixture
    async def bench(self, bus: MemoryBus) -> QueueBench:
        clock, lease = FakeClock(), 2.0
        consumers = {kind: MemoryConsumer(bus, clock, kind, lease, MOST) for kind in Kind}

        @asynccontextmanager
        async def worker(kind: Kind) -> AsyncIterator[WorkerSide]:
            queue = MemoryQueue(consumers[kind])
            yield WorkerSide(queue, queue.stop_beating)

        async def put_raw(claim: str, body: bytes) -> int:
            return bus.put_request(Kind.PORTRAIT, claim, body)

        async def set_aside() -> list[tuple[bytes, str]]:
            return bus.set_aside

        return QueueBench(MemoryRequests(bus), worker, put_raw, set_aside, clock.monotonic, lease)


class _OverMemory:
    @pytest.fixture
    async def bench(self) -> RecordsBench:
        bucket, clock = MemoryBucket(), FakeClock()

        async def lose() -> None:
            bucket.lose()

        return RecordsBench(MemoryRecords(bucket, clock), MemoryRecordReader(bucket, clock), lose, asyncio.sleep)


class TestMemoryRecords(_OverMemory, RecordStoreSuite):
    """The status service's side."""


class TestMemoryRecordReader(_OverMemory, RecordReaderSuite):
    """The gateway's side."""
