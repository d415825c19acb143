"""What the status service does, and what happens to the bucket and the server."""

from collections.abc import Awaitable

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared.domain.failures import FailureCode
from shared.jetstream.topology import BUCKET_STREAM
from shared.ports.records import RecordLost
from tests.chaos.stateful.example import Example, pick, some
from tests.chaos.stateful.filings import Broken, Lease
from tests.chaos.stateful.model import GRACE, STATUS_SERVICE
from tests.chaos.stateful.stepping import stepped_loop
from tests.support.eventually import eventually


class StatusRules(Example):
    """Rules of the status service and of what it stands on."""

    restarted = False

    @rule(what=st.sampled_from(["fold", "fold", "sweep", "sweep anew", "rebuild", "lose the bucket", "restart"]))
    def status(self, what: str) -> None:
        """The service folds, sweeps (perhaps just started) or rebuilds; the bucket is lost; the server is restarted."""
        match what:
            case "fold":
                self.do(self._with_bucket(self.driver.fold()))
            case "sweep":
                self.do(self._sweep())
            case "sweep anew":
                self.system.sweep = self.system.new_sweep()
                self.do(self._sweep())
            case "rebuild":
                self.do(self._with_bucket(self.rebuild()))
            case "lose the bucket" if self.shelf.records is not None:
                self.do(self._with_bucket(self._lose()))
            case "restart" if not self.restarted:
                self.restarted = True
                self.do(self._with_bucket(self._restart()))

    async def _with_bucket(self, action: Awaitable[None]) -> None:
        await action
        await self.driver.hold_bucket_against()

    @precondition(lambda self: self.model.logs)
    @rule(which=some, order=st.lists(st.integers(0, 30), min_size=1, max_size=8), at_once=st.booleans())
    def replay(self, which: int, order: list[int], at_once: bool) -> None:
        """Events doubled, out of order and long known."""
        self.do(self._with_bucket(self._replay(pick(list(self.model.logs), which), order, at_once)))

    async def _replay(self, job_id: str, order: list[int], at_once: bool) -> None:
        log = self.model.logs[job_id]
        entries = [pick(log.entries, each) for each in order]
        batches = [entries] if at_once else [[entry] for entry in entries]
        for batch in batches:
            try:
                await self.system.folder.fold_all(batch)
            except RecordLost:
                if self.shelf.records is not None:
                    raise
                return
            latest = max(batch, key=lambda entry: entry.revision)
            self.shelf.fold(latest, log.last, self.driver.now)

    async def rebuild(self) -> None:
        """Run the rebuild."""
        made = await self.system.rebuilder.ensure()
        if made is self.shelf.whole:
            raise Broken(f"the bucket was {'made again though whole' if made else 'left in pieces'}")
        self.shelf.rebuild([log.last for log in self.model.logs.values()], self.driver.now)

    async def _lose(self) -> None:
        await self.bench.js.delete_stream(BUCKET_STREAM)
        self.shelf.lose()

    async def _sweep(self) -> None:
        now = self.driver.now
        late = [log for log in self.model.logs.values() if not log.done and now >= log.job.deadline + GRACE]
        late = [log for log in late if not self.model.filings.filed[log.job.request].removed]
        await self.system.sweep.once()
        await self.driver.look({STATUS_SERVICE})
        for log in late:
            if log.job.failure is None or log.job.failure.code is not FailureCode.DEADLINE_EXCEEDED:
                raise Broken("its deadline passed, and the sweep left it", log.job.job_id)
        for filing in await self.driver.look_for_removals():
            its = self.model.logs.get(filing.job_id)
            if its and its.job.request == filing.sequence and not self.shelf.pruned(its.last, now):
                raise Broken(f"request {filing.sequence} was removed too early", filing.job_id)

    async def _restart(self) -> None:
        with stepped_loop().flowing():
            await self.bench.server.restart()
            await eventually(lambda: self.bench.client.is_connected)
        self.shelf.lose()
        # What was handed back and not yet delivered again waits for its lease once more: let that lapse too.
        for filing in list(self.model.filings.lying()):
            if filing.lease is Lease.AGAIN and filing.last_given is not None:
                await self.driver.lapse(filing.sequence)
