"""Told to stop, a worker is gone within ten seconds and its jobs go on elsewhere as if nothing had happened."""

import asyncio

import pytest

from shared.domain.retry import Trouble
from shared.domain.states import Status
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench, WorkerProcess

WITHIN = 10.0
_TAKING = 3
"""The step in which a run writes that it takes its job, after it has read the log."""


async def stop_in_time(bench: Bench, worker: WorkerProcess) -> None:
    """Stop it, and fail when that takes too long."""
    told_at = bench.clock.monotonic()
    await worker.stop()
    assert bench.clock.monotonic() - told_at <= WITHIN


async def test_an_idle_worker_just_ends(bench: Bench) -> None:
    await stop_in_time(bench, bench.worker())


async def test_running_jobs_are_handed_back_and_burn_no_attempt(bench: Bench) -> None:
    bench.world.seconds = 30
    for n in range(20):
        await bench.submit(f"job-{n}")
    first = bench.worker("w1", concurrency=20)
    await bench.until(lambda: len(bench.world.created()) == 20)

    await stop_in_time(bench, first)

    assert all(bench.job(f"job-{n}").holder is None for n in range(20))
    bench.worker("w2", concurrency=20)
    await bench.until(bench.finished)
    jobs = [bench.job(f"job-{n}") for n in range(20)]
    assert {(job.status, job.attempt, job.deaths) for job in jobs} == {(Status.SUCCEEDED, 1, 0)}
    assert len(bench.world.created()) == 20


async def test_a_full_worker_ends_as_well(bench: Bench) -> None:
    bench.world.seconds = 600
    await bench.submit("job-1")
    await bench.submit("job-2")
    worker = bench.worker(concurrency=1)
    await bench.until(lambda: bench.world.created())

    await stop_in_time(bench, worker)

    assert bench.job("job-2").status is Status.STARTING


async def test_rounds_of_stopping_lose_nothing(bench: Bench) -> None:
    bench.world.seconds = 8
    for n in range(30):
        await bench.submit(f"job-{n}")
    for round_ in range(6):
        worker = bench.worker(f"w{round_}", concurrency=8)
        await bench.until(lambda: bench.finished(), within=3600) if round_ == 5 else await _a_while(bench)
        await stop_in_time(bench, worker)

    jobs = [bench.job(f"job-{n}") for n in range(30)]
    assert {(job.status, job.deaths) for job in jobs} == {(Status.SUCCEEDED, 0)}
    assert len(bench.world.created()) == 30


async def _a_while(bench: Bench) -> None:
    until = bench.clock.monotonic() + 5
    await bench.until(lambda: bench.clock.monotonic() >= until)


async def test_a_start_that_is_on_its_way_burns_no_attempt(bench: Bench) -> None:
    """Interrupted while it takes the job, the worker knows only later that the stream has taken its word."""
    await bench.submit()
    bench.bus.storing = 0.5
    _, task = await bench.run("w1", at=(_TAKING, 0.1))

    with pytest.raises(asyncio.CancelledError):
        await task

    bench.worker("w2")
    job = await bench.ended()
    assert (job.status, job.attempt, job.deaths) == (Status.SUCCEEDED, 1, 0)


async def test_a_create_on_its_way_is_waited_for_and_recorded(bench: Bench) -> None:
    bench.world.create_takes = 3.0
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.world.created())

    await stop_in_time(bench, worker)

    assert bench.job().prediction == "prediction-1"
    bench.worker("w2")
    assert (await bench.ended()).status is Status.SUCCEEDED
    assert bench.world.times("find") == []


async def test_a_create_that_hangs_is_left_to_be_found(bench: Bench) -> None:
    bench.world.create_takes = 300.0
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.world.created())

    await stop_in_time(bench, worker)

    bench.world.create_takes = 0.1
    bench.worker("w2")
    job = await bench.ended()
    assert (job.status, job.prediction, job.deaths) == (Status.SUCCEEDED, "prediction-1", 0)
    assert len(bench.world.created()) == 1


@pytest.mark.parametrize("when", ["rendering", "creating"])
async def test_without_nats_it_ends_all_the_same(bench: Bench, when: str) -> None:
    """The log cannot be told; the leases run out, and the next worker finds the job as if this one had died."""
    bench.world.seconds = 60
    bench.world.create_takes = 300.0 if when == "creating" else 0.1
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.world.created() if when == "creating" else bench.job().prediction)
    bench.bus.away = True

    await stop_in_time(bench, worker)

    worker.queue.stop_beating()
    bench.world.create_takes = 0.1
    bench.bus.away = False
    bench.worker("w2")
    assert (await bench.ended()).status is Status.SUCCEEDED
    assert len(bench.world.created()) == 1


async def test_a_throttled_job_is_handed_back_at_once(bench: Bench) -> None:
    bench.world.starts.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 300.0))
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.job().throttled_until)

    await stop_in_time(bench, worker)

    assert bench.facts()[-1] == "handed_back"


async def test_where_nothing_answers_any_more_it_ends_all_the_same(bench: Bench) -> None:
    """Not even a refusal comes back: neither for the create, nor from the log, nor for the hand-back."""
    bench.world.create_takes = 300.0
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.world.created())
    bench.bus.latency, bench.bus.away, worker.queue.unanswered = 3.0, True, 3.0

    await stop_in_time(bench, worker)


async def test_where_a_hand_back_is_not_answered_it_ends_all_the_same(bench: Bench) -> None:
    bench.world.create_takes = 300.0
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.world.created())
    bench.bus.latency, worker.queue.unanswered = 1.9, 3.0

    await stop_in_time(bench, worker)
