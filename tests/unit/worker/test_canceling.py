"""A cancel is honoured wherever it finds its job, and stops what runs at the provider."""

import asyncio

import pytest

from shared.domain.ids import JobId
from shared.domain.job import Job, request_cancel
from shared.domain.retry import Trouble
from shared.domain.states import Stage, Status
from shared.events.codec import encode_change
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench

NUDGED = 2.0
"""Seconds within which a hint brings the cancel to the provider."""


async def asked_and_ended(bench: Bench, *, nudge: bool = True) -> tuple[Job, float]:
    """Ask for the job to stop, and return it once ended with the seconds that took."""
    asked_at = bench.clock.monotonic()
    await bench.ask_to_cancel()
    if nudge:
        for worker in bench.workers:
            worker.worker.nudge(JobId("job-1"))
    await bench.until(lambda: bench.job().done)
    took = bench.clock.monotonic() - asked_at
    return await bench.ended(), took


def assert_stopped(bench: Bench, job: Job) -> None:
    assert job.status is Status.CANCELED
    assert bench.facts()[-1] == "canceled"
    assert bench.facts().count("cancel_requested") <= 1
    assert all(prediction.canceled for prediction in bench.world.predictions.values())


async def test_in_the_queue_nothing_is_ever_made(bench: Bench) -> None:
    await bench.submit()
    await bench.ask_to_cancel()
    bench.worker()

    job = await bench.ended()

    assert_stopped(bench, job)
    assert bench.facts() == ["accepted", "canceled"]
    assert bench.world.times("start") == []


@pytest.mark.parametrize("nudge", [True, False])
async def test_while_rendering(bench: Bench, nudge: bool) -> None:
    """Without the hint, which may be lost, the log is looked at often enough."""
    bench.world.seconds = 60
    bench.world.silent = True
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().prediction)
    await asyncio.sleep(1)

    job, took = await asked_and_ended(bench, nudge=nudge)

    assert_stopped(bench, job)
    assert took <= (NUDGED if nudge else 6.0)


async def test_while_throttled(bench: Bench) -> None:
    bench.world.starts.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 300.0))
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().stage is Stage.THROTTLED)

    job, took = await asked_and_ended(bench)

    assert_stopped(bench, job)
    assert took <= NUDGED
    assert bench.world.created() == []


async def test_while_the_last_look_before_its_create_is_on_its_way(bench: Bench) -> None:
    """The lease had grown old: confirmed, the intent is said anew, and takes the cancel over. Nothing is bought."""
    await bench.submit()
    worker = bench.worker()
    bench.translation.takes = bench.ack_wait * 0.75
    await bench.until(lambda: bench.job().holder)
    worker.queue.stop_beating()

    def ask() -> None:
        last = bench.bus.last("job-1")
        asked = request_cancel(last.job, bench.clock.now())
        bench.bus.put_event("job-1", encode_change(asked, "asked", "gateway").body)

    worker.process.at = ("after confirm", ask)

    job = await bench.ended()

    assert_stopped(bench, job)
    assert bench.facts().count("submitting") == 2
    assert bench.world.created() == []


async def test_while_being_created(bench: Bench) -> None:
    """The answer is awaited, so that what was made can be stopped."""
    bench.world.create_takes = 1.0
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.world.created())

    job, took = await asked_and_ended(bench)

    assert_stopped(bench, job)
    assert len(bench.world.created()) == 1
    assert took <= NUDGED


async def test_while_a_lost_create_is_looked_for(bench: Bench) -> None:
    trouble = ProviderTrouble(Trouble.AMBIGUOUS, "cut off")
    bench.world.starts.append(trouble)
    bench.world.made_all_the_same.append(trouble)
    bench.world.finds.extend([ProviderTrouble(Trouble.UNAVAILABLE, "away")] * 3)
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.world.times("find"))

    job, _ = await asked_and_ended(bench)

    assert_stopped(bench, job)


async def test_while_its_worker_is_dead(bench: Bench) -> None:
    bench.world.seconds = 600
    await bench.submit()
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    dying.kill()
    await bench.ask_to_cancel()
    bench.worker("w2")

    job = await bench.ended(within=bench.ack_wait + 3)

    assert_stopped(bench, job)


async def test_while_its_worker_died_creating(bench: Bench) -> None:
    """What it made and never wrote down is looked for and stopped, not left to run unwanted."""
    await bench.killed_while_creating()
    await bench.ask_to_cancel()
    bench.worker("w2")

    assert_stopped(bench, await bench.ended())
    assert len(bench.world.created()) == 1


async def test_while_handed_back(bench: Bench) -> None:
    bench.world.seconds = 600
    await bench.submit()
    stopped = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    await stopped.stop()
    await bench.ask_to_cancel()
    bench.worker("w2")

    assert_stopped(bench, await bench.ended(within=3))


async def test_while_nats_is_away_from_the_worker(bench: Bench) -> None:
    bench.world.seconds = 600
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().prediction)
    await bench.ask_to_cancel()
    bench.bus.away = True
    await asyncio.sleep(60)
    bench.bus.away = False

    assert_stopped(bench, await bench.ended(within=10))


async def test_a_provider_that_refuses_to_stop_does_not_hold_the_job(bench: Bench) -> None:
    bench.world.seconds = 60
    bench.world.cancels.extend([ProviderTrouble(Trouble.REFUSED, "our token")] * 99)
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().prediction)

    job, took = await asked_and_ended(bench)

    assert job.status is Status.CANCELED
    assert len(bench.world.times("cancel")) == 1
    assert took <= 1.0


async def test_asking_twice_changes_nothing(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().prediction)
    await bench.ask_to_cancel()
    first = bench.job().cancel_requested_at
    await asyncio.sleep(0.5)
    await bench.ask_to_cancel()

    assert bench.job().cancel_requested_at == first
    assert (await bench.ended()).status is Status.CANCELED
