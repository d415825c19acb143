"""The provider's trouble is not the job's failure, unless it is final."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from shared.domain.failures import Failure, FailureCode
from shared.domain.ids import JobId
from shared.domain.job import Fact
from shared.domain.retry import Trouble
from shared.domain.states import Stage, Status
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench


async def test_throttled_waits_as_told_and_shows_it(bench: Bench) -> None:
    bench.world.starts.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 42.0))
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().stage is Stage.THROTTLED)
    waiting = bench.job()

    job = await bench.ended()

    first, second = bench.world.times("start")
    assert second - first >= 42.0
    assert waiting.throttled_until is not None
    assert abs((waiting.throttled_until - waiting.updated_at) - timedelta(seconds=42)) < timedelta(seconds=1)
    assert waiting.detail is not None
    assert "Too many requests." in waiting.detail
    assert (job.status, job.throttled_until, job.detail) == (Status.SUCCEEDED, None, None)
    assert len(bench.world.created()) == 1


async def test_a_storm_of_refusals_is_waited_out(bench: Bench) -> None:
    bench.world.starts.extend([ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 3.0)] * 40)
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    pauses = [after - before for before, after in pairwise(bench.world.times("start"))]
    assert job.status is Status.SUCCEEDED
    assert min(pauses) >= 3.0, "no call before Retry-After"
    assert len(bench.world.created()) == 1


async def test_an_unreachable_provider_is_tried_again_with_growing_pauses(bench: Bench) -> None:
    bench.world.starts.extend([ProviderTrouble(Trouble.UNAVAILABLE, "Connection refused.")] * 8)
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    pauses = [after - before for before, after in pairwise(bench.world.times("start"))]
    assert job.status is Status.SUCCEEDED
    assert pauses == sorted(pauses)
    assert 0.5 <= pauses[0] < 1.0
    assert 29 < pauses[-1] < 31


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble.REFUSED, FailureCode.PROVIDER_UNAVAILABLE),
        (Trouble.REJECTED, FailureCode.INPUT_REJECTED),
        (Trouble.FLAGGED, FailureCode.CONTENT_FLAGGED),
    ],
)
async def test_a_final_refusal_is_tried_once(bench: Bench, trouble: Trouble, code: FailureCode) -> None:
    bench.world.starts.append(ProviderTrouble(trouble, "No."))
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.failure == Failure(code, "No.")
    assert len(bench.world.times("start")) == 1


async def test_a_look_that_fails_in_passing_costs_nothing(bench: Bench) -> None:
    for trouble in (Trouble.AMBIGUOUS, Trouble.UNAVAILABLE, Trouble.THROTTLED):
        bench.world.looks.extend([None, ProviderTrouble(trouble, "Bad gateway.")])
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    assert Fact.THROTTLED not in [entry.fact for entry in bench.bus.entries("job-1")], "short pauses are not worth it"


async def test_a_job_shows_that_it_goes_on_after_a_wait(bench: Bench) -> None:
    bench.world.seconds = 30
    bench.world.looks.extend([None, ProviderTrouble(Trouble.THROTTLED, "Slow down.", 5.0)])
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().stage is Stage.THROTTLED)

    await bench.until(lambda: bench.job().stage is Stage.RENDERING, within=7)

    assert (bench.job().throttled_until, bench.job().detail) == (None, None)


async def test_a_prediction_that_vanished_ends_its_job(bench: Bench) -> None:
    bench.world.looks.extend([None, ProviderTrouble(Trouble.GONE, "No such prediction.")])
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.failure == Failure(FailureCode.PROVIDER_FAILED, "No such prediction.")


async def test_a_prediction_that_failed_is_never_run_again_unasked(bench: Bench) -> None:
    bench.world.ends = Failure(FailureCode.CONTENT_FLAGGED, "Flagged as sensitive. (E005)")
    await bench.submit()
    bench.worker()

    job = await bench.ended()
    await asyncio.sleep(3 * bench.ack_wait)

    assert job.failure == bench.world.ends
    assert len(bench.world.created()) == 1


async def test_a_prediction_canceled_at_the_provider_unasked_failed(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().prediction)
    bench.world.predictions["prediction-1"].canceled = True

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.PROVIDER_FAILED


async def test_a_silent_prediction_ends_and_is_stopped(bench: Bench) -> None:
    bench.world.silent = True
    await bench.submit(deadline=bench.clock.now() + timedelta(hours=1))
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.PROVIDER_STALLED
    assert "10 minutes" in job.failure.message
    assert bench.world.predictions["prediction-1"].canceled


async def test_trouble_while_preparing_is_waited_out_before_the_intent(bench: Bench) -> None:
    bench.world.prepares.extend([ProviderTrouble(Trouble.AMBIGUOUS, "The upload was cut off.")] * 3)
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    assert bench.facts().count("submitting") == 1
    assert bench.world.times("find") == []


async def test_what_a_pause_made_too_old_is_prepared_again_before_the_next_intent(bench: Bench) -> None:
    """An upload after the intent would be time that nobody grants a create to be under way."""
    bench.world.starts.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 42.0))
    bench.world.prepares.extend([None, ProviderTrouble(Trouble.UNAVAILABLE, "The upload was refused.", 30.0)])
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    calls = [name for name, _ in bench.world.calls if name in ("prepare", "start")]
    assert calls == ["prepare", "start", "prepare", "prepare", "start"]
    between = bench.facts()[bench.facts().index("submitting") :]
    assert between[:4] == ["submitting", "throttled", "throttled", "submitting"]


async def test_a_time_in_which_nobody_could_look_is_no_silence_of_the_provider(bench: Bench) -> None:
    bench.world.seconds, bench.world.silent = 2_000, True
    await bench.submit(deadline=bench.clock.now() + timedelta(hours=2))
    bench.worker()
    await bench.until(lambda: bench.job().stage is Stage.RENDERING)
    bench.world.looks.extend([ProviderTrouble(Trouble.UNAVAILABLE, "away")] * 40)
    await bench.until(lambda: not bench.world.looks)
    blind = bench.job()

    await asyncio.sleep(300)

    assert bench.clock.now() - (blind.started_at or blind.created_at) > timedelta(seconds=1_000)
    assert not bench.job().done
    bench.world.silent = False
    assert (await bench.ended()).status is Status.SUCCEEDED
    assert len(bench.world.created()) == 1


async def test_news_that_comes_while_a_look_is_told_is_looked_at_at_once(bench: Bench) -> None:
    bench.world.seconds, bench.bus.latency = 600, 0.5
    bench.world.look_again = 60.0
    await bench.submit()
    worker = bench.worker()
    await bench.until(lambda: bench.job().prediction)
    looks = len(bench.world.times("poll"))
    await bench.until(lambda: len(bench.world.times("poll")) > looks)
    bench.world.seconds = 0.0
    told_at = bench.clock.monotonic()
    worker.worker.nudge(JobId("job-1"))

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    assert bench.world.times("poll")[-1] - told_at < 5.0
