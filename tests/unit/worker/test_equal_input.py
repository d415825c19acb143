"""Two jobs with equal input: each ends with a prediction of its own, whoever's create made it."""

import asyncio

import pytest

from shared.domain.retry import Trouble
from shared.domain.states import Status
from shared.ports.provider import ProviderTrouble
from tests.unit.worker.bench import Bench

AMBIGUOUS = ProviderTrouble(Trouble.AMBIGUOUS, "The answer was cut off.")


async def adopted_from_under_its_creator(bench: Bench, *, lands_after: float | None = None) -> None:
    """``thief`` got no answer to its create and adopts what ``maker`` made, before that one learns of it.

    ``lands_after`` seconds the thief's own create makes something after all, if ever.
    """
    bench.world.starts.append(AMBIGUOUS)
    if lands_after is not None:
        bench.world.made_all_the_same.append(AMBIGUOUS)
        bench.world.lands_after = lands_after
    await bench.submit("thief", custom_prompt="the same", claim="a")
    bench.worker("w1", concurrency=1)
    await bench.until(lambda: bench.world.times("start"))
    bench.world.lands_after = 0.0
    await bench.submit("maker", custom_prompt="the same", claim="b", created_at=bench.job("thief").created_at)

    async def adopted_once(prediction: str) -> None:
        # Its second create, if it needs one, is answered at once.
        await bench.until(lambda: bench.job("thief").prediction is not None)

    bench.worker("w2", concurrency=1, before_answer=adopted_once)
    await bench.until(lambda: bench.job("thief").prediction is not None)


@pytest.mark.parametrize("lands_after", [None, 2.0, 4.0])
async def test_a_job_whose_prediction_was_adopted_gets_another(bench: Bench, lands_after: float | None) -> None:
    """The one that its adopter's create made, if any: two jobs never cost three predictions."""
    bench.world.seconds = 30
    await adopted_from_under_its_creator(bench, lands_after=lands_after)

    await bench.until(bench.finished)

    thief, maker = bench.job("thief"), bench.job("maker")
    assert (thief.status, maker.status) == (Status.SUCCEEDED, Status.SUCCEEDED)
    assert {thief.prediction, maker.prediction} == set(bench.world.created())
    assert len(bench.world.created()) == 2


async def test_canceling_one_does_not_stop_the_other(bench: Bench) -> None:
    bench.world.seconds = 60
    await adopted_from_under_its_creator(bench)
    await bench.until(lambda: bench.job("maker").stage is not None)
    await asyncio.sleep(1)
    await bench.ask_to_cancel("maker")

    await bench.until(bench.finished)

    assert (bench.job("maker").status, bench.job("thief").status) == (Status.CANCELED, Status.SUCCEEDED)
    assert not bench.world.predictions[bench.job("thief").prediction or ""].canceled


async def test_a_maker_that_dies_without_its_prediction_is_carried_on_by_the_next(bench: Bench) -> None:
    bench.world.seconds = 60
    await adopted_from_under_its_creator(bench, lands_after=4.0)
    await asyncio.sleep(0.5)
    bench.workers[1].kill()
    bench.worker("w3")

    await bench.until(bench.finished)

    assert {bench.job(job_id).status for job_id in ("thief", "maker")} == {Status.SUCCEEDED}
    assert len(bench.world.created()) == 2
