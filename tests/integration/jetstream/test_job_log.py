"""The jobs' logs on a real server that goes away and comes back. What every log promises is in its contract suite."""

import asyncio

import pytest
from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import accept, progressed, start
from shared.domain.states import Stage
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.topology import STATUS
from shared.ports.job_log import BusUnavailable
from tests.support.eventually import eventually
from tests.support.jobs import NOON, a_request
from tests.support.nats_server import NatsServer


async def last_once_back(log: JetStreamJobLog, job_id: str) -> Entry | None:
    """Return the log's last entry as soon as NATS answers again."""
    answered: list[Entry | None] = []

    async def read() -> bool:
        try:
            answered.append(await log.last(JobId(job_id)))
        except BusUnavailable:
            return False
        return True

    await eventually(read)
    return answered[-1]


async def test_without_nats_it_fails_fast_and_writes_nothing_later(
    impatient: JetStreamContext, server: NatsServer
) -> None:
    log = JetStreamJobLog(impatient, "one")
    server.stop()
    with pytest.raises(BusUnavailable):
        async with asyncio.timeout(15):
            await log.append(accept(a_request(), 1), None)
    with pytest.raises(BusUnavailable):
        await log.last(JobId("job-1"))
    await server.start()

    assert await last_once_back(log, "job-1") is None


async def test_what_was_appended_outlives_a_killed_server(js: JetStreamContext, server: NatsServer) -> None:
    log = JetStreamJobLog(js, "one")
    opened = await log.append(accept(a_request(), 1), None)
    started = await log.append(start(opened.job, "w", "local", NOON), opened)
    server.kill()
    await server.start()

    assert await last_once_back(log, "job-1") == started


async def test_an_append_tried_until_it_is_taken_is_written_once_over_a_killed_server(
    js: JetStreamContext, impatient: JetStreamContext, server: NatsServer
) -> None:
    """As a worker does; whether an answer was lost or the event was, nobody can tell but the log."""
    log = JetStreamJobLog(impatient, "worker")
    opened = await log.append(accept(a_request(), 1), None)
    entry = await log.append(start(opened.job, "worker", "local", NOON), opened)

    async def say_progress() -> None:
        nonlocal entry
        for percent in range(1, 60):
            change = progressed(entry.job, Stage.RENDERING, percent, NOON)
            while True:
                try:
                    entry = await log.append(change, entry)
                except BusUnavailable:
                    await asyncio.sleep(0.05)
                else:
                    break

    saying = asyncio.create_task(say_progress())
    await eventually(lambda: (entry.job.progress or 0) > 10, every=0.001)
    server.kill()
    await server.start()
    async with asyncio.timeout(20):
        await saying

    assert (await js.stream_info(STATUS)).state.messages == 61
    assert await log.last(JobId("job-1")) == entry
