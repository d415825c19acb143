"""Faults 14 to 16 where time is long: silence for ten minutes, and cancels that the provider will not hear at first."""

import asyncio
from itertools import pairwise

import pytest

from shared.domain.failures import FailureCode
from shared.domain.job import Job
from shared.domain.retry import Trouble
from shared.domain.states import Status
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench, WorkerProcess

SILENT_FOR = 600.0


@pytest.fixture
async def bench() -> Bench:
    return Bench()


def trouble(kind: Trouble, retry_after: float | None = None) -> ProviderTrouble:
    return ProviderTrouble(kind, "The provider is in trouble.", retry_after)


async def canceled(bench: Bench, worker: WorkerProcess, within: float) -> Job:
    """Cancel the job as the gateway does, with its hint, and return the job as it ended."""
    await bench.ask_to_cancel()
    worker.worker.nudge(bench.job().job_id)
    return await bench.ended(within=within)


async def test_16_ten_minutes_of_silence_end_the_job_and_its_prediction(bench: Bench) -> None:
    bench.world.silent = True
    await bench.submit()
    bench.worker()

    job = await bench.ended(within=SILENT_FOR + 60)

    assert job.failure is not None
    assert job.failure.code is FailureCode.PROVIDER_STALLED
    [prediction] = bench.world.predictions.values()
    assert prediction.canceled
    assert SILENT_FOR <= bench.world.times("cancel")[0] - prediction.began <= SILENT_FOR + 10
    assert len(bench.world.times("start")) == 1


@pytest.mark.parametrize(
    ("kind", "retry_after", "times"),
    [(Trouble.THROTTLED, 20.0, 1), (Trouble.UNAVAILABLE, None, 8), (Trouble.UNAVAILABLE, 5.0, 4)],
)
async def test_16_a_cancel_the_provider_will_not_hear_is_said_until_it_does(
    bench: Bench, kind: Trouble, retry_after: float | None, times: int
) -> None:
    """A job that says canceled while its prediction runs on, and bills, would be a lie."""
    bench.world.seconds = 3600.0
    bench.world.cancels.extend([trouble(kind, retry_after)] * times)
    await bench.submit()
    worker = bench.worker()
    await bench.until(lambda: bench.job().prediction is not None)

    job = await canceled(bench, worker, within=200)

    assert job.status is Status.CANCELED
    [prediction] = bench.world.predictions.values()
    assert prediction.canceled
    asked = bench.world.times("cancel")
    assert len(asked) == times + 1
    if retry_after is not None:
        assert all(after - before >= retry_after for before, after in pairwise(asked))


async def test_16_a_provider_that_never_hears_a_cancel_holds_the_job_to_its_deadline_and_no_longer(
    bench: Bench,
) -> None:
    bench.world.seconds = 3600.0
    bench.world.cancels.extend([trouble(Trouble.UNAVAILABLE)] * 1_000)
    await bench.submit()
    worker = bench.worker()
    await bench.until(lambda: bench.job().prediction is not None)

    job = await canceled(bench, worker, within=1_000)

    assert job.status is Status.CANCELED
    assert (job.updated_at - job.deadline).total_seconds() <= 1.0


async def test_15_a_cancel_after_an_unclear_create_waits_for_the_list_to_tell(bench: Bench) -> None:
    """The create was answered 502, and the provider's list shows what it made only some seconds later."""
    unclear = trouble(Trouble.AMBIGUOUS, 3.0)
    bench.world.seconds = 3600.0
    bench.world.listed_after = 4.0
    bench.world.starts.append(unclear)
    bench.world.made_all_the_same.append(unclear)
    await bench.submit()
    worker = bench.worker(settling=5.0)
    await bench.until(lambda: bench.world.created())
    await asyncio.sleep(1.0)

    job = await canceled(bench, worker, within=30)

    assert job.status is Status.CANCELED
    assert [each.canceled for each in bench.world.predictions.values()] == [True]


async def test_15_a_cancel_after_a_create_that_was_certainly_not_done_looks_for_nothing(bench: Bench) -> None:
    bench.world.starts.append(trouble(Trouble.THROTTLED, 60.0))
    await bench.submit()
    worker = bench.worker(settling=10.0)
    await bench.until(lambda: bench.facts()[-1] == "throttled")

    began = bench.clock.monotonic()
    job = await canceled(bench, worker, within=30)

    assert job.status is Status.CANCELED
    assert bench.clock.monotonic() - began <= 1.0
    assert bench.world.created() == []
