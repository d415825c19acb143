"""The jobs' logs over a real JetStream: one writer wins, and a lost answer is cleared up."""

import asyncio

import pytest
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.job import accept, fail, past_deadline, start
from shared.domain.kinds import Kind
from shared.jetstream.job_log import JetStreamJobLog
from shared.ports.job_log import BusUnavailable, Fenced
from tests.support.eventually import eventually
from tests.support.jobs import NOON, a_request
from tests.support.nats_server import NatsServer


async def test_what_was_appended_is_the_last_entry(js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "one", direct=True)

    opened = await log.append(accept(a_request(), 7), None)
    started = await log.append(start(opened.job, "w", "local", NOON), opened)

    assert await log.last(JobId("job-1")) == started
    assert started.revision > opened.revision


async def test_an_unknown_job_has_no_log(js: JetStreamContext) -> None:
    assert await JetStreamJobLog(js, "one", direct=True).last(JobId("nobody")) is None


async def test_of_many_rivals_one_writes_the_next_entry(js: JetStreamContext) -> None:
    logs = [JetStreamJobLog(js, f"rival-{n}", direct=True) for n in range(20)]
    opened = await logs[0].append(accept(a_request(), 1), None)

    outcomes = await asyncio.gather(
        *(log.append(start(opened.job, f"w{n}", "local", NOON), opened) for n, log in enumerate(logs)),
        return_exceptions=True,
    )

    winners = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    fenced = [outcome for outcome in outcomes if isinstance(outcome, Fenced)]
    assert len(winners) == 1
    assert len(fenced) == 19
    assert all(error.last == winners[0] for error in fenced)


async def test_a_job_id_opens_one_log_over_both_kinds(js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "one", direct=True)
    portrait = await log.append(accept(a_request("same", Kind.PORTRAIT), 1), None)

    with pytest.raises(Fenced) as fenced:
        await log.append(accept(a_request("same", Kind.VIDEO), 2), None)

    assert fenced.value.last == portrait
    assert await log.last(JobId("same")) == portrait


async def test_appending_the_same_fact_again_finds_its_own_entry(js: JetStreamContext) -> None:
    """As after an answer that was lost: written once, and the writer is told where."""
    log = JetStreamJobLog(js, "one", direct=True)
    opened = await log.append(accept(a_request(), 1), None)
    ended = await log.append(fail(opened.job, past_deadline(opened.job), NOON), opened)

    assert await log.append(fail(opened.job, past_deadline(opened.job), NOON), opened) == ended


async def test_without_nats_it_fails_fast_and_writes_nothing_later(js: JetStreamContext, server: NatsServer) -> None:
    log = JetStreamJobLog(js, "one", direct=True)
    server.stop()
    with pytest.raises(BusUnavailable):
        async with asyncio.timeout(15):
            await log.append(accept(a_request(), 1), None)
    await server.start()

    async def readable() -> bool:
        try:
            return await log.last(JobId("job-1")) is None
        except BusUnavailable:
            return False

    assert await eventually(readable)
