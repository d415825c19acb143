"""Nothing waits for ever: the sweep ends what nobody will, once, and removes what is over."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.failures import FailureCode
from shared.domain.job import cancel
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.ports.bus import Waiting
from shared.ports.job_log import BusUnavailable
from status.sweeping import GRACE
from tests.support.jobs import a_request
from tests.unit.status.bench import TTL, Bench

DEADLINE = timedelta(minutes=15)


def ends(bench: Bench, job_id: str = "job-1") -> list[str]:
    """The terminal facts in a job's log."""
    return [entry.fact.value for entry in bench.bus.entries(job_id) if entry.job.done]


async def test_a_job_past_its_deadline_is_ended_once(bench: Bench) -> None:
    await bench.submit()
    bench.take()
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() - 1)
    await sweep.once()
    assert ends(bench) == []

    bench.clock.advance(2)
    for _ in range(5):
        await sweep.once()
        bench.clock.advance(2)

    assert ends(bench) == ["failed"]
    failure = bench.bus.last("job-1").job.failure
    assert failure is not None
    assert failure.code is FailureCode.DEADLINE_EXCEEDED


async def test_its_worker_is_left_the_time_to_say_so_itself(bench: Bench) -> None:
    await bench.submit()
    bench.take()
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance(DEADLINE.total_seconds() + 3)
    await sweep.once()
    bench.fail()
    bench.clock.advance(60)
    await sweep.once()

    assert ends(bench) == ["failed"]


async def test_a_job_nobody_ever_took_is_ended_too(bench: Bench) -> None:
    await bench.submit()
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)
    await sweep.once()

    job = bench.bus.last("job-1").job
    assert job.failure is not None
    assert "waiting for a worker" in job.failure.message


async def test_a_service_that_starts_late_sweeps_what_was_filed_before(bench: Bench) -> None:
    await bench.submit()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)

    await bench.service().sweep.once()

    assert ends(bench) == ["failed"]


@pytest.mark.parametrize("seconds", [10, 900, 43_200])
async def test_each_job_has_its_own_deadline(bench: Bench, seconds: int) -> None:
    await bench.submit(deadline=bench.clock.now() + timedelta(seconds=seconds))
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance(seconds - 1)
    await sweep.once()
    assert ends(bench) == []

    bench.clock.advance(GRACE.total_seconds() + 2)
    await sweep.once()

    assert ends(bench) == ["failed"]


async def test_a_request_goes_with_its_record(bench: Bench) -> None:
    await bench.submit()
    bench.take()
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance(60)
    bench.finish()
    bench.clock.advance(TTL.total_seconds() - 5)
    await sweep.once()
    assert len(bench.bus.requests) == 1

    bench.clock.advance(10)
    for _ in range(4):
        await sweep.once()
        bench.clock.advance(30 * 60)

    assert bench.bus.requests == {}


async def test_a_running_jobs_request_stays(bench: Bench) -> None:
    await bench.submit(deadline=bench.clock.now() + timedelta(hours=6))
    bench.take()
    sweep = bench.service().sweep
    for _ in range(20):
        await sweep.once()
        bench.clock.advance(15 * 60)

    assert len(bench.bus.requests) == 1
    assert ends(bench) == []


async def test_an_orphan_that_nobody_opened_is_removed_after_its_deadline(bench: Bench) -> None:
    await bench.submit(opened=False)
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance(60)
    await sweep.once()
    assert len(bench.bus.requests) == 1, "its worker may yet come"

    bench.clock.advance((DEADLINE + GRACE).total_seconds())
    await sweep.once()

    assert bench.bus.requests == {}
    assert bench.bus.logs.get(a_request().job_id) in (None, [])


async def test_a_request_whose_id_is_another_jobs_is_removed(bench: Bench) -> None:
    await bench.submit("job-1")
    await bench.requests.file(a_request("job-1", claim="another"), 0)
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)
    await sweep.once()

    assert [message.claim for message in bench.bus.requests.values()] == [a_request("job-1").claim]


async def test_two_services_sweep_the_same_and_agree(bench: Bench) -> None:
    for n in range(30):
        await bench.submit(f"job-{n}")
    sweeps = [bench.service(f"status-{n}").sweep for n in range(2)]
    for _ in range(3):
        await asyncio.gather(*(sweep.once() for sweep in sweeps))
        bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)

    assert [ends(bench, f"job-{n}") for n in range(30)] == [["failed"]] * 30
    for _ in range(4):
        bench.clock.advance(TTL.total_seconds() + 1)
        await asyncio.gather(*(sweep.once() for sweep in sweeps))
    assert bench.bus.requests == {}


async def test_while_nats_is_away_nothing_is_forgotten(bench: Bench) -> None:
    await bench.submit("job-1")
    await bench.submit("job-2")
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)
    bench.bus.away = True
    for _ in range(3):
        with pytest.raises(BusUnavailable):
            await sweep.once()
    bench.bus.away = False

    await sweep.once()

    assert (ends(bench, "job-1"), ends(bench, "job-2")) == (["failed"], ["failed"])


async def test_a_finish_against_the_sweep_leaves_one_end(bench: Bench) -> None:
    for n in range(10):
        await bench.submit(f"job-{n}")
        bench.take(f"job-{n}")
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)

    sweeping = asyncio.create_task(sweep.once())
    for n in reversed(range(10)):
        await asyncio.sleep(0)
        if not bench.bus.last(f"job-{n}").job.done:
            bench.finish(f"job-{n}")
    await sweeping
    bench.clock.advance(5)
    await sweep.once()

    ended = [ends(bench, f"job-{n}") for n in range(10)]
    assert all(len(one) == 1 for one in ended)
    assert {"failed", "succeeded"} == {one[0] for one in ended}


async def test_one_unreadable_log_holds_up_nobody(bench: Bench) -> None:
    bench.bus.put_event("broken", b"nonsense")
    waiting = Waiting(1, Kind.PORTRAIT, "broken", bench.clock.now() + DEADLINE)
    bench.bus.put_request(Kind.PORTRAIT, "c", b"", waiting)
    await bench.submit("job-1")
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)

    await sweep.once()

    assert ends(bench, "job-1") == ["failed"]


async def test_a_server_that_came_back_empty_is_swept_from_its_beginning(bench: Bench) -> None:
    for n in range(5):
        await bench.submit(f"before-{n}")
    sweep = bench.service().sweep
    await sweep.once()
    bench.bus.requests.clear()
    bench.bus.logs.clear()
    bench.bus.filed = 0
    await bench.submit("after")
    await sweep.once()
    bench.clock.advance((DEADLINE + GRACE).total_seconds() + 1)

    await sweep.once()

    assert ends(bench, "after") == ["failed"]


async def test_a_canceled_job_is_over(bench: Bench) -> None:
    await bench.submit()
    bench.say(cancel(bench.bus.last("job-1").job, bench.clock.now()))
    sweep = bench.service().sweep
    await sweep.once()
    bench.clock.advance(TTL.total_seconds() + 1)
    await sweep.once()

    assert bench.bus.last("job-1").job.status is Status.CANCELED
    assert bench.bus.requests == {}
