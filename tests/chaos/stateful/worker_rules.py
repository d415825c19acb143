"""What happens to workers and at the provider."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared.domain.failures import Failure, FailureCode
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.domain.states import Stage
from shared.ports.job_log import BusUnavailable
from shared.ports.media import StoreUnavailable
from shared.ports.provider import Ended, Finished, Order, OutputUnreadable, ProviderTrouble, Running
from tests.chaos.stateful.example import Example, pick, some
from tests.chaos.stateful.filings import Broken, Lease
from tests.chaos.stateful.model import Log
from tests.chaos.stateful.steering import LOOK_AGAIN
from tests.chaos.stateful.stepping import Call
from tests.chaos.stateful.system import WorkerProcess

MOST_WORKERS = {Kind.PORTRAIT: 2, Kind.VIDEO: 1}
TO_THE_BUS = ("log.", "register.", "delivery.confirm")

creates = st.sampled_from(["made", "made", "made, unanswered", "lost, unanswered", "throttled", "away", "rejected"])
looks = st.sampled_from(["rendering", "finished", "finished", "failed", "unanswered"])
searches = st.sampled_from(["answered", "answered", "unanswered"])
stops = st.sampled_from(["heard", "unanswered"])
stores = st.sampled_from(["stored", "stored", "store away", "unreadable"])


class WorkerRules(Example):
    """Rules of workers and of the provider."""

    # ---- workers

    @precondition(lambda self: self._wanted())
    @rule()
    def start_worker(self) -> None:
        self.do(self.system.start_worker(self._wanted()[0]))

    def _wanted(self) -> list[Kind]:
        return [kind for kind, most in MOST_WORKERS.items() if self._of(kind) < most]

    def _of(self, kind: Kind) -> int:
        return sum(1 for worker in self.alive if worker.kind is kind)

    @precondition(lambda self: self._pulling())
    @rule(which=some, then_work=st.booleans())
    def pull(self, which: int, then_work: bool) -> None:
        call = pick(self._pulling(), which)
        self.do(self._pull(call, then_work))

    async def _pull(self, call: Call, then_work: bool) -> None:
        worker = self.driver.worker(call.process)
        await self.driver.let_on(call)
        if then_work:
            await self.driver.work(worker)

    def _pulling(self) -> list[Call]:
        calls = [call for call in self.system.gate.waiting if (call.name, call.moment) == ("queue.pull", "before")]
        deliverable = self.model.filings.deliverable
        return [call for call in calls if deliverable(self.driver.worker(call.process).kind)]

    @precondition(lambda self: self._busy())
    @rule(which=some)
    def work(self, which: int) -> None:
        self.do(self.driver.work(pick(self._busy(), which)))

    def _busy(self) -> list[WorkerProcess]:
        return [each for each in self.alive if any(map(self.driver.free, each.process.calls()))]

    @precondition(lambda self: self._steps())
    @rule(which=some)
    def step(self, which: int) -> None:
        self.do(self.driver.let_on(pick(self._steps(), which)))

    def _steps(self) -> list[Call]:
        return [call for call in self.system.gate.waiting if self.driver.free(call)]

    @precondition(lambda self: self._to_the_bus())
    @rule(which=some)
    def nats_gives_no_answer(self, which: int) -> None:
        call = pick(self._to_the_bus(), which)
        self.do(self.driver.let_on(call, BusUnavailable(f"the test lost the answer to {call}")))

    def _to_the_bus(self) -> list[Call]:
        return [call for call in self._steps() if call.name.startswith(TO_THE_BUS)]

    @precondition(lambda self: self.alive)
    @rule(which=some)
    def crash(self, which: int) -> None:
        self.do(self._crash(pick(self.alive, which)))

    async def _crash(self, worker: WorkerProcess) -> None:
        await self.system.kill(worker)
        await self.driver.look(set())

    @precondition(lambda self: self._undrained())
    @rule(which=some)
    def drain(self, which: int) -> None:
        worker = pick(self._undrained(), which)
        worker.stopping.set()
        self.model.draining.add(worker.name)
        self.do(self.driver.look(set()))

    def _undrained(self) -> list[WorkerProcess]:
        return [each for each in self.alive if not each.stopping.is_set()]

    @precondition(lambda self: self._leased())
    @rule(which=some)
    def lease_lapses(self, which: int) -> None:
        self.do(self._lapse(pick(self._leased(), which)))

    async def _lapse(self, sequence: int) -> None:
        await self.driver.lapse(sequence)
        await self.driver.look(set())

    def _leased(self) -> list[int]:
        lapsing = (Lease.HELD, Lease.LATER)
        return [each.sequence for each in self.model.filings.lying() if each.lease in lapsing]

    @rule(seconds=st.sampled_from([5.0, 20.0, 60.0, 700.0, 1800.0]))
    def time_passes(self, seconds: float) -> None:
        self.do(self._pass(seconds))

    async def _pass(self, seconds: float) -> None:
        await self.system.skip(seconds)
        await self.driver.look(set())

    # ---- the provider

    @precondition(lambda self: self.driver.answerable("provider.start"))
    @rule(which=some, answer=creates)
    def create(self, which: int, answer: str) -> None:
        call = pick(self.driver.answerable("provider.start"), which)
        self.do(self._create(call, answer))

    async def _create(self, call: Call, answer: str) -> None:
        order: Order = call.arguments[0]
        log, world = self.model.logs[order.job_id], self.system.world
        trouble = _TROUBLES.get(answer)
        world.starts.append(trouble)
        if trouble is not None and answer == "made, unanswered":
            world.made_all_the_same.append(trouble)
        _explain(log, trouble)
        await self.driver.let_on(call)

    @precondition(lambda self: self.driver.answerable("provider.poll"))
    @rule(which=some, answer=looks)
    def look(self, which: int, answer: str) -> None:
        self.do(self._look(pick(self.driver.answerable("provider.poll"), which), answer))

    async def _look(self, call: Call, answer: str) -> None:
        prediction: str = call.arguments[0]
        world = self.system.world
        logs = [log for log in self.model.logs.values() if log.job.prediction == prediction]
        trouble = _TROUBLES.get(answer)
        world.looks.append(trouble)
        for log in logs:
            _explain(log, trouble)
        if trouble is None and not isinstance(world.fates.get(prediction), Finished | Ended):
            world.fates[prediction] = _fate(prediction, answer, world.fates.get(prediction))
        for log in logs:
            over = isinstance(world.fates.get(prediction), Ended) or world.predictions[prediction].canceled
            log.reasons |= {FailureCode.PROVIDER_FAILED} if over else set()
            log.rendered |= isinstance(world.fates.get(prediction), Finished)
        await self.driver.let_on(call)

    @precondition(lambda self: self.driver.answerable("provider.find"))
    @rule(which=some, answer=searches)
    def search(self, which: int, answer: str) -> None:
        self.do(self._search(pick(self.driver.answerable("provider.find"), which), answer))

    async def _search(self, call: Call, answer: str) -> None:
        trouble = _TROUBLES.get(answer)
        self.system.world.finds.append(trouble)
        if trouble is not None:
            log = self.model.logs[call.arguments[0].job_id]
            log.reasons.add(FailureCode.UNKNOWN_OUTCOME)
            log.troubled = True
        await self.driver.let_on(call)

    @precondition(lambda self: self.driver.answerable("provider.cancel"))
    @rule(which=some, answer=stops)
    def stop(self, which: int, answer: str) -> None:
        self.do(self._stop(pick(self.driver.answerable("provider.cancel"), which), answer))

    async def _stop(self, call: Call, answer: str) -> None:
        prediction: str = call.arguments[0]
        if not self.model.may_stop(prediction, self.driver.now):
            owner = next(log.job.job_id for log in self.model.logs.values() if log.job.prediction == prediction)
            raise Broken(f"{call.process} stops {prediction}, which nobody asked to stop", owner)
        self.system.world.cancels.append(_TROUBLES.get(answer))
        await self.driver.let_on(call)

    @precondition(lambda self: self.driver.answerable("media.put"))
    @rule(which=some, answer=stores)
    def store(self, which: int, answer: str) -> None:
        self.do(self._store(pick(self.driver.answerable("media.put"), which), answer))

    async def _store(self, call: Call, answer: str) -> None:
        stem: str = call.arguments[0]
        log = next(log for log in self.model.logs.values() if log.job.media_token == stem)
        if answer == "store away":
            log.reasons.add(FailureCode.STORAGE_FAILED)
            await self.driver.let_on(call, StoreUnavailable("the test took the store away"))
        elif answer == "unreadable":
            log.reasons.add(FailureCode.OUTPUT_UNREADABLE)
            await self.driver.let_on(call, OutputUnreadable("the test took the output away"))
        else:
            await self.driver.let_on(call)


_TROUBLES: dict[str, ProviderTrouble] = {
    "made, unanswered": ProviderTrouble(Trouble.AMBIGUOUS, "The connection was cut."),
    "lost, unanswered": ProviderTrouble(Trouble.AMBIGUOUS, "Nobody answered."),
    "unanswered": ProviderTrouble(Trouble.AMBIGUOUS, "Nobody answered."),
    "throttled": ProviderTrouble(Trouble.THROTTLED, "Too many requests.", retry_after=30.0),
    "away": ProviderTrouble(Trouble.UNAVAILABLE, "The provider is away."),
    "rejected": ProviderTrouble(Trouble.REJECTED, "The provider does not like it."),
}


def _explain(log: Log, trouble: ProviderTrouble | None) -> None:
    if trouble is None:
        return
    log.troubled = True
    if trouble.trouble is Trouble.REJECTED:
        log.reasons.add(FailureCode.INPUT_REJECTED)


def _fate(prediction: str, answer: str, before: object) -> Running | Finished | Ended:
    if answer == "finished":
        return Finished((f"{prediction}/output",))
    if answer == "failed":
        return Ended(Failure(FailureCode.PROVIDER_FAILED, "The provider could not."))
    progress = before.progress or 0 if isinstance(before, Running) else 0
    return Running(Stage.RENDERING, min(99, progress + 20), LOOK_AGAIN)
