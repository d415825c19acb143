"""A jobId that a rival's job answered is spent: the same answer ever after, and nothing else's."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.submission import JobIdTaken, Submitted, Submitter
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.ports.answers import Answer
from shared.ports.job_log import BusUnavailable
from tests.support.fakes.answers import MemoryAnswers
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.unit.gateway_core.submits import StumblingBus, asked, end, gateway

Meanwhile = Callable[[], Awaitable[Any]]


class Paused(MemoryAnswers):
    """The answers as a gateway has them to which something happens right before its first write."""

    def __init__(self, bus: MemoryBus, meanwhile: Meanwhile) -> None:
        super().__init__(bus)
        self._meanwhile: list[Meanwhile] = [meanwhile]

    async def write(self, answer: Answer, version: int) -> None:
        while self._meanwhile:
            await self._meanwhile.pop()()
        await super().write(answer, version)


def an_own_job(request: JobRequest) -> Answer:
    """Return what is written before a request is filed."""
    return Answer(
        job_id=request.job_id,
        owner=request.owner,
        kind=request.kind,
        content=request.content,
        by=request.job_id,
        request=0,
        at=request.created_at,
    )


@pytest.fixture
def bus() -> StumblingBus:
    """One server."""
    return StumblingBus()


@pytest.fixture
async def rival(bus: StumblingBus) -> Entry:
    """Mira's running portrait."""
    return (await gateway(bus).submit(asked("rival"), named=True)).entry


async def test_it_has_the_same_answer_when_that_job_has_ended(bus: StumblingBus, rival: Entry) -> None:
    first = await gateway(bus).submit(asked("mine"), named=True)
    running = await gateway(bus, "gateway-2").submit(asked("mine"), named=True)
    end(bus, "rival")

    ended = await gateway(bus, "gateway-3").submit(asked("mine"), named=True)

    assert first == Submitted(rival, deduplicated=True)
    assert running == Submitted(rival, deduplicated=True, replayed=True)
    assert ended == Submitted(bus.last("rival"), deduplicated=True, replayed=True)
    assert ended.entry.job.status is Status.FAILED
    assert len(bus.requests) == 1


async def test_even_while_the_next_job_of_its_character_runs(bus: StumblingBus, rival: Entry) -> None:
    await gateway(bus).submit(asked("mine"), named=True)
    end(bus, "rival")
    await gateway(bus).submit(asked("next"), named=True)

    assert (await gateway(bus).submit(asked("mine"), named=True)).entry.job.job_id == "rival"


@pytest.mark.parametrize("other", [{"custom_prompt": "else"}, {"owner": "somebody"}, {"kind": Kind.VIDEO}])
@pytest.mark.parametrize("ended", [False, True])
async def test_for_anything_else_it_is_refused(
    bus: StumblingBus, rival: Entry, other: dict[str, Any], ended: bool
) -> None:
    await gateway(bus).submit(asked("mine"), named=True)
    if ended:
        end(bus, "rival")

    with pytest.raises(JobIdTaken):
        await gateway(bus).submit(asked("mine", **other), named=True)

    assert len(bus.requests) == 1


async def test_what_counts_is_what_was_asked_for_and_not_what_answered(bus: StumblingBus) -> None:
    mira = {"show_id": "low-tide", "character_id": "mira"}
    await gateway(bus).submit(asked("rival", custom_prompt="theirs", **mira), named=True)
    await gateway(bus).submit(asked("mine", custom_prompt="mine", **mira), named=True)

    assert (await gateway(bus).submit(asked("mine", custom_prompt="mine", **mira), named=True)).replayed
    with pytest.raises(JobIdTaken):
        await gateway(bus).submit(asked("mine", custom_prompt="theirs", **mira), named=True)


async def test_an_id_that_nobody_chose_leaves_nothing(bus: StumblingBus, rival: Entry) -> None:
    before = dict(bus.answers)

    await gateway(bus).submit(asked("made-up"), named=False)

    assert bus.answers == before


@pytest.mark.parametrize("call", range(1, 7))
async def test_an_answer_that_never_came_is_the_same_the_next_time(bus: StumblingBus, rival: Entry, call: int) -> None:
    """NATS is away for one call of the first try, whichever, and the rival ends before the second."""
    bus.calls, bus.stumble_at = 0, call
    try:
        told: Submitted | None = await gateway(bus).submit(asked("mine"), named=True)
    except BusUnavailable:
        told = None
    written = JobId("mine") in bus.answers
    end(bus, "rival")

    again = await gateway(bus).submit(asked("mine"), named=True)

    assert again.entry.job.job_id == ("rival" if written else "mine")
    assert told is None or told.entry.job.job_id == again.entry.job.job_id


async def test_an_answer_that_was_lost_on_its_way_stands(bus: StumblingBus, rival: Entry) -> None:
    bus.lose_answers = 1
    with pytest.raises(BusUnavailable):
        await gateway(bus).submit(asked("mine"), named=True)
    end(bus, "rival")

    assert (await gateway(bus).submit(asked("mine"), named=True)).entry.job.job_id == "rival"


async def test_a_gateway_that_read_of_a_rival_too_long_ago_tells_what_the_other_did(
    bus: StumblingBus, rival: Entry
) -> None:
    async def meanwhile() -> None:
        end(bus, "rival")
        told.append(await gateway(bus, "quick").submit(asked("mine"), named=True))

    told: list[Submitted] = []
    told.append(await gateway(bus, "slow", Paused(bus, meanwhile)).submit(asked("mine"), named=True))

    assert [each.entry.job.job_id for each in told] == ["mine", "mine"]
    assert [each.deduplicated for each in told] == [False, True]


async def test_a_gateway_about_to_file_hears_of_the_answer_that_another_gave(bus: StumblingBus, rival: Entry) -> None:
    """One read of the rival while it ran, and writes that down after the other saw it ended."""

    async def first_write() -> None:
        end(bus, "rival")
        told.append(await gateway(bus, "b", Paused(bus, second_write)).submit(asked("mine"), named=True))

    async def second_write() -> None:
        kept = await slow.read(JobId("mine"))
        answer = replace(an_own_job(asked("mine")), by=JobId("rival"), request=rival.job.request)
        await MemoryAnswers(bus).write(answer, kept.version)

    told: list[Submitted] = []
    slow = Paused(bus, first_write)
    told.append(await gateway(bus, "a", slow).submit(asked("mine"), named=True))

    assert [each.entry.job.job_id for each in told] == ["rival", "rival"]
    assert len(bus.requests) == 1


async def test_a_job_that_came_and_went_meanwhile_is_the_answer(bus: StumblingBus) -> None:
    """Its gateway had reserved the jobId and then took its time."""
    await MemoryAnswers(bus).write(an_own_job(asked("mine")), 0)

    class LateLog(MemoryJobLog):
        async def last(self, job_id: JobId) -> Entry | None:
            found = await super().last(job_id)
            if job_id == "mine" and found is None:
                await MemoryRequests(bus).file(asked("mine"), 0)
                await gateway(bus).submit(asked("finds-it"), named=False)
                end(bus, "mine")
                await gateway(bus).submit(asked("rival"), named=False)
            return found

    submitter = Submitter(MemoryRequests(bus, "late"), LateLog(bus, "late"), MemoryAnswers(bus))

    assert (await submitter.submit(asked("mine"), named=True)).entry == bus.last("mine")
