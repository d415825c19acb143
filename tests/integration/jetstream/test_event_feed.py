"""The feed of all logs over a real server: nothing is left out, whatever befalls the server or the feed's consumer."""

import asyncio
from contextlib import aclosing

from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.domain.job import progressed, start
from shared.domain.states import Stage
from shared.jetstream.event_feed import JetStreamEventFeed
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import STATUS, Topology, ensure
from tests.contract.bus.event_feed_suite import FeedBench, following, opened
from tests.support.eventually import eventually
from tests.support.jobs import NOON
from tests.support.nats_server import NatsServer, client_of


def bench_over(client: Client, js: JetStreamContext, long: int = 10_000) -> FeedBench:
    """A feed and a log."""

    async def put(job_id: str, body: bytes) -> int:
        raise NotImplementedError

    return FeedBench(JetStreamEventFeed(client, js, long), JetStreamJobLog(js, "w"), put)


async def feeds(js: JetStreamContext) -> list[str]:
    """Return the names of the consumers that feed somebody."""
    return [info.name for info in await js.consumers_info(STATUS) if not info.config.durable_name]


async def test_over_a_servers_restart_nothing_is_left_out(
    client: Client, impatient: JetStreamContext, server: NatsServer
) -> None:
    bench = bench_over(client, impatient)
    async with following(bench.feed) as ear:
        told = await opened(bench, 3)
        await eventually(lambda: len(ear.entries) == 3)
        server.stop()
        await server.start()
        # Written before the feed can have noticed anything.
        async with client_of(server) as other:
            told += await opened(bench_over(other, other.jetstream(timeout=5)), 5, first=3)
        await eventually(lambda: len(ear.entries) >= 8, within=20)
        told += await opened(bench, 2, first=8)
        await eventually(lambda: len(ear.entries) >= 10, within=20)

        assert ear.entries == told


async def test_a_feed_whose_consumer_is_gone_begins_again_where_it_was(client: Client, js: JetStreamContext) -> None:
    bench = bench_over(client, js)
    async with following(bench.feed) as ear:
        told = await opened(bench, 3)
        await eventually(lambda: len(ear.entries) == 3)
        (name,) = await feeds(js)
        await js.delete_consumer(STATUS, name)
        told += await opened(bench, 3, first=3)
        await eventually(lambda: len(ear.entries) >= 6, within=20)

        assert ear.entries == told


async def test_a_stream_made_anew_is_told_from_its_beginning(
    client: Client, js: JetStreamContext, topology: Topology
) -> None:
    bench = bench_over(client, js)
    async with following(bench.feed) as ear:
        before = await opened(bench, 3)
        await eventually(lambda: len(ear.entries) == 3)
        await js.delete_stream(STATUS)
        await ensure(js, topology)
        after = await opened(bench, 2, first=3)
        await eventually(lambda: len(ear.entries) >= 5, within=20)

        assert ear.entries == before + after
        assert 0 in ear.positions, "whoever listens must learn that the positions are others now"
        assert ear.positions[-1] == 2


async def test_of_a_long_past_each_jobs_last_event_is_told(client: Client, js: JetStreamContext) -> None:
    bench = bench_over(client, js, long=10)
    ends = [await lived(bench, entry) for entry in await opened(bench, 5)]
    (late,) = await opened(bench, 1, first=5)

    async with aclosing(bench.feed.replay(2, ends[-1].revision)) as past:
        told = [entry async for entry in past]

    assert told == ends
    assert late not in told
    assert await feeds(js) == []


async def lived(bench: FeedBench, entry: Entry) -> Entry:
    """Have a worker take the job and get on with it; return its last entry."""
    entry = await bench.log.append(start(entry.job, "w", "local", NOON), entry)
    return await bench.log.append(progressed(entry.job, Stage.RENDERING, 7, NOON), entry)


async def test_replays_at_once_take_their_turns_and_leave_nothing(client: Client, js: JetStreamContext) -> None:
    bench = bench_over(client, js)
    entries = await opened(bench, 20)

    async def past() -> list[Entry]:
        async with aclosing(bench.feed.replay(0, entries[-1].revision)) as read:
            return [entry async for entry in read]

    assert await asyncio.gather(*(past() for _ in range(40))) == [entries] * 40
    assert await feeds(js) == []


async def test_a_past_the_stream_no_longer_keeps_begins_with_what_it_does(
    client: Client, impatient: JetStreamContext
) -> None:
    bench = bench_over(client, impatient)
    entries = await opened(bench, 6)
    await impatient.purge_stream(STATUS, seq=entries[3].revision)

    async with aclosing(bench.feed.replay(1, entries[-1].revision)) as past:
        assert [entry async for entry in past] == entries[3:]
