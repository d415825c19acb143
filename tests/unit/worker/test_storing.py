"""``succeeded`` means readable: the output is fetched, checked and kept before it is said."""

import asyncio

from shared.domain.failures import FailureCode
from shared.domain.retry import Trouble
from shared.domain.states import Stage, Status
from shared.ports.provider import OutputInterrupted, OutputUnreadable, ProviderTrouble
from shared.runtime.clock import RandomIds
from tests.unit.worker.bench import Bench


async def test_an_interrupted_download_is_taken_up_without_a_new_prediction(bench: Bench) -> None:
    bench.world.downloads.extend([OutputInterrupted("cut off")] * 4)
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    assert len(bench.world.times("open")) == 5
    assert len(bench.world.created()) == 1
    assert list(bench.media.files) == [f"{job.media_token}.png"]


async def test_an_outputs_name_follows_from_nothing_that_is_known() -> None:
    """The same job, asked for in two worlds: only chance tells the one file from the other."""
    names = set[str]()
    for _ in range(2):
        bench = Bench(ids=RandomIds())
        await bench.submit("known-to-all")
        bench.worker()
        await bench.ended("known-to-all")
        names |= set(bench.media.files)
        bench.workers[0].kill()

    assert len(names) == 2


def test_a_name_has_122_bits_of_chance() -> None:
    drawn = [int(RandomIds().new(), 16) for _ in range(400)]
    always_set, ever_set = drawn[0], 0
    for number in drawn:
        always_set, ever_set = always_set & number, ever_set | number

    assert len(set(drawn)) == len(drawn)
    assert (ever_set & ~always_set).bit_count() >= 122


async def test_a_download_that_never_comes_whole_is_given_up_after_half_a_minute(bench: Bench) -> None:
    bench.world.downloads.extend([OutputInterrupted("cut off")] * 99)
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    tries = bench.world.times("open")
    assert job.failure is not None
    assert job.failure.code is FailureCode.OUTPUT_UNREADABLE
    assert len(tries) == 5
    assert 25 <= tries[-1] - tries[0] <= 35
    assert bench.media.files == {}


async def test_an_output_that_is_gone_is_tried_once(bench: Bench) -> None:
    bench.world.downloads.append(OutputUnreadable("It is gone from the provider."))
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert (job.failure.code, job.failure.message) == (
        FailureCode.OUTPUT_UNREADABLE,
        "It is gone from the provider.",
    )
    assert len(bench.world.times("open")) == 1


async def test_an_output_that_is_no_picture_is_not_kept(bench: Bench) -> None:
    bench.world.output = b"<html>Not found</html>"
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.OUTPUT_UNREADABLE
    assert bench.media.files == {}


async def test_a_store_that_is_away_for_a_while_is_waited_for(bench: Bench) -> None:
    bench.media.away = True
    await bench.submit()
    bench.worker()
    await bench.until(lambda: bench.job().stage is Stage.STORING)
    await asyncio.sleep(10)
    bench.media.away = False

    assert (await bench.ended()).status is Status.SUCCEEDED


async def test_a_store_that_stays_away_is_named(bench: Bench) -> None:
    bench.media.away = True
    await bench.submit()
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert job.failure.code is FailureCode.STORAGE_FAILED
    assert job.failure.retryable


async def test_a_provider_in_trouble_while_its_output_is_fetched_is_asked_again(bench: Bench) -> None:
    bench.world.downloads.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests."))
    await bench.submit()
    bench.worker()

    assert (await bench.ended()).status is Status.SUCCEEDED


async def test_the_second_worker_stores_under_the_same_name(bench: Bench) -> None:
    """What the dead one stored and did not tell of is written over, not left beside."""
    await bench.submit()
    dying = bench.worker("w1")
    dying.process.at = ("after put", dying.kill)
    await bench.until(lambda: not dying.process.alive)
    assert len(bench.media.files) == 1
    bench.worker("w2")

    job = await bench.ended()

    assert list(bench.media.files) == [f"{job.media_token}.png"]
    assert len(bench.world.created()) == 1
