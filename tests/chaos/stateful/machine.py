"""The machine: all rules together, and the end of every example, at which nothing may be left over."""

from shared.domain.kinds import Kind
from shared.jetstream.topology import JOBS
from tests.chaos.stateful.client_rules import ClientRules
from tests.chaos.stateful.driver import STEERED
from tests.chaos.stateful.example import Bench
from tests.chaos.stateful.filings import Broken, Lease
from tests.chaos.stateful.status_rules import StatusRules
from tests.chaos.stateful.worker_rules import WELL, WorkerRules

_ROUNDS = 60
_LONG = 60.0


class JobMachine(ClientRules, WorkerRules, StatusRules):
    """One example. At its end every worker is let run, and every job has to come to an end."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        while wanted := self.wanted():
            self.do(self.system.start_worker(wanted[0]))

    def teardown(self) -> None:
        try:
            self.do(self._finish())
        finally:
            self.bench.runner.run(self.quit())

    async def _finish(self) -> None:
        for _ in range(_ROUNDS):
            await self._everybody_works()
            if self._finished():
                break
            await self._nobody_waits_for_ever()
        else:
            self._complain()
        await self.driver.hold_against()
        await self.driver.hold_bucket_against()
        await self.driver.fold()
        await self.rebuild()
        await self.driver.hold_against()
        await self.driver.hold_bucket_against()

    async def _everybody_works(self) -> None:
        while wanted := self.wanted():
            await self.system.start_worker(wanted[0])
        while calls := [call for call in self.system.gate.waiting if self.driver.free(call)] or self.pulling():
            await self.driver.let_on(calls[0])
        for name, answer in WELL.items():
            for call in self.driver.answerable(name):
                await self.answer(call, answer)

    def _finished(self) -> bool:
        over = all(log.done for log in self.model.logs.values())
        over = over and not any(call.name in STEERED for call in self.system.gate.waiting)
        return over and not any(self.model.filings.outstanding(kind) for kind in Kind)

    async def _nobody_waits_for_ever(self) -> None:
        if any(self.driver.free(call) for call in self.system.gate.waiting):
            return
        await self.skip(_LONG)
        abandoned = [each for each in self.model.filings.lying() if each.lease in (Lease.HELD, Lease.LATER)]
        living = {worker.name for worker in self.alive}
        for filing in abandoned:
            log = self.model.logs.get(filing.job_id)
            carried = log is not None and log.job.request == filing.sequence and log.job.holder in living
            if filing.holder not in living or not carried:
                await self.driver.lapse(filing.sequence)

    def _complain(self) -> None:
        for log in self.model.logs.values():
            if not log.done:
                raise Broken("it never came to an end", log.job.job_id)
        left = [each for each in self.model.filings.lying() if each.lease is not Lease.OVER]
        raise Broken(f"requests {[each.sequence for each in left]} of {JOBS} were never acknowledged")
