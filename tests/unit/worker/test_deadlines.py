"""Every job has a deadline, and keeps it wherever it is when it comes."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.failures import FailureCode
from shared.domain.job import Job
from shared.domain.retry import Trouble
from shared.domain.states import Stage, Status
from shared.ports.media import StoreUnavailable
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench


def assert_late(bench: Bench, job: Job, grace: float = 1.0) -> None:
    """The job's deadline ended it, in time, and what it ran at the provider was stopped."""
    assert job.failure is not None
    assert job.failure.code is FailureCode.DEADLINE_EXCEEDED
    assert job.completed_at is not None
    assert timedelta() <= job.completed_at - job.deadline <= timedelta(seconds=grace)
    assert all(prediction.canceled for prediction in bench.world.predictions.values())


async def test_in_the_queue(bench: Bench) -> None:
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    await asyncio.sleep(11)
    bench.worker()

    job = await bench.ended()

    assert_late(bench, job, grace=2)
    assert "waiting for a worker" in job.failure.message if job.failure else False
    assert bench.facts() == ["accepted", "failed"]
    assert bench.world.created() == []


async def test_while_rendering(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    bench.worker()

    job = await bench.ended()

    assert_late(bench, job)
    assert len(bench.world.created()) == 1


async def test_while_throttled(bench: Bench) -> None:
    bench.world.starts.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 3_600.0))
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=60))
    bench.worker()

    job = await bench.ended()

    assert_late(bench, job)
    assert bench.world.created() == []


async def test_while_the_provider_does_not_answer_a_create(bench: Bench) -> None:
    """What it made all the same is found once it has answered, and stopped."""
    bench.world.create_takes = 12
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    bench.worker()

    job = await bench.ended()

    assert_late(bench, job, grace=6)
    assert len(bench.world.created()) == 1


async def test_while_the_provider_hangs_in_a_create(bench: Bench) -> None:
    bench.world.create_takes = 600
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    bench.worker()

    assert_late(bench, await bench.ended(), grace=6)


@pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE, Trouble.THROTTLED])
async def test_while_the_prediction_cannot_be_looked_at(bench: Bench, trouble: Trouble) -> None:
    """Whoever notices the deadline first, what runs on unseen is stopped."""
    bench.world.seconds = 6_000
    bench.world.looks.extend([ProviderTrouble(trouble, "Come back later.", 100.0)] * 100)
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=60))
    bench.worker()

    job = await bench.ended()

    assert job.completed_at is not None
    assert job.completed_at - job.deadline <= timedelta(seconds=1)
    assert bench.world.predictions["prediction-1"].canceled


async def test_while_an_unanswered_create_cannot_be_looked_for(bench: Bench) -> None:
    lost = ProviderTrouble(Trouble.AMBIGUOUS, "Bad gateway.", over=True)
    bench.world.seconds = 6_000
    bench.world.starts.append(lost)
    bench.world.made_all_the_same.append(lost)
    bench.world.finds.extend([ProviderTrouble(Trouble.THROTTLED, "Come back later.", 60.0)] * 2)
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=30))
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert bench.world.predictions["prediction-1"].canceled


async def test_while_storing(bench: Bench) -> None:
    bench.media.away = True
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    bench.worker()
    await bench.until(lambda: bench.job().stage is Stage.STORING)

    assert_late(bench, await bench.ended())


async def test_while_the_portrait_cannot_be_read(bench: Bench) -> None:
    bench.translation.troubles.extend([StoreUnavailable("away")] * 1_000)
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    bench.worker()

    assert_late(bench, await bench.ended())


async def test_while_its_worker_was_dead(bench: Bench) -> None:
    bench.world.seconds = 600
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    dying.kill()
    bench.worker("w2")

    assert_late(bench, await bench.ended(), grace=bench.ack_wait)


async def test_while_nats_is_away(bench: Bench) -> None:
    """The prediction is stopped in time; the job's end is told as soon as there is somebody to tell."""
    bench.world.seconds = 600
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=30))
    bench.worker()
    await bench.until(lambda: bench.job().prediction)
    bench.bus.away = True
    await asyncio.sleep(35)
    assert bench.world.predictions["prediction-1"].canceled
    await asyncio.sleep(25)
    bench.bus.away = False
    back_at = bench.clock.monotonic()

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.DEADLINE_EXCEEDED
    assert bench.clock.monotonic() - back_at <= 31.0


async def test_while_nats_was_away_from_the_create_on(bench: Bench) -> None:
    """The provider cannot list what it made either: the worker still knows it, and stops it."""
    bench.world.seconds = 600
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=30))
    worker = bench.worker()
    bench.world.finds.extend([ProviderTrouble(Trouble.UNAVAILABLE, "away")] * 50)

    async def cut(_: str) -> None:
        bench.bus.away = True

    worker.process.kill()
    bench.worker("w2", before_answer=cut)
    await bench.until(lambda: bench.bus.away)
    await asyncio.sleep(40)
    assert bench.world.predictions["prediction-1"].canceled
    bench.bus.away = False

    assert (await bench.ended()).status is Status.FAILED


async def test_a_finish_just_in_time_counts(bench: Bench) -> None:
    bench.world.seconds = 9
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=10))
    bench.worker()

    assert (await bench.ended()).status is Status.SUCCEEDED
