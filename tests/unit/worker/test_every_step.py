"""Whatever happens to a worker, and at whichever of its steps, its job ends once and is paid for once.

Every call a worker makes outside itself is two steps: before it takes effect, and after, before its answer is seen.
"""

import asyncio
from collections.abc import Callable

import pytest

from shared.domain.job import Job
from shared.domain.states import Status
from tests.unit.worker.bench import Bench, WorkerProcess

STEPS = range(1, 65)
"""All there are and a few: past its last step a worker is idle, and what happens to it then must do no harm either."""


async def first_worker_with(bench: Bench, step: int, what: Callable[[WorkerProcess], None]) -> WorkerProcess:
    """Run one job in a worker to which ``what`` happens at ``step``."""
    await bench.submit()
    worker = bench.worker("w1")
    worker.process.at = (step, lambda: what(worker))
    return worker


def assert_told_truly(bench: Bench) -> None:
    """One terminal event, the last; a status that never goes back; times that never run backwards."""
    jobs = [entry.job for entry in bench.bus.entries("job-1")]
    assert [job.done for job in jobs].count(True) == 1
    assert jobs[-1].done
    assert [job.updated_at for job in jobs] == sorted(job.updated_at for job in jobs)
    progress = [job.progress for job in jobs if job.progress is not None]
    assert progress == sorted(progress)


def assert_made_once(bench: Bench, job: Job) -> None:
    """It succeeded, with an output we have, and was paid for once."""
    assert_told_truly(bench)
    assert job.status is Status.SUCCEEDED
    assert job.output is not None
    assert job.output.name in bench.media.files
    assert len(bench.world.created()) == 1
    assert list(bench.media.files) == [job.output.name]


@pytest.mark.parametrize("step", STEPS)
async def test_killed(bench: Bench, step: int) -> None:
    dying = await first_worker_with(bench, step, WorkerProcess.kill)
    await bench.until(lambda: not dying.process.alive or bench.finished())
    bench.worker("w2")

    job = await bench.ended(within=120)

    assert_made_once(bench, job)
    assert job.deaths <= 1


@pytest.mark.parametrize("step", STEPS)
async def test_stopped(bench: Bench, step: int) -> None:
    """SIGTERM: out within ten seconds, and no attempt is burned."""
    stopped = await first_worker_with(bench, step, lambda worker: worker.stopping.set())
    await bench.until(lambda: stopped.stopping.is_set() or bench.finished())
    told_at = bench.clock.monotonic()
    stopped.stopping.set()
    await stopped.task
    assert bench.clock.monotonic() - told_at <= 10.0
    bench.worker("w2")

    job = await bench.ended(within=60)

    assert_made_once(bench, job)
    assert (job.deaths, job.attempt) == (0, 1)


@pytest.mark.parametrize("step", STEPS)
async def test_interrupted_between_what_it_does_and_its_answer(bench: Bench, step: int) -> None:
    """A run told to let go while a call is under way hands its job back all the same."""
    bench.bus.latency = 0.01
    await bench.submit()
    queue, letting_go = await bench.run("w1", at=(step, 0.015))
    await asyncio.wait({letting_go})
    queue.stop_beating()
    bench.worker("w2")

    job = await bench.ended(within=15)

    assert_made_once(bench, job)
    assert (job.deaths, job.attempt) == (0, 1)


@pytest.mark.parametrize("step", STEPS)
async def test_frozen_for_three_leases(bench: Bench, step: int) -> None:
    """SIGSTOP and SIGCONT: what the worker says afterwards is fenced."""
    frozen = await first_worker_with(bench, step, WorkerProcess.freeze)
    bench.worker("w2")
    await asyncio.sleep(3 * bench.ack_wait)
    at = frozen.process.turns[-1]
    frozen.thaw()

    job = await bench.ended(within=120)

    assert_told_truly(bench)
    assert job.status is Status.SUCCEEDED
    # The one thing that no client can fence: frozen after the last look at its lease, on the way to the provider.
    assert len(bench.world.created()) <= (2 if at == "before start" else 1)


@pytest.mark.parametrize("step", STEPS)
async def test_nats_away_for_half_a_minute(bench: Bench, step: int) -> None:
    await first_worker_with(bench, step, lambda _: setattr(bench.bus, "away", True))
    await bench.until(lambda: bench.bus.away or bench.finished())
    await asyncio.sleep(30)
    bench.bus.away = False

    assert_made_once(bench, await bench.ended(within=120))


@pytest.mark.parametrize("step", STEPS)
async def test_an_answer_of_nats_lost(bench: Bench, step: int) -> None:
    await first_worker_with(bench, step, lambda _: setattr(bench.bus, "lose_answers", 1))

    assert_made_once(bench, await bench.ended(within=120))


@pytest.mark.parametrize("step", STEPS)
async def test_canceled(bench: Bench, step: int) -> None:
    """A cancel against everything the worker does: one end, and no prediction runs on that nobody wants."""
    asked: list[asyncio.Task[None]] = []
    await first_worker_with(bench, step, lambda _: asked.append(asyncio.create_task(bench.ask_to_cancel())))

    job = await bench.ended(within=120)

    assert_told_truly(bench)
    if job.status is Status.CANCELED:
        assert all(prediction.canceled for prediction in bench.world.predictions.values())
        assert (job.updated_at - (job.cancel_requested_at or job.updated_at)).total_seconds() <= 6.0
    else:
        assert_made_once(bench, job)
    assert bench.consumer.unfinished() == []


@pytest.mark.parametrize("step", STEPS)
async def test_canceled_in_the_second_workers_hands(bench: Bench, step: int) -> None:
    """The same for a job that was handed back, whose cancel waits for a worker to act."""
    await bench.submit()
    first = bench.worker("w1")
    await bench.until(lambda: bench.world.created())
    await first.stop()
    second = bench.worker("w2")
    second.process.at = (step, lambda: asked.append(asyncio.create_task(bench.ask_to_cancel())))
    asked: list[asyncio.Task[None]] = []

    job = await bench.ended(within=120)

    assert_told_truly(bench)
    if job.status is Status.CANCELED:
        assert all(prediction.canceled for prediction in bench.world.predictions.values())
        assert (job.updated_at - (job.cancel_requested_at or job.updated_at)).total_seconds() <= 6.0
    else:
        assert_made_once(bench, job)


@pytest.mark.parametrize("step", STEPS)
async def test_swept_by_another(bench: Bench, step: int) -> None:
    """The job is ended over the worker's head: it stops what it runs at the provider, and writes nothing more."""
    await first_worker_with(bench, step, lambda _: bench.sweep_now())

    job = await bench.ended(within=120)

    assert_told_truly(bench)
    if job.status is Status.FAILED:
        await asyncio.sleep(30)
        assert all(prediction.canceled for prediction in bench.world.predictions.values())
