"""What two tasks of one run do to the job that both hold."""

import asyncio

from shared.domain.fold import Entry
from shared.domain.job import Fact, accept, request_cancel, start, submitted, submitting
from shared.worker.hold import Hold
from tests.support.fakes.bus import MemoryBus, MemoryJobLog
from tests.support.fakes.clock import FakeClock
from tests.support.jobs import NOON, a_request


async def test_what_waits_for_the_bus_does_not_wipe_out_a_cancel_that_is_read_meanwhile() -> None:
    bus, clock = MemoryBus(), FakeClock()
    entry = await _announced(MemoryJobLog(bus, "w1"))
    hold = Hold(MemoryJobLog(bus, "w1"), clock, "w1", entry)
    bus.away = True
    saying = asyncio.create_task(hold.say(lambda job, at: submitted(job, "prediction-1", at)))
    await asyncio.sleep(0.01)
    bus.away = False
    await MemoryJobLog(bus, "gateway").append(request_cancel(entry.job, clock.now()), entry)
    await hold.refresh()

    await saying

    last = bus.last("job-1")
    assert (last.fact, last.job.prediction) == (Fact.SUBMITTED, "prediction-1")
    assert last.job.cancel_requested_at is not None
    assert hold.cancel_requested


async def test_what_waits_for_the_bus_is_said_within_moments_of_its_return() -> None:
    """However long it was away: a finished job is not to lose its picture to the sweep of its deadline."""
    bus, clock = MemoryBus(), FakeClock()
    hold = Hold(MemoryJobLog(bus, "w1"), clock, "w1", await _announced(MemoryJobLog(bus, "w1")))
    bus.away = True
    saying = asyncio.create_task(hold.say(lambda job, at: submitted(job, "prediction-1", at)))
    await clock.sleep(100.0)
    bus.away, back = False, clock.monotonic()

    await saying

    assert clock.monotonic() - back <= 2.0


async def _announced(log: MemoryJobLog) -> Entry:
    """Write a log that a worker has brought as far as its intent."""
    entry = await log.append(accept(a_request("job-1"), 1), None)
    entry = await log.append(start(entry.job, "w1", "fake", NOON), entry)
    return await log.append(submitting(entry.job, "token", NOON), entry)
