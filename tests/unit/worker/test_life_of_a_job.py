"""A job's life in a worker's hands when nothing goes wrong, and when its request is none to run."""

import asyncio

from shared.domain.failures import FailureCode
from shared.domain.ids import JobId
from shared.domain.job import Fact
from shared.domain.kinds import Kind
from shared.domain.states import Stage, Status
from shared.events.codec import encode_request
from shared.ports.media import StoreUnavailable
from shared.ports.meters import Happening
from shared.worker.translation import InputRejected
from tests.support.jobs import a_request
from tests.unit.worker.bench import Bench


async def test_a_job_goes_from_its_request_to_a_stored_output(bench: Bench) -> None:
    await bench.submit()
    bench.worker("w1")

    job = await bench.ended()

    assert [(entry.fact, entry.job.stage, entry.job.progress) for entry in bench.bus.entries("job-1")] == [
        (Fact.ACCEPTED, Stage.QUEUED, None),
        (Fact.STARTED, Stage.SUBMITTING, None),
        (Fact.SUBMITTING, Stage.SUBMITTING, None),
        (Fact.SUBMITTED, Stage.PROVIDER_STARTING, None),
        (Fact.PROGRESSED, Stage.RENDERING, 3),
        (Fact.PROGRESSED, Stage.RENDERING, 43),
        (Fact.PROGRESSED, Stage.RENDERING, 83),
        (Fact.PROGRESSED, Stage.STORING, 83),
        (Fact.SUCCEEDED, None, 100),
    ]
    assert bench.media.files == {f"{job.media_token}.png": bench.world.output}
    assert (job.attempt, job.deaths, job.holder, job.provider) == (1, 0, None, "replicate")
    assert bench.world.created() == [job.prediction]
    assert bench.bus.owners == {("replicate", "prediction-1"): "job-1"}
    assert bench.meters.tally == {Happening.TAKEN: 1, Happening.CREATED: 1, Happening.SUCCEEDED: 1}


async def test_a_log_its_gateway_did_not_come_to_open_is_opened_by_the_worker(bench: Bench) -> None:
    request = await bench.submit(opened=False)
    bench.worker()

    job = await bench.ended()

    assert bench.facts()[0] == "accepted"
    assert (job.status, job.created_at) == (Status.SUCCEEDED, request.created_at)


async def test_a_request_whose_id_is_another_jobs_is_dropped(bench: Bench) -> None:
    """Two gateways filed the same jobId under two claims; the log names the one."""
    await bench.submit("job-1")
    await bench.requests.file(a_request("job-1", claim="another"), 0)
    bench.worker()

    await bench.ended()

    assert len(bench.world.created()) == 1
    assert bench.consumer.unfinished() == []


async def test_a_finished_job_delivered_again_says_nothing_more(bench: Bench) -> None:
    """As when a worker dies after its last event and before its acknowledgement."""
    await bench.submit()
    dying = bench.worker("w1")
    await bench.until(lambda: bench.job().done)
    dying.kill()
    said = len(bench.bus.entries("job-1"))
    bench.worker("w2")

    await bench.ended()
    await asyncio.sleep(2 * bench.ack_wait)

    assert len(bench.bus.entries("job-1")) == said
    assert len(bench.world.created()) == 1


async def test_a_worker_runs_as_many_jobs_at_once_as_it_may(bench: Bench) -> None:
    for n in range(7):
        await bench.submit(f"job-{n}")
    worker = bench.worker(concurrency=3)
    most = 0

    def all_ended() -> bool:
        nonlocal most
        most = max(most, worker.worker.running, len(worker.queue.held))
        return bench.finished()

    await bench.until(all_ended)

    assert most == 3
    assert len(bench.world.created()) == 7


async def test_the_oldest_requests_go_first(bench: Bench) -> None:
    for n in range(4):
        await bench.submit(f"job-{n}")
    bench.worker(concurrency=1)

    await bench.until(bench.finished)

    assert [made.order.job_id for made in bench.world.predictions.values()] == [f"job-{n}" for n in range(4)]


async def test_an_unreadable_message_is_set_aside_and_delays_nobody(bench: Bench) -> None:
    bench.bus.put_request(Kind.PORTRAIT, "c", b"nonsense")
    body = encode_request(a_request("odd"), "id", "test").body.replace(b'"model":"flux"', b'"model":7')
    bench.bus.put_request(Kind.PORTRAIT, "d", body)
    await bench.submit("good")
    bench.worker(concurrency=1)

    job = await bench.ended("good", within=5)

    assert job.status is Status.SUCCEEDED
    assert [reason.split(":")[0] for _, reason in bench.bus.set_aside] == [
        "8 bytes that are no CloudEvent",
        "request id cannot be read",
    ]
    assert bench.meters.tally[Happening.SET_ASIDE] == 2
    assert bench.consumer.unfinished() == []


async def test_nonsense_met_while_nats_is_away_comes_again_and_is_set_aside_then(bench: Bench) -> None:
    """The run breaks off, and its worker must not keep the message to itself for ever."""
    bench.bus.put_request(Kind.PORTRAIT, "c", b"nonsense")
    worker = bench.worker()
    worker.process.at = (2, lambda: setattr(bench.bus, "away", True))
    await asyncio.sleep(5)
    bench.bus.away = False

    await bench.until(lambda: bench.bus.set_aside, within=bench.ack_wait + 5)

    assert bench.consumer.unfinished() == []


async def test_a_log_that_ends_in_nonsense_delays_its_own_job_until_that_is_taken_out(bench: Bench) -> None:
    await bench.submit("job-1")
    bench.bus.put_event("job-1", b"nonsense")
    await bench.submit("good")
    bench.worker()
    await bench.until(lambda: bench.job("good").done)
    assert len(bench.world.created()) == 1

    bench.bus.logs[JobId("job-1")].pop()
    await bench.until(lambda: bench.job("job-1").done)

    assert bench.bus.set_aside == []
    assert len(bench.world.created()) == 2


async def test_a_request_that_cannot_be_rendered_costs_one_clear_answer(bench: Bench) -> None:
    await bench.submit()
    bench.translation.troubles.append(InputRejected("The character has no look."))
    bench.worker()

    job = await bench.ended()

    assert job.failure is not None
    assert (job.failure.code, job.failure.message) == (FailureCode.INPUT_REJECTED, "The character has no look.")
    assert not job.failure.retryable
    assert bench.world.created() == []


async def test_a_bug_of_ours_ends_its_job_and_no_other(bench: Bench) -> None:
    await bench.submit("job-1")
    await bench.submit("job-2")
    bench.translation.troubles.append(KeyError("a bug"))
    bench.worker(concurrency=1)

    await bench.until(bench.finished)

    failure = bench.job("job-1").failure
    assert failure is not None
    assert failure.code is FailureCode.INTERNAL
    assert "a bug" not in failure.message
    assert bench.job("job-2").status is Status.SUCCEEDED


async def test_a_portrait_that_cannot_be_read_just_now_is_waited_for(bench: Bench) -> None:
    await bench.submit()
    bench.translation.troubles.extend([StoreUnavailable("away")] * 4)
    bench.worker()

    assert (await bench.ended()).status is Status.SUCCEEDED


async def test_a_job_delivered_again_to_its_own_worker_goes_on(bench: Bench) -> None:
    """The bus lost sight of the worker for a while, and nobody else took the job."""
    bench.world.seconds = 60
    await bench.submit()
    worker = bench.worker("w1")
    await bench.until(lambda: bench.world.created())
    worker.queue.stop_beating()
    await asyncio.sleep(bench.ack_wait + 1)
    worker.queue.beat_again()

    job = await bench.ended()

    assert bench.consumer.pending[1].delivered == 2
    assert (job.status, job.attempt, job.deaths) == (Status.SUCCEEDED, 1, 0)
    assert bench.facts().count("started") == 1
    assert len(bench.world.created()) == 1
    assert worker.queue.held == []
