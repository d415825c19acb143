"""Accepting a job: two writes, no lock, and one job however often and however concurrently it is asked for."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.submission import JobIdTaken, Submitted
from shared.domain.job import accept
from shared.domain.kinds import Kind
from shared.domain.states import Status
from tests.support.jobs import NOON
from tests.unit.gateway_core.submits import StumblingBus, asked, end, gateway


@pytest.fixture
def bus() -> StumblingBus:
    """One server."""
    return StumblingBus()


async def test_a_job_is_accepted_and_its_log_names_its_request(bus: StumblingBus) -> None:
    request = asked("job-1")

    submitted = await gateway(bus).submit(request, named=True)

    [message] = bus.requests.values()
    assert submitted == Submitted(bus.last("job-1"), deduplicated=False)
    assert (submitted.entry.job, submitted.entry.job.request) == (accept(request, 1).job, message.sequence)


async def test_the_same_id_with_the_same_content_is_the_same_job(bus: StumblingBus) -> None:
    first = await gateway(bus).submit(asked("job-1"), named=True)

    again = await gateway(bus, "gateway-2").submit(asked("job-1"), named=True)

    assert again == Submitted(first.entry, deduplicated=True, replayed=True)
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
