"""After an hour Replicate erases what its predictions were made from: what may be ours is not bought again."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.catalogue import Catalogue
from shared.domain.failures import FailureCode
from shared.domain.job import Job, accept, start, submitting
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.ports.provider import Ended, Order, Provider
from shared.predictions.replicate import ReplicateProvider
from shared.runtime.clock import SystemClock
from shared.worker.parts import Parts
from shared.worker.run import Run
from shared.worker.settings import Limits
from tests.contract.replicate.conftest import MakeOrder, provider_at
from tests.support.eventually import eventually
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryPredictions, MemoryRequests
from tests.support.fakes.clock import CountingIds
from tests.support.fakes.media import MemoryMediaStore
from tests.support.fakes.parts import FakeTranslation, TallyMeters
from tests.support.fakes.queue import MemoryConsumer, MemoryQueue
from tests.support.jobs import a_request
from tests.support.replicate_emulator.client import Emulator


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=2)


async def erased(provider: ReplicateProvider, emulator: Emulator, order: Order) -> str:
    """Have a prediction made, run and erased."""
    emulator.set(data_kept=0.0)
    prediction = await provider.start(order)
    await eventually(lambda: emulator.creations(order.prompt)[-1]["completedAt"])
    emulator.set(data_kept=3600.0)
    return prediction


async def taken_over(request: JobRequest, provider: Provider, bus: MemoryBus) -> Job:
    """Run the job to its end, whose log has an intent of two hours ago and no prediction."""
    log, clock = MemoryJobLog(bus, "dead"), SystemClock()
    last = await log.append(accept(request, await MemoryRequests(bus).file(request, 0)), None)
    last = await log.append(start(last.job, "dead", "replicate", long_ago()), last)
    await log.append(submitting(last.job, "0" * 32, long_ago()), last)
    parts = Parts(
        kind=request.kind,
        worker="next",
        log=MemoryJobLog(bus, "next"),
        register=MemoryPredictions(bus),
        provider=provider,
        media=MemoryMediaStore(),
        translation=FakeTranslation(),
        clock=clock,
        ids=CountingIds(),
        meters=TallyMeters(),
        limits=Limits(concurrency=1),
        ack_wait=20.0,
    )
    [delivery] = await MemoryQueue(MemoryConsumer(bus, clock)).pull(1, 1.0)
    await Run(parts, delivery).run()
    return bus.last(request.job_id).job


@pytest.fixture
def request_of_today() -> JobRequest:
    """A job of two hours ago whose deadline is not near."""
    return a_request(created_at=long_ago(), deadline=datetime.now(UTC) + timedelta(hours=1))


async def test_a_job_whose_prediction_may_be_among_the_erased_is_not_paid_for_again(
    emulator: Emulator, provider: ReplicateProvider, catalogue: Catalogue, request_of_today: JobRequest
) -> None:
    # By a worker that died with the create's answer.
    await erased(provider, emulator, await FakeTranslation().order(request_of_today))
    async with provider_at(emulator.url, catalogue, settling=0) as successor:
        job = await taken_over(request_of_today, successor, MemoryBus())

    assert job.failure is not None
    assert job.failure.code is FailureCode.UNKNOWN_OUTCOME
    assert "erased" in job.failure.message
    assert len(emulator.creations()) == 1


async def test_an_erased_prediction_of_another_job_is_in_nobodys_way(
    emulator: Emulator,
    provider: ReplicateProvider,
    catalogue: Catalogue,
    order: MakeOrder,
    request_of_today: JobRequest,
) -> None:
    bus = MemoryBus()
    others = await erased(provider, emulator, order())
    await MemoryPredictions(bus).own(provider.name, others, "another")
    async with provider_at(emulator.url, catalogue, settling=0) as successor:
        job = await taken_over(request_of_today, successor, bus)

    assert job.status is Status.SUCCEEDED
    assert job.prediction == emulator.creations()[1]["id"]


async def test_what_is_surely_the_jobs_comes_before_what_may_be(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    wanted = order()
    perhaps = await erased(provider, emulator, order())
    sure = await provider.start(wanted)
    assert await provider.find(wanted, long_ago()) == [sure, perhaps]


async def test_an_erased_prediction_of_another_model_is_left_out(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    await erased(provider, emulator, order(model="seedream"))
    assert await provider.find(order(model="flux"), long_ago()) == []


async def test_a_prediction_known_to_be_a_jobs_own_is_no_doubt_when_its_data_is_gone(
    emulator: Emulator, provider: ReplicateProvider, order: MakeOrder
) -> None:
    own = order()
    prediction = await erased(provider, emulator, own)
    await provider.find(order(), long_ago())
    await provider.attach(prediction, own)
    end = await provider.poll(prediction)
    assert isinstance(end, Ended)
    assert end.failure.code is FailureCode.OUTPUT_UNREADABLE
