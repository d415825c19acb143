"""At most one paid prediction a job: re-attach, reconcile, adopt, and never create again on a guess."""

import asyncio
import sys
from dataclasses import replace

import pytest

from shared.domain.failures import FailureCode
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.retry import Trouble
from shared.domain.states import Stage, Status
from shared.ports.meters import Happening
from shared.ports.provider import Order, Portrait, ProviderTrouble
from tests.support.fakes.parts import FakeTranslation
from tests.support.fakes.provider import FakeProvider
from tests.support.jobs import NOON
from tests.unit.worker.bench import Bench

AMBIGUOUS = ProviderTrouble(Trouble.AMBIGUOUS, "The answer was cut off.")


async def test_a_recorded_prediction_is_attached_to_again(bench: Bench) -> None:
    bench.world.seconds = 40
    await bench.submit()
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    dying.kill()
    died_at = bench.clock.monotonic()
    bench.worker("w2")
    await bench.until(lambda: bench.job().holder == "w2")

    assert bench.clock.monotonic() - died_at <= bench.ack_wait + 1.0
    job = await bench.ended()
    assert (job.status, job.attempt, job.deaths) == (Status.SUCCEEDED, 2, 1)
    assert bench.world.created() == [job.prediction]
    assert bench.world.times("find") == []
    assert bench.meters.tally[Happening.REATTACHED] == 1


async def test_an_unrecorded_prediction_is_found_and_adopted(bench: Bench) -> None:
    await bench.killed_while_creating()
    bench.worker("w2")

    job = await bench.ended()

    assert bench.world.created() == [job.prediction] == ["prediction-1"]
    assert job.status is Status.SUCCEEDED
    assert bench.meters.tally[Happening.ADOPTED] == 1


async def test_an_intent_that_came_to_nothing_is_created_once(bench: Bench) -> None:
    await bench.submit()
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().intent_at)
    dying.kill()
    bench.world.predictions.clear()  # it died on the way to the provider
    bench.worker("w2", settling=5.0)

    job = await bench.ended()

    assert bench.world.created() == [job.prediction]
    looked = bench.world.times("find")
    assert looked[-1] - looked[0] >= 5.0, "absence counts only once it would show"
    assert bench.meters.tally[Happening.ABSENT] == 1


async def test_a_create_answered_ambiguously_is_found_not_repeated(bench: Bench) -> None:
    bench.world.starts.append(AMBIGUOUS)
    bench.world.made_all_the_same.append(AMBIGUOUS)
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert len(bench.world.times("start")) == 1
    assert bench.world.created() == [job.prediction]
    assert job.status is Status.SUCCEEDED


async def test_a_create_answered_ambiguously_that_made_nothing_is_made_again(bench: Bench) -> None:
    bench.world.starts.append(AMBIGUOUS)
    await bench.submit()
    bench.worker(settling=3.0)

    job = await bench.ended()

    first, second = bench.world.times("start")
    assert second - first >= 3.0
    assert len(bench.world.created()) == 1
    assert job.status is Status.SUCCEEDED


async def test_another_jobs_prediction_is_not_adopted(bench: Bench) -> None:
    """The same content, asked for by two shows: each pays for its own, and neither takes the other's."""
    await bench.submit("theirs", custom_prompt="the same", claim="a")
    bench.worker("w0")
    await bench.until(lambda: bench.job("theirs").prediction)
    bench.world.starts.append(AMBIGUOUS)
    await bench.submit("ours", custom_prompt="the same", claim="b", created_at=NOON)

    ours = await bench.ended("ours")

    assert ours.status is Status.SUCCEEDED
    assert len(bench.world.created()) == 2
    assert bench.job("theirs").prediction == "prediction-1"
    assert ours.prediction == "prediction-2"


async def test_predictions_older_than_the_intent_are_not_adopted(bench: Bench) -> None:
    old = Order(job_id=JobId("x"), kind=Kind.PORTRAIT, model="flux", settings={}, prompt="job-1", deadline=NOON)
    await FakeProvider(bench.world, bench.clock).start(old)
    await asyncio.sleep(60)
    bench.world.starts.append(AMBIGUOUS)
    await bench.submit("job-1")
    bench.worker()

    job = await bench.ended()

    assert job.prediction == "prediction-2"


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.GONE, Trouble.REJECTED])
async def test_an_outcome_that_cannot_be_found_out_is_not_guessed(bench: Bench, trouble: Trouble) -> None:
    bench.world.starts.append(AMBIGUOUS)
    bench.world.finds.append(ProviderTrouble(trouble, "The list is closed to us."))
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.UNKNOWN_OUTCOME
    assert "The list is closed to us." in job.failure.message
    assert len(bench.world.times("start")) == 1


async def test_looking_for_an_unanswered_create_is_patient(bench: Bench) -> None:
    bench.world.starts.append(AMBIGUOUS)
    bench.world.made_all_the_same.append(AMBIGUOUS)
    bench.world.finds.extend(
        [
            ProviderTrouble(Trouble.UNAVAILABLE, "away"),
            ProviderTrouble(Trouble.THROTTLED, "slow down", 20.0),
            ProviderTrouble(Trouble.AMBIGUOUS, "cut off"),
        ]
    )
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    _, told, again, *_ = bench.world.times("find")
    assert again - told >= 20.0
    assert bench.world.created() == [job.prediction]


@pytest.mark.parametrize(
    "trouble",
    [
        ProviderTrouble(Trouble.UNAVAILABLE, "away"),
        ProviderTrouble(Trouble.THROTTLED, "slow down", 7.0),
        ProviderTrouble(Trouble.AMBIGUOUS, "cut off"),
    ],
)
async def test_trouble_while_attaching_is_not_the_jobs_failure(bench: Bench, trouble: ProviderTrouble) -> None:
    bench.world.seconds = 40
    await bench.submit()
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    dying.kill()
    bench.world.attaches.extend([trouble, trouble])
    bench.worker("w2")

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    assert len(bench.world.times("attach")) == 3
    assert len(bench.world.created()) == 1


async def test_a_prediction_the_provider_no_longer_knows_ends_its_job(bench: Bench) -> None:
    bench.world.seconds = 40
    await bench.submit()
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    dying.kill()
    bench.world.attaches.append(ProviderTrouble(Trouble.GONE, "No such prediction."))
    bench.worker("w2")

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.PROVIDER_FAILED
    assert len(bench.world.created()) == 1


async def test_two_workers_that_die_in_turn_still_make_one(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.killed_while_creating()
    second = bench.worker("w2")
    await bench.until(lambda: bench.job().holder == "w2")
    second.kill()
    bench.worker("w3")

    job = await bench.ended()

    assert bench.world.created() == [job.prediction]
    assert (job.attempt, job.deaths) == (3, 2)


async def test_a_lease_that_grew_old_is_confirmed_before_anything_is_paid_for(bench: Bench) -> None:
    """The bus was out of reach between the pull and the intent; then another may have the job by now."""
    await bench.submit()
    worker = bench.worker("w1")
    bench.translation.takes = bench.ack_wait * 0.75
    await bench.until(lambda: bench.job().holder == "w1")
    worker.queue.stop_beating()

    await bench.ended()

    assert bench.facts().count("submitting") == 2, "said anew, as a fence"
    assert len(bench.world.created()) == 1


async def test_nothing_is_created_while_the_lease_cannot_be_confirmed(bench: Bench) -> None:
    await bench.submit()
    worker = bench.worker("w1")
    bench.translation.takes = bench.ack_wait * 0.75
    await bench.until(lambda: bench.job().holder == "w1")
    worker.queue.stop_beating()
    worker.process.at = (len(worker.process.turns) + 5, lambda: setattr(bench.bus, "away", True))
    await bench.until(lambda: bench.bus.away)
    await asyncio.sleep(60)
    assert bench.world.created() == []
    bench.bus.away = False

    assert (await bench.ended()).status is Status.SUCCEEDED
    assert len(bench.world.created()) == 1


async def test_a_portrait_is_kept_no_longer_than_it_takes_to_hand_it_over(bench: Bench) -> None:
    """Five hundred clips in the making must not each keep the megabytes they began from."""
    picture = bytes(1000)
    ours = sys.getrefcount(picture)

    class WithPortrait(FakeTranslation):
        async def order(self, request: JobRequest) -> Order:
            return replace(await super().order(request), portrait=Portrait(data=picture, content_type="image/png"))

    bench.translation, bench.world.seconds = WithPortrait(), 60
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.world.created())
    assert sys.getrefcount(picture) > ours

    await bench.until(lambda: bench.job().stage is Stage.RENDERING)

    bench.world.predictions["prediction-1"].order = replace(
        bench.world.predictions["prediction-1"].order, portrait=None
    )
    assert sys.getrefcount(picture) == ours
