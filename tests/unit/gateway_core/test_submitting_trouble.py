"""Accepting a job when others are quicker, gateways die and NATS is away: nothing is lost, doubled or left behind."""

import asyncio
from dataclasses import replace

import pytest

from gateway.submission import JobIdTaken
from shared.domain.ids import JobId
from shared.domain.job import accept
from shared.domain.kinds import Kind
from shared.events.envelope import MAX_EVENT_BYTES
from shared.ports.job_log import BusFull, BusUnavailable, TooLarge
from tests.support.fakes.bus import MAX_DOCUMENT_BYTES, MemoryJobLog, MemoryRequests
from tests.unit.gateway_core.submits import StumblingBus, asked, gateway


@pytest.fixture
def bus() -> StumblingBus:
    """One server."""
    return StumblingBus()


async def test_an_id_whose_gateway_died_before_it_was_opened_is_taken_all_the_same(bus: StumblingBus) -> None:
    """Whoever finds the request opens its log, and may have been asked for that very id with other content."""
    mira = {"show_id": "low-tide", "character_id": "mira"}
    await MemoryRequests(bus).file(asked("job-1", **mira), 0)

    with pytest.raises(JobIdTaken):
        await gateway(bus).submit(asked("job-1", custom_prompt="something else", **mira), named=True)

    assert bus.last("job-1").job.content == asked("job-1", **mira).content
    assert len(bus.requests) == 1


async def test_a_log_left_closed_by_a_dead_gateway_is_opened_by_the_next_submit(bus: StumblingBus) -> None:
    left = asked("job-1")
    sequence = await MemoryRequests(bus, "dead").file(left, 0)

    found = await gateway(bus).submit(asked("job-2"), named=True)

    assert found.deduplicated
    assert found.entry == bus.last("job-1")
    assert found.entry.job == accept(left, sequence).job


async def test_a_worker_that_was_quicker_does_not_make_it_a_duplicate(bus: StumblingBus) -> None:
    request = asked("job-1")
    worker = MemoryJobLog(bus, "worker")

    async def quick() -> None:
        while not bus.requests:
            await asyncio.sleep(0)
        await worker.append(accept(request, 1), None)

    bus.latency = 0.01
    submitted, _ = await asyncio.gather(gateway(bus).submit(request, named=True), quick())

    assert not submitted.deduplicated
    assert submitted.entry == bus.last("job-1")


async def test_a_request_that_lost_its_id_is_taken_back(bus: StumblingBus) -> None:
    """The id was free when looked at and taken when the log was to be opened."""
    rival = accept(asked("job-1", custom_prompt="theirs"), 99)

    async def rivalling() -> None:
        while not bus.requests:
            await asyncio.sleep(0)
        await MemoryJobLog(bus, "rival").append(rival, None)

    bus.latency = 0.01
    outcome, _ = await asyncio.gather(
        gateway(bus).submit(asked("job-1"), named=True), rivalling(), return_exceptions=True
    )

    assert isinstance(outcome, JobIdTaken)
    assert bus.requests == {}
    assert [entry.job for entry in bus.entries("job-1")] == [rival.job]


async def test_a_claim_that_ends_in_nonsense_can_be_filed_under(bus: StumblingBus) -> None:
    request = asked("job-1")
    bus.put_request(Kind.PORTRAIT, request.claim, b"nonsense")

    assert not (await gateway(bus).submit(request, named=True)).deduplicated


async def test_a_full_bus_promises_nothing_and_recovers(bus: StumblingBus) -> None:
    bus.full = True
    with pytest.raises(BusFull):
        await gateway(bus).submit(asked("job-1"), named=True)
    assert (bus.requests, bus.logs.get(JobId("job-1"))) == ({}, None)

    bus.full = False

    assert not (await gateway(bus).submit(asked("job-1"), named=True)).deduplicated


async def test_a_document_too_large_for_the_bus_leaves_nothing_behind(bus: StumblingBus) -> None:
    with pytest.raises(TooLarge):
        await gateway(bus).submit(asked("job-1", show={"x": "y" * MAX_DOCUMENT_BYTES}), named=True)

    assert bus.requests == {}


async def test_a_job_too_large_for_its_log_leaves_nothing_behind(bus: StumblingBus) -> None:
    """Its request was filed by then: no worker may find it, and the character must not stay claimed."""
    too_much = replace(asked("job-1"), metadata={"k": "v" * MAX_EVENT_BYTES})
    with pytest.raises(TooLarge):
        await gateway(bus).submit(too_much, named=True)

    assert bus.requests == {}
    assert not (await gateway(bus).submit(asked("job-2"), named=True)).deduplicated


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_an_answer_that_was_lost_is_found_out_by_asking_again(bus: StumblingBus, lost: int) -> None:
    """The client was told to try later, and does, with the same id or, having given none, another."""
    bus.lose_answers = lost
    with pytest.raises(BusUnavailable):
        await gateway(bus).submit(asked("job-1"), named=True)
    bus.lose_answers = 0

    again = await gateway(bus).submit(asked("job-1"), named=True)
    other = await gateway(bus).submit(asked("job-2"), named=False)

    assert again.entry.job.job_id == other.entry.job.job_id == "job-1"
    assert len(bus.requests) == 1
    assert len(bus.entries("job-1")) == 1


@pytest.mark.parametrize("call", range(1, 8))
async def test_nats_away_at_any_of_its_calls_makes_one_job_in_the_end(bus: StumblingBus, call: int) -> None:
    bus.stumble_at = call
    answers = []
    for _ in range(3):
        try:
            answers.append(await gateway(bus).submit(asked("job-1"), named=True))
        except BusUnavailable:
            continue

    assert len(answers) >= 2
    assert len(bus.requests) == 1
    assert len(bus.entries("job-1")) == 1
    assert bus.last("job-1").job.request == 1
