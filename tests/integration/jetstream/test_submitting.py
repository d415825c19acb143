"""The same submit, a hundred times at once, on two gateways over a real server: one job."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from gateway.lookup import Lookup
from gateway.submission import JobIdTaken, Submitted, Submitter
from shared.domain.ids import JobId
from shared.domain.job import accept, fail, past_deadline
from shared.domain.kinds import Kind
from shared.jetstream.answers import JetStreamAnswers
from shared.jetstream.deletions import JetStreamDeletions
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.record_cache import open_record_cache
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import JOBS, STATUS, Topology
from shared.ports.records import Record
from shared.runtime.clock import SystemClock
from tests.support.jobs import NOON, a_request
from tests.support.nats_server import NatsServer, client_of

MIRA: dict[str, Any] = {"character": {"character": "Mira"}}


def gateway(js: JetStreamContext, name: str) -> Submitter:
    """One gateway's submitter."""
    requests, log = JetStreamRequests(js, name), JetStreamJobLog(js, name)
    return Submitter(requests, log, JetStreamAnswers(js, name))


async def messages(js: JetStreamContext, stream: str) -> int:
    """Return how many messages a stream holds."""
    return (await js.stream_info(stream)).state.messages


@pytest.mark.parametrize("same_id", [True, False])
async def test_a_hundred_submits_are_one_job(js: JetStreamContext, server: NatsServer, same_id: bool) -> None:
    requests = [
        a_request("job" if same_id else f"job-{n}", created_at=NOON + timedelta(microseconds=n), **MIRA)
        for n in range(100)
    ]
    async with client_of(server) as second:
        gateways = [gateway(js, "gateway-1"), gateway(second.jetstream(timeout=20), "gateway-2")]
        answers = await asyncio.gather(
            *(gateways[n % 2].submit(request, named=same_id) for n, request in enumerate(requests))
        )

    assert [answer.deduplicated for answer in answers].count(False) == 1
    assert len({answer.entry.job.job_id for answer in answers}) == 1
    assert (await messages(js, JOBS), await messages(js, STATUS)) == (1, 1)


async def test_rivals_for_many_characters_make_one_job_each(js: JetStreamContext) -> None:
    gateways = [gateway(js, f"gateway-{n}") for n in range(2)]
    answers = await asyncio.gather(
        *(
            gateways[n % 2].submit(
                a_request(f"job-{who}-{n}", character={"character": who}, created_at=NOON + timedelta(seconds=n)),
                named=False,
            )
            for n in range(8)
            for who in ("Mira", "Juno", "Oskar", "Wren", "Bolt")
        )
    )

    assert [answer.deduplicated for answer in answers].count(False) == 5
    assert (await messages(js, JOBS), await messages(js, STATUS)) == (5, 5)


async def test_one_id_for_a_portrait_and_a_clip_goes_to_one_of_them(js: JetStreamContext) -> None:
    for n in range(10):
        outcomes = await asyncio.gather(
            gateway(js, "a").submit(a_request(f"job-{n}", Kind.PORTRAIT), named=True),
            gateway(js, "b").submit(a_request(f"job-{n}", Kind.VIDEO), named=True),
            return_exceptions=True,
        )

        [won] = [outcome for outcome in outcomes if isinstance(outcome, Submitted)]
        assert [type(outcome) for outcome in outcomes if outcome is not won] == [JobIdTaken]
    assert (await messages(js, JOBS), await messages(js, STATUS)) == (10, 10)


async def test_the_same_id_with_other_content_is_refused_even_at_once(js: JetStreamContext) -> None:
    outcomes = await asyncio.gather(
        *(gateway(js, f"g{n}").submit(a_request("job", custom_prompt=f"prompt {n}"), named=True) for n in range(10)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Submitted) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, JobIdTaken) for outcome in outcomes) == 9
    assert await messages(js, JOBS) == 1


async def test_a_log_left_closed_by_a_dead_gateway_is_opened_by_the_next_submit(js: JetStreamContext) -> None:
    left = a_request("left", **MIRA)
    sequence = await JetStreamRequests(js, "dead").file(left, 0)

    found = await gateway(js, "alive").submit(a_request("mine", **MIRA), named=False)

    assert found.deduplicated
    assert found.entry.job == accept(left, sequence).job
    assert await JetStreamJobLog(js, "reader").last(JobId("left")) == found.entry


async def test_a_job_that_ended_frees_its_character_while_rivals_ask(js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "worker")
    first = await gateway(js, "g").submit(a_request("first", **MIRA), named=True)
    await log.append(fail(first.entry.job, past_deadline(first.entry.job), NOON), first.entry)

    answers = await asyncio.gather(
        *(
            gateway(js, f"g{n}").submit(
                a_request(f"next-{n}", created_at=NOON + timedelta(seconds=n), **MIRA), named=True
            )
            for n in range(20)
        )
    )

    assert [answer.deduplicated for answer in answers].count(False) == 1
    assert len({answer.entry.job.job_id for answer in answers}) == 1


async def test_ids_that_a_rival_answered_keep_their_answer_however_often_and_wherever_they_are_sent(
    js: JetStreamContext, server: NatsServer
) -> None:
    """While it ends, too: of each id all answers are the rival, or all are one job of its own."""
    log = JetStreamJobLog(js, "worker")
    async with client_of(server) as second:
        gateways = [gateway(js, "a"), gateway(second.jetstream(timeout=20), "b")]
        rival = (await gateways[0].submit(a_request("rival", **MIRA), named=True)).entry

        async def ask(n: int) -> tuple[str, str]:
            mine = a_request(f"mine-{n // 8}", created_at=NOON + timedelta(seconds=n), **MIRA)
            return mine.job_id, (await gateways[n % 2].submit(mine, named=True)).entry.job.job_id

        asking = asyncio.gather(*(ask(n) for n in range(80)))
        await log.append(fail(rival.job, past_deadline(rival.job), NOON), rival)
        answers = [*await asking, *await asyncio.gather(*(ask(n) for n in range(80)))]

    told = {mine: {by for who, by in answers if who == mine} for mine, _ in answers}
    assert [len(by) for by in told.values()] == [1] * 10


async def test_a_poll_right_after_acceptance_finds_the_job_on_any_gateway(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    """Status is not even running."""
    async with client_of(server) as second, open_record_cache(client, js, topology) as cache:
        other = second.jetstream(timeout=20)
        for n in range(50):
            accepted = await gateway(js, "g").submit(a_request(f"job-{n}"), named=False)
            deletions = JetStreamDeletions(second, other, "h")
            lookup = Lookup(cache, JetStreamJobLog(other, "h"), SystemClock(), deletions)

            assert await lookup.find(JobId(f"job-{n}")) == Record(accepted.entry, None)
