"""The backup of the streams: what is saved comes back with its consumers' places, into an empty NATS and no other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.nats.backup import STREAMS, Undone, restore, save, saved_in
from shared.domain.job import accept
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import BUCKET_STREAM, JOBS, STATUS, Topology, ensure
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer, client_of, nats_server

LARGE = bytes(300_000)


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """Another server, empty."""
    async with nats_server(tmp_path / "elsewhere") as running:
        yield running


async def fill(js: JetStreamContext) -> None:
    """Publish five requests; one is done, one is in a worker's hands."""
    for number in range(5):
        await js.publish(f"jobs.portrait.{number}", LARGE)
    workers = await js.pull_subscribe_bind("portrait-worker", JOBS)
    done, _ = await workers.fetch(2)
    await done.ack_sync()


async def test_streams_come_back_whole_with_what_was_done_and_what_was_not(
    client: Client, js: JetStreamContext, elsewhere: NatsServer, tmp_path: Path
) -> None:
    await fill(js)
    opened = await JetStreamJobLog(js, "one").append(accept(a_request(), 1), None)
    before = {name: (await js.stream_info(name)).state for name in STREAMS}

    await save(client, tmp_path / "backup", STREAMS)
    async with client_of(elsewhere) as other:
        await restore(other, saved_in(tmp_path / "backup"), replace=False)
        there = other.jetstream()
        await ensure(there, Topology(ack_wait=2.0))
        after = {name: (await there.stream_info(name)).state for name in STREAMS}
        worker = await there.consumer_info(JOBS, "portrait-worker")
        assert await JetStreamJobLog(there, "two").last(opened.job.job_id) == opened

    assert {name: (one.messages, one.last_seq) for name, one in after.items()} == {
        name: (one.messages, one.last_seq) for name, one in before.items()
    }
    assert worker.ack_floor is not None
    assert worker.ack_floor.stream_seq == 1
    assert (worker.num_pending or 0) + (worker.num_ack_pending or 0) == 4


async def test_what_is_there_is_only_replaced_when_told(client: Client, js: JetStreamContext, tmp_path: Path) -> None:
    await js.publish("jobs.portrait.old", b"{}")
    await save(client, tmp_path, [JOBS])
    await js.publish("jobs.portrait.new", b"{}")

    with pytest.raises(Undone, match=r"JOBS holds 2 messages\. Stop the services, and say --replace"):
        await restore(client, saved_in(tmp_path), replace=False)
    assert (await js.stream_info(JOBS)).state.messages == 2

    await restore(client, saved_in(tmp_path), replace=True)
    assert (await js.stream_info(JOBS)).state.messages == 1


def test_a_folder_without_a_backup_says_so(tmp_path: Path) -> None:
    (tmp_path / STATUS).mkdir()
    (tmp_path / STATUS / "stream.snapshot.part").write_bytes(b"begun")

    with pytest.raises(Undone, match="There is no backup in"):
        saved_in(tmp_path)


def test_all_that_lasts_is_saved_and_the_derived_bucket_is_not() -> None:
    assert set(STREAMS) == {str(stream.name) for stream in Topology().streams()}
    assert BUCKET_STREAM not in STREAMS
    assert STREAMS.index(JOBS) < STREAMS.index(STATUS)
