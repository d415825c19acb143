"""Fault 14: a cancel against everything a worker writes, in every order in which the log can be written.

The worker and the gateway's canceler are the real ones; only the streams, the provider and the time are not.
"""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from gateway.canceling import Canceler, CancelOutcome
from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change
from shared.domain.states import Status
from shared.ports.job_log import BusUnavailable, JobLog
from tests.support import samples
from tests.support.fakes.bus import MemoryJobLog
from tests.support.fakes.provider import FakeWorld
from tests.support.interleaving import TurnedLog, Turns, every_order, some_orders
from tests.unit.worker.bench import Bench, WorkerProcess

EFFECT_WITHIN = 2.0
JOB = JobId("job-1")


class AnswersLost:
    """A log that loses the answers to the first ``count`` writes, though they take effect."""

    def __init__(self, inner: JobLog, count: int) -> None:
        self._inner = inner
        self._left = count

    async def last(self, job_id: JobId) -> Entry | None:
        return await self._inner.last(job_id)

    async def append(self, change: Change, after: Entry | None) -> Entry:
        entry = await self._inner.append(change, after)
        if self._left:
            self._left -= 1
            raise BusUnavailable("the answer was lost")
        return entry


@dataclass
class Hinted:
    """:class:`shared.ports.hints.Hints` to one worker."""

    worker: WorkerProcess

    async def nudge(self, worker: str, job_id: JobId) -> None:
        if worker == self.worker.name:
            self.worker.worker.nudge(job_id)


@dataclass
class Client:
    """Somebody who asks for the job to be canceled, and asks again while told that NATS is away."""

    log: JobLog
    bench: Bench
    worker: WorkerProcess
    told: list[CancelOutcome] = field(default_factory=list)

    async def cancel(self) -> None:
        canceler = Canceler(self.log, Hinted(self.worker), self.bench.clock)
        while not self.told:
            try:
                entry = await self.log.last(JOB)
                assert entry is not None
                self.told.append(await canceler.cancel(entry))
            except BusUnavailable:
                continue


@dataclass
class Play:
    """One job, one worker and some clients.

    ``ends`` is how the prediction ends (None: well), ``lost`` how many of each client's writes go unanswered.
    """

    clients: int
    ends: Failure | None
    lost: int = 0
    statuses: set[Status] = field(default_factory=set)

    async def run(self, turns: Turns) -> None:
        """Play once in the order of ``turns``, and check what came of it."""
        world = FakeWorld(output=samples.png_bytes(), seconds=0.5, ends=self.ends)
        bench = Bench(world=world)
        await bench.submit(JOB)
        worker = bench.worker()
        worker.worker._parts = replace(worker.worker._parts, log=TurnedLog(MemoryJobLog(bench.bus, "w1"), turns, "w1"))
        turns.enter("w1", bench.finished)
        clients = [self._client(bench, worker, turns, f"client {number}") for number in range(self.clients)]
        asking = [asyncio.create_task(client.cancel()) for client in clients]
        await turns.run()
        await asyncio.gather(*asking)
        await worker.stop()
        self._check(bench, [client.told[0] for client in clients])

    def _client(self, bench: Bench, worker: WorkerProcess, turns: Turns, name: str) -> Client:
        log = AnswersLost(TurnedLog(MemoryJobLog(bench.bus, name), turns, name), self.lost)
        client = Client(log, bench, worker)
        turns.enter(name, lambda: bool(client.told))
        return client

    def _check(self, bench: Bench, told: list[CancelOutcome]) -> None:
        jobs = [entry.job for entry in bench.bus.entries(JOB)]
        assert [job.done for job in jobs].count(True) == 1, "one end"
        assert jobs[-1].done, "nothing after it"
        job = jobs[-1]
        self.statuses.add(job.status)
        for outcome in told:
            if not outcome.pending:
                assert outcome.entry.job == job, "whoever was told of an end was told of this one"
        created = list(bench.world.predictions.values())
        assert len(created) <= 1
        if job.status is Status.CANCELED and created:
            asked = (job.cancel_requested_at or job.updated_at) - created[0].made_at
            stopped = min(bench.world.times("cancel")) - created[0].began
            assert created[0].canceled
            assert stopped - asked.total_seconds() <= EFFECT_WITHIN
        if job.status is not Status.CANCELED:
            assert job.output is not None or self.ends is not None


FAILS = Failure(FailureCode.PROVIDER_FAILED, "The model failed.")


@pytest.mark.parametrize(
    ("ends", "lost", "orders"),
    [
        pytest.param(None, 0, 288, id="against success"),
        pytest.param(FAILS, 0, 144, id="against failure"),
        pytest.param(None, 1, 584, id="asked again after a lost answer"),
    ],
)
async def test_14_one_end_in_every_order(ends: Failure | None, lost: int, orders: int) -> None:
    play = Play(1, ends, lost)

    assert await every_order(play.run) >= orders // 2, "fewer orders than there once were: is everything tried?"
    assert play.statuses == {Status.CANCELED, Status.SUCCEEDED if ends is None else Status.FAILED}


async def test_14_one_end_however_often_it_is_asked(seed: int) -> None:
    play = Play(3, None, lost=1)

    await some_orders(play.run, 300, seed)

    assert play.statuses == {Status.CANCELED, Status.SUCCEEDED}
