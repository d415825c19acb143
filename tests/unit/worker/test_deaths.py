"""A job that kills its workers is not given to the hundredth."""

from datetime import timedelta

from shared.domain.failures import FailureCode
from shared.domain.fold import Entry
from shared.domain.job import Change, Fact
from shared.domain.states import Status
from shared.ports.job_log import BusUnavailable
from tests.unit.worker.bench import Bench


async def kill_one(bench: Bench, name: str) -> None:
    """Let a worker take the job and die of it."""
    worker = bench.worker(name)
    await bench.until(lambda: bench.job().holder == name or bench.job().done)
    worker.kill()


async def test_ten_deaths_end_it_as_lost(bench: Bench) -> None:
    bench.world.seconds = 3_000
    await bench.submit(deadline=bench.clock.now() + timedelta(days=1))
    for n in range(10):
        await kill_one(bench, f"w{n}")
    bench.worker("last")

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.WORKER_LOST
    assert job.deaths == 10
    assert all(prediction.canceled for prediction in bench.world.predictions.values())
    assert len(bench.world.created()) == 1


async def test_nine_deaths_do_not(bench: Bench) -> None:
    bench.world.seconds = 300
    await bench.submit(deadline=bench.clock.now() + timedelta(days=1))
    for n in range(9):
        await kill_one(bench, f"w{n}")
    bench.worker("last")

    job = await bench.ended()

    assert (job.status, job.deaths, job.attempt) == (Status.SUCCEEDED, 9, 10)


async def test_hand_backs_are_no_deaths(bench: Bench) -> None:
    bench.world.seconds = 120
    await bench.submit(deadline=bench.clock.now() + timedelta(days=1))
    for n in range(25):
        worker = bench.worker(f"w{n}")
        await bench.until(lambda name=f"w{n}": bench.job().holder == name)  # type: ignore[misc]
        await worker.stop()
    bench.worker("last")

    job = await bench.ended()

    assert (job.status, job.deaths, job.attempt) == (Status.SUCCEEDED, 0, 1)


async def test_the_last_delivery_ends_what_died_before(bench: Bench) -> None:
    """After it the bus would be silent for ever."""
    bench.consumer.max_deliver = 3
    bench.world.seconds = 3_000
    await bench.submit(deadline=bench.clock.now() + timedelta(days=1))
    for n in range(2):
        await kill_one(bench, f"w{n}")
    bench.worker("last")

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.WORKER_LOST
    assert job.deaths == 2


async def test_an_answer_that_was_lost_is_no_death(bench: Bench) -> None:
    """The worker hears nothing of having taken the job, gives it back, and finds its own name in the log."""
    await bench.submit()
    worker = bench.worker("w1")
    append = worker.parts.log.append

    async def unheard(change: Change, after: Entry | None) -> Entry:
        entry = await append(change, after)
        if change.fact is Fact.STARTED and len(bench.bus.entries("job-1")) < 12:
            raise BusUnavailable("the answer was lost")
        return entry

    worker.parts.log.append = unheard  # type: ignore[method-assign]

    job = await bench.ended()

    assert bench.facts().count("started") > 10
    assert (job.status, job.deaths, job.attempt) == (Status.SUCCEEDED, 0, 1)
