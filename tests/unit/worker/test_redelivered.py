"""A request that comes again to a worker whose run of it is on its way out is run all the same."""

from shared.domain.retry import Trouble
from shared.domain.states import Status
from shared.ports.provider import ProviderTrouble
from tests.support.fakes.provider import trouble_again
from tests.unit.worker.bench import Bench, WorkerProcess


def cut_off_before_it_takes_its_job(bench: Bench, worker: WorkerProcess) -> None:
    """NATS is away when the worker reads the job's log, and back when it hands the request back."""

    def cut() -> None:
        bench.bus.away = True
        worker.process.at = ("before hand_back", lambda: setattr(bench.bus, "away", False))

    worker.process.at = ("before last", cut)


async def test_a_request_that_comes_again_before_its_hand_back_is_answered_is_run(bench: Bench) -> None:
    """JetStream heard it and its answer was lost: the delivery is two seconds off, the end of the waiting three."""
    await bench.submit()
    worker = bench.worker()
    worker.queue.unanswered = 3.0
    cut_off_before_it_takes_its_job(bench, worker)

    job = await bench.ended(within=bench.ack_wait)

    assert (job.status, job.attempt, job.deaths) == (Status.SUCCEEDED, 1, 0)
    assert bench.facts().count("started") == 1
    assert len(bench.world.created()) == 1
    await bench.until(lambda: worker.queue.held == [], within=5)


async def test_of_two_that_come_while_the_last_run_leaves_the_later_counts(bench: Bench) -> None:
    await bench.submit()
    worker = bench.worker()
    worker.queue.unanswered = 8.0
    cut_off_before_it_takes_its_job(bench, worker)
    await bench.until(lambda: bench.consumer.pending and bench.consumer.pending[1].delivered == 2)
    pending = bench.consumer.pending[1]
    pending.alive, pending.again_at = (lambda: False), 0.0
    bench.bus.tell()

    job = await bench.ended(within=2 * bench.ack_wait)

    assert pending.delivered == 3
    assert (job.status, bench.facts().count("started")) == (Status.SUCCEEDED, 1)
    await bench.until(lambda: worker.queue.held == [], within=10)


async def test_a_request_that_comes_again_to_a_fenced_run_is_acknowledged_after_it(bench: Bench) -> None:
    """It still stops its prediction at a provider that is away, for longer than the lease it let go."""
    bench.world.seconds = 600
    await bench.submit()
    worker = bench.worker()
    await bench.until(lambda: bench.job().prediction)
    bench.world.cancels.extend(trouble_again(ProviderTrouble(Trouble.UNAVAILABLE, "away"), 6))
    bench.sweep_now()

    await bench.ended(within=3 * bench.ack_wait)

    assert bench.consumer.pending[1].delivered == 2
    assert bench.world.predictions["prediction-1"].canceled
    assert worker.queue.held == []


async def test_a_worker_told_to_stop_hands_back_what_came_while_a_run_left(bench: Bench) -> None:
    await bench.submit()
    worker = bench.worker()
    worker.queue.unanswered = 30.0
    cut_off_before_it_takes_its_job(bench, worker)
    await bench.until(lambda: bench.consumer.pending and bench.consumer.pending[1].delivered == 2)

    await worker.stop()

    assert worker.queue.held == []
    assert bench.world.created() == []
    bench.worker("w2")
    assert (await bench.ended(within=5)).deaths == 0
