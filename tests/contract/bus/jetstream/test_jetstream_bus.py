"""The JetStream adapters keep the bus's contracts over a real server."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events import subjects
from shared.jetstream.answers import JetStreamAnswers
from shared.jetstream.beats import Beats
from shared.jetstream.deletions import JetStreamDeletions, open_deletions
from shared.jetstream.filings import JetStreamFilings
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.outstanding import JetStreamScans
from shared.jetstream.predictions import JetStreamPredictions
from shared.jetstream.queue import open_queue
from shared.jetstream.record_cache import open_record_cache
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.server import Server
from shared.jetstream.topology import BUCKET_STREAM, JOBS, SET_ASIDE, STATUS, Topology
from shared.ports.bus import Predictions
from tests.contract.bus.answers_suite import AnswersOf, AnswersSuite
from tests.contract.bus.deletions_suite import DeletionsBench, DeletionsSuite
from tests.contract.bus.filings_suite import FilingsBench, FilingsSuite
from tests.contract.bus.job_log_suite import JobLogSuite, LogBench
from tests.contract.bus.predictions_suite import PredictionsSuite
from tests.contract.bus.queue_suite import MOST, QueueBench, QueueSuite, WorkerSide
from tests.contract.bus.records_suite import RecordReaderSuite, RecordsBench, RecordStoreSuite
from tests.contract.bus.requests_suite import RequestsBench, RequestsSuite
from tests.support.nats_server import NatsServer


async def put_request(js: JetStreamContext, claim: str, body: bytes) -> int:
    """Put any bytes under a portrait's claim."""
    return (await js.publish(subjects.request(Kind.PORTRAIT, claim), body, stream=JOBS)).seq


async def put_event(js: JetStreamContext, job_id: str, body: bytes) -> int:
    """Put any bytes into a portrait's log."""
    return (await js.publish(subjects.log(Kind.PORTRAIT, JobId(job_id)), body, stream=STATUS)).seq


class TestJetStreamJobLog(JobLogSuite):
    @pytest.fixture
    def bench(self, js: JetStreamContext, topology: Topology) -> LogBench:
        return LogBench(
            lambda source: JetStreamJobLog(js, source),
            lambda job_id, body: put_event(js, job_id, body),
        )


class TestJetStreamRequests(RequestsSuite):
    @pytest.fixture
    def bench(self, client: Client, js: JetStreamContext, topology: Topology) -> RequestsBench:
        return RequestsBench(
            lambda source: JetStreamRequests(js, source),
            lambda claim, body: put_request(js, claim, body),
            JetStreamScans(client, js).requests_after,
        )


class TestJetStreamFilings(FilingsSuite):
    @pytest.fixture
    def bench(self, client: Client, js: JetStreamContext, topology: Topology) -> FilingsBench:
        requests = JetStreamRequests(js, "g")
        return FilingsBench(requests, JetStreamFilings(client, js), lambda claim, body: put_request(js, claim, body))


class TestJetStreamDeletions(DeletionsSuite):
    @pytest.fixture
    async def bench(self, client: Client, js: JetStreamContext, topology: Topology) -> AsyncIterator[DeletionsBench]:
        async with open_deletions(client) as feed:
            yield DeletionsBench(JetStreamDeletions(client, js, "g"), feed.next_batch)


class TestJetStreamAnswers(AnswersSuite):
    @pytest.fixture
    def bench(self, js: JetStreamContext, topology: Topology) -> AnswersOf:
        return lambda name: JetStreamAnswers(js, name)


class TestJetStreamPredictions(PredictionsSuite):
    @pytest.fixture
    def bench(self, js: JetStreamContext, topology: Topology) -> Predictions:
        return JetStreamPredictions(js)


class TestJetStreamQueue(QueueSuite):
    @pytest.fixture
    def topology(self) -> Topology:
        return replace(Topology(), ack_wait=6.0, max_deliver=MOST)

    @pytest.fixture
    def bench(self, client: Client, js: JetStreamContext, topology: Topology, server: NatsServer) -> QueueBench:
        @asynccontextmanager
        async def worker(kind: Kind) -> AsyncIterator[WorkerSide]:
            with ExitStack() as beating:
                beats = beating.enter_context(Beats(Server((server.url,)), topology.ack_wait))
                async with open_queue(client, js, kind, beats, topology) as queue:
                    yield WorkerSide(queue, beating.close)

        async def set_aside() -> list[tuple[bytes, str]]:
            kept = (await js.stream_info(SET_ASIDE)).state.messages
            found = [await js.get_msg(SET_ASIDE, seq) for seq in range(1, kept + 1)]
            return [(each.data or b"", (each.headers or {})["Greenroom-Reason"]) for each in found]

        return QueueBench(
            JetStreamRequests(js, "gateway"),
            worker,
            lambda claim, body: put_request(js, claim, body),
            set_aside,
            time.monotonic,
            topology.ack_wait,
        )


class _OverJetStream:
    @pytest.fixture
    async def bench(self, client: Client, js: JetStreamContext, topology: Topology) -> AsyncIterator[RecordsBench]:
        async with open_record_cache(client, js, topology) as cache:
            yield RecordsBench(
                JetStreamRecords(js, topology), cache, lambda: js.delete_stream(BUCKET_STREAM), asyncio.sleep
            )


class TestJetStreamRecords(_OverJetStream, RecordStoreSuite):
    """The status service's side."""


class TestJetStreamRecordCache(_OverJetStream, RecordReaderSuite):
    """The gateway's side."""
