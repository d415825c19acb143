"""Accepting a job: two writes, no lock, and one job however often and however concurrently it is asked for."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.submission import JobIdTaken, Submitted, Submitter
from shared.domain.ids import JobId
from shared.domain.job import accept, fail, past_deadline
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.events.codec import encode_change
from shared.events.envelope import MAX_EVENT_BYTES
from shared.ports.job_log import BusFull, BusUnavailable, TooLarge
from tests.support.fakes.bus import MAX_DOCUMENT_BYTES, MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.jobs import NOON, a_request


@dataclass(slots=True)
class StumblingBus(MemoryBus):
    """A bus that is away for just one of its calls."""

    stumble_at: int = 0
    calls: int = field(default=0)

    async def answer(self) -> None:
        self.calls += 1
        if self.calls == self.stumble_at:
            raise BusUnavailable("stumbled")
        await MemoryBus.answer(self)


@pytest.fixture
def bus() -> StumblingBus:
    """One server."""
    return StumblingBus()


def gateway(bus: MemoryBus, name: str = "gateway-1") -> Submitter:
    """One gateway's submitter."""
    return Submitter(MemoryRequests(bus, name), MemoryJobLog(bus, name))


def end(bus: MemoryBus, job_id: str) -> None:
    """End a job."""
    last = bus.last(job_id)
    failed = fail(last.job, past_deadline(last.job), NOON)
    bus.put_event(job_id, encode_change(failed, "end", "x").body)


def asked(job_id: str, **changes: Any) -> JobRequest:
    """Ask for Mira's portrait, under any jobId."""
    changes.setdefault("character", {"character": "Mira"})
    return a_request(job_id, **changes)


async def test_a_job_is_accepted_and_its_log_names_its_request(bus: StumblingBus) -> None:
    request = asked("job-1")

    submitted = await gateway(bus).submit(request, named=True)

    [message] = bus.requests.values()
    assert submitted == Submitted(bus.last("job-1"), deduplicated=False)
    assert (submitted.entry.job, submitted.entry.job.request) == (accept(request, 1).job, message.sequence)


async def test_the_same_id_with_the_same_content_is_the_same_job(bus: StumblingBus) -> None:
    first = await gateway(bus).submit(asked("job-1"), named=True)

    again = await gateway(bus, "gateway-2").submit(asked("job-1"), named=True)

    assert again == Submitted(first.entry, deduplicated=True)
    assert len(bus.requests) == 1


async def test_an_id_whose_gateway_died_before_it_was_opened_is_taken_all_the_same(bus: StumblingBus) -> None:
    """Whoever finds the request opens its log, and may have been asked for that very id with other content."""
    mira = {"show_id": "low-tide", "character_id": "mira"}
    await MemoryRequests(bus).file(asked("job-1", **mira), 0)

    with pytest.raises(JobIdTaken):
        await gateway(bus).submit(asked("job-1", custom_prompt="something else", **mira), named=True)

    assert bus.last("job-1").job.content == asked("job-1", **mira).content
    assert len(bus.requests) == 1


async def test_and_it_stays_so_after_its_end(bus: StumblingBus) -> None:
    await gateway(bus).submit(asked("job-1"), named=True)
    end(bus, "job-1")

    again = await gateway(bus).submit(asked("job-1"), named=True)

    assert again.deduplicated
    assert again.entry.job.status is Status.FAILED
    assert len(bus.entries("job-1")) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"custom_prompt": "something else"},
        {"model": "seedream"},
        {"settings": {"seconds": 8}},
        {"guardrails": False},
        {"owner": "somebody"},
        {"kind": Kind.VIDEO},
    ],
)
@pytest.mark.parametrize("ended", [False, True])
async def test_the_same_id_for_anything_else_is_refused(bus: StumblingBus, other: dict[str, Any], ended: bool) -> None:
    await gateway(bus).submit(asked("job-1"), named=True)
    if ended:
        end(bus, "job-1")

    with pytest.raises(JobIdTaken):
        await gateway(bus).submit(asked("job-1", **other), named=True)

    assert len(bus.requests) == 1
    assert bus.last("job-1").job.content == asked("job-1").content


async def test_what_does_not_shape_the_result_is_no_other_content(bus: StumblingBus) -> None:
    await gateway(bus).submit(asked("job-1"), named=True)

    again = await gateway(bus).submit(asked("job-1", metadata={"k": "v"}, show_id="s", character_id="c"), named=True)

    assert again.deduplicated


@pytest.mark.parametrize("named", [True, False])
async def test_another_submit_for_the_character_answers_with_the_running_job(bus: StumblingBus, named: bool) -> None:
    first = await gateway(bus).submit(asked("job-1"), named=True)

    second = await gateway(bus, "gateway-2").submit(asked("job-2"), named=named)

    assert second == Submitted(first.entry, deduplicated=True)
    assert list(bus.logs) == ["job-1"]


async def test_a_character_whose_job_has_ended_can_be_asked_for_again(bus: StumblingBus) -> None:
    await gateway(bus).submit(asked("job-1"), named=True)
    end(bus, "job-1")

    second = await gateway(bus).submit(asked("job-2"), named=True)

    assert not second.deduplicated
    assert second.entry.job.job_id == "job-2"


async def test_ids_of_a_show_and_a_character_hold_the_claim_whatever_is_asked(bus: StumblingBus) -> None:
    first = asked("job-1", show_id="s", character_id="c", custom_prompt="one")
    second = asked("job-2", show_id="s", character_id="c", custom_prompt="two")
    await gateway(bus).submit(first, named=True)

    assert (await gateway(bus).submit(second, named=True)).entry.job.job_id == "job-1"


@pytest.mark.parametrize("same_id", [True, False])
async def test_a_hundred_at_once_over_two_gateways_are_one_job(bus: StumblingBus, same_id: bool) -> None:
    gateways = [gateway(bus, f"gateway-{n}") for n in range(2)]
    requests = [
        asked("job" if same_id else f"job-{n}", created_at=NOON + timedelta(microseconds=n)) for n in range(100)
    ]

    answers = await asyncio.gather(
        *(gateways[n % 2].submit(request, named=same_id) for n, request in enumerate(requests))
    )

    assert [answer.deduplicated for answer in answers].count(False) == 1
    assert len({answer.entry.job.job_id for answer in answers}) == 1
    assert len(bus.requests) == 1
    assert [len(entries) for entries in bus.logs.values() if entries] == [1]


async def test_one_id_for_a_portrait_and_a_clip_at_once_goes_to_one_of_them(bus: StumblingBus) -> None:
    portrait, clip = asked("job-1"), asked("job-1", kind=Kind.VIDEO)

    outcomes = await asyncio.gather(
        gateway(bus, "a").submit(portrait, named=True),
        gateway(bus, "b").submit(clip, named=True),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["JobIdTaken", "Submitted"]
    [message] = bus.requests.values()
    assert message.kind is bus.last("job-1").job.kind
    assert bus.last("job-1").job.request == message.sequence


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


@pytest.mark.parametrize("lost", [1, 2])
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


@pytest.mark.parametrize("call", range(1, 6))
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
