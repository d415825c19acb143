"""A new release, or another catalogue, takes over jobs that would be ordered otherwise today, or not at all."""

from dataclasses import replace

from shared.domain.failures import FailureCode
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.ports.provider import Order
from shared.worker.translation import InputRejected
from tests.support.fakes.parts import FakeTranslation
from tests.unit.worker.bench import Bench


class Reworded(FakeTranslation):
    """The next release's: it words its prompts otherwise."""

    async def order(self, request: JobRequest) -> Order:
        order = await super().order(request)
        return replace(order, prompt=f"In other words: {order.prompt}")


async def test_what_was_made_of_other_words_is_adopted(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.killed_while_creating()
    bench.translation = Reworded()
    bench.worker("w2")

    job = await bench.ended()

    assert (job.status, job.prediction) == (Status.SUCCEEDED, "prediction-1")
    assert len(bench.world.created()) == 1


async def test_what_was_never_made_is_ordered_in_the_new_words(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.killed_while_creating()
    bench.world.predictions.clear()
    bench.translation = Reworded()
    bench.worker("w2")

    assert (await bench.ended()).status is Status.SUCCEEDED

    [made] = bench.world.predictions.values()
    assert made.order.prompt.startswith("In other words")


async def test_what_runs_is_fetched_though_it_could_not_be_ordered_any_more(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    await worker.stop()
    bench.translation.troubles.extend([InputRejected("The portrait is no longer kept.")] * 10)
    bench.worker("w2")

    job = await bench.ended()

    assert (job.status, job.prediction) == (Status.SUCCEEDED, "prediction-1")


async def test_what_an_unanswered_create_made_is_stopped_where_it_could_not_be_ordered_any_more(bench: Bench) -> None:
    bench.world.seconds = 60
    await bench.killed_while_creating()
    bench.translation.troubles.extend([InputRejected("The portrait is no longer kept.")] * 10)
    bench.worker("w2")

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.INPUT_REJECTED
    assert [each.canceled for each in bench.world.predictions.values()] == [True]


async def test_the_mark_is_forgotten_once_the_prediction_is_known(bench: Bench) -> None:
    """It would be carried along by every later event."""
    bench.world.seconds = 60
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().prediction)

    assert bench.job().mark is None
    assert any(entry.job.mark for entry in bench.bus.entries("job-1"))
