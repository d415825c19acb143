"""The gateway's cache over a real bucket: never believed for longer than its feed is proven to keep up."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg

from shared.domain.ids import JobId
from shared.jetstream.record_cache import FRESH_FOR, RecordCache, open_record_cache
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.topology import BUCKET_STREAM, Topology, bucket_subject
from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, Record, RecordLost
from shared.tasks import stop
from tests.contract.bus.records_suite import JOB, active, ended, running
from tests.support.eventually import eventually
from tests.support.jobs import NOON
from tests.support.nats_server import NatsServer, client_of


@pytest.fixture
async def store(js: JetStreamContext, topology: Topology) -> JetStreamRecords:
    """The status service's side, its bucket made."""
    records = JetStreamRecords(js, topology)
    await records.make()
    return records


@pytest.fixture
async def cache(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> AsyncIterator[RecordCache]:
    """A gateway's cache that has come up."""
    async with fresh_cache(client, js, topology) as opened:
        yield opened


@asynccontextmanager
async def fresh_cache(client: Client, js: JetStreamContext, topology: Topology) -> AsyncIterator[RecordCache]:
    """Yield a gateway's cache that has come up."""
    async with open_record_cache(client, js, topology) as opened:
        await eventually(lambda: opened.fresh)
        yield opened


@asynccontextmanager
async def fed(cache: RecordCache) -> AsyncIterator[None]:
    """Feed a cache from now on, and wait until it has come up."""
    feeding = asyncio.create_task(cache.feed.run())
    try:
        await eventually(lambda: cache.fresh)
        yield
    finally:
        await stop([feeding])


async def write(store: JetStreamRecords, record: Record) -> None:
    """Write a record over whatever is there."""
    known = await store.get(record.entry.job.job_id)
    await store.put(record, known.version if known else None, None)


async def feeds(js: JetStreamContext) -> list[str]:
    """Return the names of the consumers that feed caches."""
    return [info.name for info in await js.consumers_info(BUCKET_STREAM)]


class CountingJetStream:
    """JetStream that counts, and may hold back, the answers to reads of single messages."""

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js
        self.reads = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def get_last_msg(self, *args: Any, **named: Any) -> RawStreamMsg:
        """Read, then wait at the gate."""
        self.reads += 1
        try:
            return await self._js.get_last_msg(*args, **named)
        finally:
            await self.gate.wait()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._js, name)


async def test_what_is_polled_again_and_again_is_read_once(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> None:
    counting: Any = CountingJetStream(js)
    await write(store, active())
    async with fresh_cache(client, counting, topology) as cache:
        for _ in range(200):
            assert await cache.get(JOB) == active()

        assert counting.reads == 1


async def test_a_state_read_before_the_feed_told_a_later_one_does_not_stand(
    cache: RecordCache, store: JetStreamRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = cache._bucket
    read = bucket.state

    async def overtaken() -> BucketState | None:
        found = await read()
        await store.complete(BucketState(60.0))
        await eventually(lambda: cache._state is not None)
        return found

    monkeypatch.setattr(bucket, "state", overtaken)

    assert [await cache.state(), await cache.state()] == [BucketState(60.0)] * 2


async def test_a_change_is_seen_without_a_read(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> None:
    counting: Any = CountingJetStream(js)
    await write(store, active())
    async with fresh_cache(client, counting, topology) as cache:
        await cache.get(JOB)
        await write(store, running())

        async def seen() -> bool:
            return await cache.get(JOB) == running()

        await eventually(seen)
        assert counting.reads == 1


async def test_while_the_feed_is_stalled_nothing_older_than_the_bound_is_told(
    js: JetStreamContext, store: JetStreamRecords, cache: RecordCache, server: NatsServer, topology: Topology
) -> None:
    """A stalled feed looks just like one with nothing to say."""
    await write(store, active())
    assert await cache.get(JOB) == active()
    for name in await feeds(js):
        await js.delete_consumer(BUCKET_STREAM, name)

    async with client_of(server) as other:
        await write(JetStreamRecords(other.jetstream(timeout=3), topology), running())
    written_at = time.monotonic()

    while time.monotonic() - written_at < FRESH_FOR + 1.0:
        told = await cache.get(JOB)
        assert told == running() or time.monotonic() - written_at <= FRESH_FOR + 0.1
        await asyncio.sleep(0.02)
    assert await cache.get(JOB) == running()


async def test_a_stalled_feed_is_started_again(
    js: JetStreamContext, store: JetStreamRecords, cache: RecordCache
) -> None:
    [stalled] = await feeds(js)
    await js.delete_consumer(BUCKET_STREAM, stalled)
    await write(store, active())
    await eventually(lambda: not cache.fresh, within=5)

    await eventually(lambda: cache.fresh, within=6)

    assert stalled not in await feeds(js)


async def test_over_a_servers_restart_nothing_stale_is_told(
    store: JetStreamRecords, cache: RecordCache, server: NatsServer, topology: Topology
) -> None:
    """The bucket was in memory and is gone; what it said then is not what it says now."""
    await write(store, active())
    assert await cache.get(JOB) == active()
    await server.restart()

    async with client_of(server) as other:
        again = JetStreamRecords(other.jetstream(timeout=3), topology)
        assert await again.state() is None
        with pytest.raises(RecordLost):
            await again.get(JOB)
        await again.make()
        await write(again, running())
    written_at = time.monotonic()

    async def told() -> bool:
        try:
            return await cache.get(JOB) == running()
        except BusUnavailable:
            return False

    await eventually(told, within=FRESH_FOR + 3)
    while time.monotonic() - written_at < FRESH_FOR + 1:
        assert await cache.get(JOB) == running()
        await asyncio.sleep(0.02)


async def test_a_bucket_deleted_and_made_again_is_noticed(
    js: JetStreamContext, store: JetStreamRecords, cache: RecordCache
) -> None:
    for n in range(20):
        await write(store, active(1, f"job-{n}"))
        await cache.get(JobId(f"job-{n}"))
    await js.delete_stream(BUCKET_STREAM)
    await store.make()
    await write(store, running())

    async def told() -> bool:
        return await cache.get(JobId("job-7")) is None and await cache.get(JOB) == running()

    await eventually(told, within=FRESH_FOR + 3)
    await eventually(lambda: cache.fresh, within=5)
    assert await cache.get(JOB) == running()


async def test_a_read_that_was_on_its_way_when_the_feed_began_is_not_believed(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> None:
    """What changed between that read and the feed's beginning, nobody would ever tell the cache."""
    await write(store, running())
    slow: Any = CountingJetStream(js)
    cache = RecordCache(client, slow, topology)
    slow.gate.clear()
    reading = asyncio.create_task(cache.get(JOB))
    await eventually(lambda: slow.reads == 1)
    await asyncio.sleep(0.05)
    await write(store, ended())

    async with fed(cache):
        slow.gate.set()
        await reading

        assert await cache.get(JOB) == ended()


async def test_a_record_told_from_the_log_is_not_believed_over_the_bucket(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> None:
    """The log was read before the feed began; by then the bucket held the job's end."""
    await write(store, ended())
    async with fresh_cache(client, js, topology) as cache:
        cache.note(running())

        assert await cache.get(JOB) == ended()


async def test_no_more_is_kept_than_may_be(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> None:
    counting: Any = CountingJetStream(js)
    cache = RecordCache(client, counting, topology, capacity=10)
    async with fed(cache):
        for n in range(50):
            await write(store, active(1, f"job-{n}"))
        for n in range(50):
            assert await cache.get(JobId(f"job-{n}")) == active(1, f"job-{n}")

        assert len(cache._records) <= 10


async def test_a_cache_that_is_closed_leaves_nothing_that_grows(
    client: Client, js: JetStreamContext, store: JetStreamRecords, topology: Topology
) -> None:
    """Its feed is gone at once, or by itself after a while; so many gateways come and go in a day."""
    for _ in range(5):
        async with fresh_cache(client, js, topology):
            pass

    infos = await js.consumers_info(BUCKET_STREAM)
    assert all(info.config.inactive_threshold and info.config.inactive_threshold <= 30 for info in infos)


async def test_an_id_used_anew_is_told_of_its_new_job_and_not_of_yesterdays(cache: RecordCache) -> None:
    cache.note(ended(revision=900))
    today = active(revision=10)
    job = replace(today.entry.job, created_at=NOON + timedelta(days=1), updated_at=NOON + timedelta(days=1))
    again = Record(replace(today.entry, job=job), None)

    assert cache.note(again) == again
    assert cache.note(ended(revision=900)) == again


async def test_a_record_that_cannot_be_read_makes_room_for_one_that_can(
    js: JetStreamContext, store: JetStreamRecords
) -> None:
    # So lies an acknowledgement there, if somebody names a record's subject as where his answer is to go.
    await js.publish(bucket_subject(JOB), b'{"stream":"STATUS","seq":1}')
    assert await store.get(JOB) is None

    await store.put(running(), None, None)

    kept = await store.get(JOB)
    assert kept is not None
    assert kept.record == running()
