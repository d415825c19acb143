"""The gateway's side of the bucket: a bounded cache, believed only while its feed is provably fresh."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared.domain.fold import precedence
from shared.domain.ids import JobId
from shared.events.codec import Unreadable
from shared.events.records import META_KEY, decode_meta, decode_record
from shared.jetstream.follower import Follower
from shared.jetstream.records import JetStreamRecords, is_removed
from shared.jetstream.topology import BUCKET_STREAM, Topology, bucket_subject
from shared.ports.records import BucketState, Record, RecordLost
from shared.tasks import stop

log = structlog.get_logger()

CAPACITY = 20_000
"""Records kept: some 60 MB at the most, and more jobs than a gateway's clients poll at a time."""

FRESH_FOR = 2.0
"""Seconds a proof of freshness counts: how far behind a poll may be at the worst."""

_BATCH = 1_000
_PREFIX = bucket_subject("")
_NEVER = -1


@dataclass(frozen=True, slots=True)
class _Cached:
    """A record, and since which restart of the feed it is kept up to date: the one it was read after, or came by."""

    record: Record
    era: int


def _standing(record: Record) -> tuple[datetime, tuple[int, int]]:
    # A jobId may be used anew once its log is gone: yesterday's end says nothing of today's job.
    return record.entry.job.created_at, precedence(record.entry)


class RecordCache:
    """:class:`shared.ports.records.RecordReader`: cached while fresh, read from the bucket otherwise."""

    def __init__(self, client: Client, js: JetStreamContext, topology: Topology, *, capacity: int = CAPACITY) -> None:
        self._bucket = JetStreamRecords(js, topology)
        self._records: OrderedDict[str, _Cached] = OrderedDict()
        self._era = 0
        self._capacity = capacity
        self._state: BucketState | None = None
        self._state_known = False
        self._told = 0
        self.feed = Follower(
            client, js, BUCKET_STREAM, deliver=self._deliver, begin=self._start_over, resumes=False, batch=_BATCH
        )

    @property
    def fresh(self) -> bool:
        """Whether what is cached can be believed just now."""
        return self.feed.staleness() <= FRESH_FOR

    async def state(self) -> BucketState | None:
        """See :meth:`shared.ports.records.RecordReader.state`."""
        if self._state_known and self.fresh:
            return self._state
        told = self._told
        read = await self._bucket.state()
        if told != self._told:
            # The feed began anew or told it meanwhile: what was read may be the older, and would be believed for long.
            return self._state if self._state_known else read
        self._state, self._state_known = read, True
        return read

    async def get(self, job_id: JobId) -> Record | None:
        """See :meth:`shared.ports.records.RecordReader.get`."""
        cached, era = self._records.get(job_id), self._era
        if cached is not None and self.fresh and cached.era == era:
            self._records.move_to_end(job_id)
            return cached.record
        try:
            read = await self._bucket.get(job_id)
        except RecordLost:
            return None
        if read is None:
            self._records.pop(job_id, None)
            return None
        return self._remember(read.record, era)

    def note(self, record: Record) -> Record:
        """Remember a record that was read elsewhere; return it, or the later one already known.

        Whoever polls here has perhaps been told of that one, and must not see its status go back. It is not believed
        for that: nobody knows what the bucket held by the time that it was read.
        """
        return self._remember(record, _NEVER)

    def _remember(self, record: Record, era: int) -> Record:
        job_id = record.entry.job.job_id
        known = self._records.get(job_id)
        if known is not None:
            era = max(era, known.era)
            if _standing(known.record) > _standing(record):
                record = known.record
        self._records[job_id] = _Cached(record, era)
        self._records.move_to_end(job_id)
        if len(self._records) > self._capacity:
            self._records.popitem(last=False)
        return record

    async def _deliver(self, messages: Sequence[Msg]) -> None:
        for message in messages:
            self._take(message)

    def _take(self, message: Msg) -> None:
        if not message.subject.startswith(_PREFIX):
            # No record, but what somebody had a consumer deliver here.
            return
        key = message.subject.removeprefix(_PREFIX)
        try:
            if key == META_KEY:
                removed = is_removed(message)
                self._state = None if removed else BucketState(decode_meta(message.data).ttl_seconds)
                self._state_known = True
                self._told += 1
            elif is_removed(message):
                self._records.pop(key, None)
            else:
                self._remember(decode_record(message.data), self._era)
        except Unreadable as error:
            self._records.pop(key, None)
            log.warning("Passed over a record that cannot be read", action="record_unreadable", error=str(error))

    async def _start_over(self, position: int) -> None:
        # What is cached may have changed unseen: it is believed no more, but it was told, so it still counts.
        self._era += 1
        self._state_known = False
        self._told += 1


@asynccontextmanager
async def open_record_cache(client: Client, js: JetStreamContext, topology: Topology) -> AsyncIterator[RecordCache]:
    """Yield a cache that is being fed."""
    cache = RecordCache(client, js, topology)
    feeding = asyncio.create_task(cache.feed.run(), name="bucket-feed")
    try:
        yield cache
    finally:
        await stop([feeding])
