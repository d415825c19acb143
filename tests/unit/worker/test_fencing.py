"""A worker whose job went on without it writes nothing, acknowledges nothing and stops nothing that is another's."""

import asyncio

from shared.domain.job import accept
from shared.domain.retry import Trouble
from shared.domain.states import Status
from shared.ports.meters import Happening
from shared.ports.provider import ProviderTrouble
from tests.support.fakes.queue import MemoryDelivery
from tests.support.jobs import a_request
from tests.unit.worker.bench import Bench, WorkerProcess


async def rendering(bench: Bench, seconds: float) -> WorkerProcess:
    """Have a worker bring a job of so many seconds to its prediction."""
    bench.world.seconds = seconds
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.job().prediction)
    return worker


async def taken_over(bench: Bench) -> tuple[WorkerProcess, MemoryDelivery]:
    """Freeze a worker until another has its job; return it, still frozen, and what it holds."""
    stale = await rendering(bench, 60)
    [delivery] = stale.queue.held
    stale.freeze()
    bench.worker("w2")
    await bench.until(lambda: bench.job().holder == "w2")
    return stale, delivery


async def test_a_worker_presumed_dead_is_fenced_by_the_one_that_took_over(bench: Bench) -> None:
    stale, delivery = await taken_over(bench)
    stale.thaw()
    await bench.until(lambda: stale.worker.running == 0, within=10)

    assert delivery.said == []
    assert bench.world.times("cancel") == []
    assert bench.meters.tally[Happening.FENCED] == 1
    job = await bench.ended()
    assert (job.status, job.attempt) == (Status.SUCCEEDED, 2)
    assert len(bench.world.created()) == 1
    since_taken = [entry.job.holder for entry in bench.bus.entries("job-1") if entry.job.attempt == 2]
    assert set(since_taken) == {"w2", None}


async def test_of_two_workers_that_are_given_the_same_job_one_takes_it(bench: Bench) -> None:
    """The bus delivered it again just as the first began."""
    request = a_request("job-1")
    sequence = await bench.requests.file(request, 0)
    await bench.log.append(accept(request, sequence), None)
    bench.bus.latency = 0.05
    first = bench.worker("w1")
    await bench.until(lambda: first.queue.held)
    first.queue.held[0]._pending.again_at = 0.0
    first.queue.held[0]._pending.alive = lambda: False
    bench.worker("w2")

    await bench.ended()

    assert bench.facts().count("started") == 1
    assert len(bench.world.created()) == 1


async def test_a_job_swept_while_it_rendered_is_stopped_at_the_provider(bench: Bench) -> None:
    worker = await rendering(bench, 600)
    bench.sweep_now()
    ended = len(bench.bus.entries("job-1"))

    await bench.until(lambda: worker.worker.running == 0, within=10)

    assert bench.world.predictions["prediction-1"].canceled
    assert len(bench.bus.entries("job-1")) == ended
    await bench.ended()


async def test_a_job_swept_while_it_was_created_is_stopped_once_it_is_known(bench: Bench) -> None:
    bench.world.create_takes = 3.0
    await bench.submit()
    worker = bench.worker()
    await bench.until(lambda: bench.world.created())
    bench.sweep_now()

    await bench.until(lambda: worker.worker.running == 0, within=20)

    assert bench.world.predictions["prediction-1"].canceled


async def test_a_log_that_vanished_ends_the_run_in_silence(bench: Bench) -> None:
    worker = await rendering(bench, 60)
    bench.bus.logs.clear()
    bench.bus.requests.clear()

    await bench.until(lambda: worker.worker.running == 0, within=20)

    assert bench.world.times("cancel") == []
    assert bench.bus.logs.get(a_request().job_id) in (None, [])


async def test_a_stale_worker_that_finishes_first_does_not_end_the_job(bench: Bench) -> None:
    """It wakes with its prediction done, stores the same file, and is refused."""
    stale = await rendering(bench, 5)
    stale.freeze()
    await asyncio.sleep(bench.ack_wait + 1)
    bench.media.away = True
    bench.worker("w2")
    await bench.until(lambda: bench.job().holder == "w2")
    await asyncio.sleep(1)
    bench.media.away = False
    stale.thaw()

    job = await bench.ended()

    assert job.status is Status.SUCCEEDED
    assert [entry.job.done for entry in bench.bus.entries("job-1")].count(True) == 1
    assert list(bench.media.files) == [f"{job.media_token}.png"]


async def test_a_worker_told_to_stop_hands_back_nothing_that_is_another_s(bench: Bench) -> None:
    stale, delivery = await taken_over(bench)
    stale.stopping.set()
    stale.thaw()
    await stale.task

    assert delivery.said == []
    job = await bench.ended()
    assert (job.status, job.attempt) == (Status.SUCCEEDED, 2)


async def test_a_request_read_long_after_it_was_delivered_is_left_to_whoever_has_it_by_now(bench: Bench) -> None:
    """The worker was frozen with the delivery still in its socket: nobody died, and nothing is taken from anybody."""
    bench.world.seconds = 120
    await bench.submit()
    frozen = bench.worker("w1")
    frozen.process.at = ("after pull", frozen.freeze)
    await bench.until(lambda: frozen.queue.held)
    [stale] = frozen.queue.held
    bench.worker("w2")
    await bench.until(lambda: bench.job().holder == "w2")
    frozen.thaw()

    job = await bench.ended()

    assert stale.said == []
    assert (job.status, job.attempt, job.deaths) == (Status.SUCCEEDED, 1, 0)
    assert bench.facts().count("started") == 1
    assert bench.meters.tally[Happening.FENCED] == 0


async def thawed_right_before_its_create(bench: Bench) -> WorkerProcess:
    """Return a worker that was frozen there until another had made the job's prediction, and goes on now."""
    await bench.submit()
    stale = bench.worker("w1")
    stale.process.at = ("before start", stale.freeze)
    await bench.until(lambda: bench.job().intent_at)
    bench.worker("w2")
    await bench.until(lambda: bench.job().prediction)
    stale.process.at = None
    stale.thaw()
    return stale


async def test_what_a_worker_frozen_right_before_its_create_makes_too_much_it_stops(bench: Bench) -> None:
    """Nobody can keep it from creating; but it need not run on, and bill on."""
    bench.world.seconds = 120
    stale = await thawed_right_before_its_create(bench)

    job = await bench.ended()

    await bench.until(lambda: stale.worker.running == 0, within=10)
    assert job.status is Status.SUCCEEDED
    canceled = {each.id: each.canceled for each in bench.world.predictions.values()}
    assert canceled == {"prediction-1": False, "prediction-2": True}
    assert job.prediction == "prediction-1"


async def test_told_to_stop_meanwhile_it_stops_that_all_the_same(bench: Bench) -> None:
    """No log names what was made too much: whoever made it is the last one who knows."""
    bench.world.seconds = 120
    bench.world.cancels.append(ProviderTrouble(Trouble.THROTTLED, "Too many requests.", 30.0))
    stale = await thawed_right_before_its_create(bench)
    await bench.until(lambda: bench.world.times("cancel"))

    await stale.stop()

    assert [each.canceled for each in bench.world.predictions.values()] == [False, True]
    assert (await bench.ended()).status is Status.SUCCEEDED
