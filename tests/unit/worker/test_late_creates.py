"""A create whose caller is gone may still be under way: nothing is created again before it must have arrived."""

import asyncio
from typing import Any

import pytest

from shared.domain.retry import Trouble
from shared.domain.states import Status
from shared.ports.meters import Happening
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench, WorkerProcess

REAL: dict[str, Any] = {"create_within": 32.0, "settling": 10.0}
"""As with Replicate."""


async def creating(bench: Bench, *, lands_after: float) -> WorkerProcess:
    """A worker whose create is on its way and is not answered."""
    bench.world.create_takes, bench.world.lands_after = 300.0, lands_after
    await bench.submit()
    worker = bench.worker("w1", **REAL)
    await bench.until(lambda: bench.world.created())
    bench.world.create_takes, bench.world.lands_after = 0.1, 0.0
    return worker


@pytest.mark.parametrize("lands_after", [4.0, 14.0, 18.0, 31.0])
async def test_a_create_that_lands_after_its_worker_was_told_to_stop_is_adopted(
    bench: Bench, lands_after: float
) -> None:
    await (await creating(bench, lands_after=lands_after)).stop()
    bench.worker("w2", **REAL)

    job = await bench.ended(within=60)

    assert (job.status, job.prediction, job.deaths) == (Status.SUCCEEDED, "prediction-1", 0)
    assert len(bench.world.created()) == 1


async def test_what_already_landed_is_adopted_at_once(bench: Bench) -> None:
    await (await creating(bench, lands_after=2.0)).stop()
    bench.worker("w2", **REAL)

    assert (await bench.ended(within=10)).prediction == "prediction-1"


async def test_a_create_that_lands_after_its_worker_died_is_adopted(bench: Bench) -> None:
    (await creating(bench, lands_after=31.0)).kill()
    bench.worker("w2", **REAL)

    await bench.ended(within=90)

    assert len(bench.world.created()) == 1


async def test_the_last_of_several_creates_is_the_one_waited_for(bench: Bench) -> None:
    """The first was certainly not done, long before the second was on its way."""
    bench.world.starts.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 120.0))
    worker = await creating(bench, lands_after=25.0)
    assert bench.job().last_intent_at != bench.job().intent_at
    await worker.stop()
    bench.worker("w2", **REAL)

    await bench.ended(within=60)

    assert len(bench.world.created()) == 1


async def test_a_create_that_never_arrived_is_made_again_once_that_is_proven(bench: Bench) -> None:
    await (await creating(bench, lands_after=0.0)).stop()
    bench.world.predictions.clear()
    intent = bench.job().last_intent_at
    assert intent is not None
    bench.worker("w2", **REAL)

    job = await bench.ended()

    [made] = bench.world.predictions.values()
    assert 42.0 <= (made.made_at - intent).total_seconds() <= 44.0
    assert job.status is Status.SUCCEEDED
    assert bench.meters.tally[Happening.ABSENT] == 1


async def test_a_look_that_began_before_the_create_landed_proves_nothing_however_late_it_is_answered(
    bench: Bench,
) -> None:
    """It looked some 30 s after the intent, the create landed after 31, and its answer took until 46."""
    await (await creating(bench, lands_after=31.0)).stop()
    landed = bench.world.predictions["prediction-1"].began
    bench.worker("w2", **REAL)
    await bench.until(lambda: bench.clock.monotonic() > landed - 2.5)
    bench.world.find_takes = 16.0

    await bench.ended(within=90)

    assert [at for at in bench.world.times("find") if landed - 2.5 < at < landed]
    assert len(bench.world.created()) == 1


async def test_a_cancel_waits_for_a_create_that_lands_late_and_stops_it(bench: Bench) -> None:
    bench.world.seconds = 600
    await (await creating(bench, lands_after=25.0)).stop()
    await bench.ask_to_cancel()
    bench.worker("w2", **REAL)

    job = await bench.ended(within=60)

    assert job.status is Status.CANCELED
    assert [each.canceled for each in bench.world.predictions.values()] == [True]


async def test_a_create_that_was_answered_with_an_error_is_under_way_no_more(bench: Bench) -> None:
    """What it made shows as soon as the list has settled; there is nothing else to wait for."""
    bench.world.starts.append(ProviderTrouble(Trouble.AMBIGUOUS, "HTTP 500.", over=True))
    await bench.submit()
    bench.worker("w1", **REAL)

    job = await bench.ended(within=25)

    assert (job.status, len(bench.world.created())) == (Status.SUCCEEDED, 1)


async def test_an_intent_that_waited_for_nats_is_said_anew_before_its_create(bench: Bench) -> None:
    """Its time is what the next worker counts from: written late, it would have a create taken for lost too early."""
    bench.world.create_takes, bench.world.lands_after = 300.0, 31.0
    bench.translation.takes = 1.0
    await bench.submit()
    dying = bench.worker("w1", **REAL)
    await bench.until(lambda: bench.job().holder == "w1")
    with bench.without_nats():
        await asyncio.sleep(15)
    await bench.until(lambda: bench.world.created())
    sent_at = bench.world.times("start")[0]
    intent = bench.job().last_intent_at
    assert intent is not None
    assert (bench.clock.now() - intent).total_seconds() - (bench.clock.monotonic() - sent_at) <= 2.0
    bench.world.create_takes, bench.world.lands_after = 0.1, 0.0
    await dying.stop()
    bench.worker("w2", **REAL)

    job = await bench.ended(within=90)

    assert (job.status, len(bench.world.created())) == (Status.SUCCEEDED, 1)
