"""What a run left behind, read from where it really lies: the streams, the bucket, the consumers, the ledger."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.domain.fold import Entry
from shared.domain.kinds import Kind
from shared.events.codec import decode_event
from shared.events.records import META_KEY, decode_record
from shared.jetstream.pull import Pull
from shared.jetstream.topology import BUCKET_STREAM, FOLDER, JOBS, STATUS, bucket_subject, worker_consumer
from shared.ports.records import Record
from tests.support.replicate_emulator.client import Emulator

_BATCH = 200


@dataclass(frozen=True)
class Event:
    """One event of a log: its entry, who wrote it, and when the stream took it."""

    entry: Entry
    source: str
    stored_at: datetime

    def line(self, since: datetime) -> str:
        """Show it, ``since`` being the log's beginning."""
        job = self.entry.job
        said = {
            "stage": job.stage,
            "holder": job.holder,
            "attempt": job.attempt,
            "deaths": job.deaths,
            "prediction": job.prediction,
            "failure": job.failure and f"{job.failure.code}: {job.failure.message}",
        }
        words = " ".join(f"{name}={value}" for name, value in said.items() if value)
        after = (self.stored_at - since).total_seconds()
        said_by = f"{self.entry.fact:<16} {job.status:<10} by {self.source}"
        return f"  {self.entry.revision:6d} {after:+8.3f} s {said_by} {words}"


@dataclass(frozen=True)
class Queue:
    """A durable consumer: what it has yet to deliver, and what is in somebody's hands."""

    name: str
    pending: int
    in_hand: int


@dataclass(frozen=True)
class Evidence:
    """Logs in order and records, by job; queues; the ledger of predictions, oldest first; how many events in all."""

    logs: Mapping[str, Sequence[Event]]
    records: Mapping[str, Record]
    queues: Sequence[Queue]
    creations: Sequence[Mapping[str, Any]]
    events: int

    def show(self, job_id: str) -> str:
        """Show a job's whole log as lines, and what the ledger knows of it."""
        log = self.logs.get(job_id, [])
        lines = [f"the log of {job_id}:"] + [event.line(log[0].stored_at) for event in log]
        made = self.made_for(f"mark-{job_id}-end")
        lines += [f"  prediction {each['id']} created {each['createdAt']}, {each['status']}" for each in made]
        return "\n".join(lines)

    def made_for(self, marker: str) -> list[Mapping[str, Any]]:
        """Return the predictions whose prompt carries a job's marker."""
        return [each for each in self.creations if marker in each["prompt"]]


class Logs:
    """The jobs' logs, read from the stream as far as they went when last asked."""

    def __init__(self) -> None:
        self.by_job: dict[str, list[Event]] = {}
        self.events = 0
        self._read_to = 0

    async def catch_up(self, js: JetStreamContext) -> None:
        """Read what was written since."""
        async for message in messages(js, STATUS, self._read_to + 1):
            event = _event(message)
            self._read_to = event.entry.revision
            self.by_job.setdefault(event.entry.job.job_id, []).append(event)
            self.events += 1


async def gather(client: Client, emulator: Emulator) -> Evidence:
    """Read everything."""
    js = client.jetstream(timeout=5)
    logs = Logs()
    await logs.catch_up(js)
    records = {}
    async for message in messages(js, BUCKET_STREAM, 1):
        if message.subject != bucket_subject(META_KEY) and message.data:
            record = decode_record(message.data)
            records[str(record.entry.job.job_id)] = record
    return Evidence(logs.by_job, records, await queues(js), emulator.creations(), logs.events)


async def queues(js: JetStreamContext) -> list[Queue]:
    """Return the state of the workers' consumers and the folder's."""
    found = []
    for stream, name in [*((JOBS, worker_consumer(kind)) for kind in Kind), (STATUS, FOLDER)]:
        info = await js.consumer_info(stream, name)
        found.append(Queue(name, info.num_pending or 0, info.num_ack_pending or 0))
    return found


def _event(message: Msg) -> Event:
    metadata = message.metadata
    entry = decode_event(message.data, metadata.sequence.stream).entry
    return Event(entry, json.loads(message.data)["source"], metadata.timestamp)


async def messages(js: JetStreamContext, stream: str, start: int) -> AsyncIterator[Msg]:
    """Yield what lies in a stream from sequence ``start`` on, as of now."""
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=start,
        ack_policy=AckPolicy.NONE,
        mem_storage=True,
        inactive_threshold=30.0,
    )
    info = await js.add_consumer(stream, config)
    # What is there now and no more: under load the end of the stream is never reached.
    left = info.num_pending or 0
    # Not by nats-py's own fetch, which waits out its timeout when a batch comes in two parts.
    async with Pull(js._nc, stream, info.name) as pull:
        while left > 0:
            batch = await pull.messages(min(left, _BATCH), timeout=5)
            left -= len(batch)
            for message in batch:
                yield message
    await js.delete_consumer(stream, info.name)
