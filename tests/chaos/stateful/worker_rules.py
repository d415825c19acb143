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
from tests.chaos.stateful.driver import STEERED
from tests.chaos.stateful.example import Example, pick, some
from tests.chaos.stateful.filings import Broken, Lease
from tests.chaos.stateful.model import Log
from tests.chaos.stateful.steering import LOOK_AGAIN
from tests.chaos.stateful.stepping import Call
from tests.chaos.stateful.system import CREATE_WITHIN, WorkerProcess

MOST_WORKERS = {Kind.PORTRAIT: 2, Kind.VIDEO: 1}
TO_THE_BUS = ("log.", "register.", "delivery.confirm")

ANSWERS = {
    "provider.start": st.sampled_from(
        [
            "made",
            "made",
            "made, unanswered",
            "made, unanswered",
            "made late, unanswered",
            "lost, unanswered",
            "throttled",
            "away",
            "rejected",
        ]
    ),
    "provider.poll": st.sampled_from(["rendering", "finished", "finished", "failed", "unanswered"]),
    "provider.find": st.sampled_from(["answered", "answered", "unanswered"]),
    "provider.cancel": st.sampled_from(["heard", "unanswered"]),
    "media.put": st.sampled_from(["stored", "stored", "store away", "unreadable"]),
}
"""What may be answered to a steered call; what comes often stands there twice."""

WELL = {
    "provider.start": "made",
    "provider.poll": "finished",
    "provider.find": "answered",
    "provider.cancel": "heard",
    "media.put": "stored",
}


class WorkerRules(Example):
    """Rules of workers and of the provider."""

    # ---- workers

    @precondition(lambda self: self._waiting())
    @rule(which=some, then_work=st.booleans(), data=st.data())
    def go_on(self, which: int, then_work: bool, data: st.DataObject) -> None:
        """A worker takes one step: pulls, gets an answer of the provider's, or goes on from wherever it stopped."""
        call = pick(self._waiting(), which)
        answers = ANSWERS.get(call.name) if call.moment == "before" else None
        answer = data.draw(answers, label=f"{call} is answered") if answers is not None else None
        self.do(self._go_on(call, answer, then_work))

    @precondition(lambda self: self._waiting())
    @rule(which=some, steps=st.integers(1, 4))
    def go_well(self, which: int, steps: int) -> None:
        """A worker takes several steps, and all goes well."""
        worker = self.driver.worker(pick(self._waiting(), which).process)
        self.do(self._go_well(worker, steps))

    async def _go_well(self, worker: WorkerProcess, steps: int) -> None:
        for _ in range(steps):
            await self.driver.work(worker)
            calls = [call for call in self._waiting() if call.process == worker.name]
            if not calls:
                return
            await self._go_on(calls[0], WELL.get(calls[0].name), True)

    async def _go_on(self, call: Call, answer: str | None, then_work: bool) -> None:
        worker = self.driver.worker(call.process)
        if call.moment == "before" and answer is not None:
            await self.answer(call, answer)
        else:
            await self.driver.let_on(call)
        if then_work:
            await self.driver.work(worker)

    def _waiting(self) -> list[Call]:
        waiting = self.system.gate.waiting
        free = [call for call in waiting if self.driver.free(call)]
        steered = [call for name in STEERED for call in self.driver.answerable(name)]
        return sorted({*free, *steered, *self.pulling()}, key=waiting.index)

    def pulling(self) -> list[Call]:
        """Return the pulls that would bring something."""
        calls = [call for call in self.system.gate.waiting if (call.name, call.moment) == ("queue.pull", "before")]
        deliverable = self.model.filings.deliverable
        return [call for call in calls if deliverable(self.driver.worker(call.process).kind)]

    def wanted(self) -> list[Kind]:
        """Return the kinds that could do with another worker."""
        return [kind for kind, most in MOST_WORKERS.items() if self.workers_of(kind) < most]

    def workers_of(self, kind: Kind) -> int:
        """Return how many run."""
        return sum(1 for worker in self.alive if worker.kind is kind and not worker.stopping.is_set())

    @precondition(lambda self: self._leased())
    @rule(which=some)
    def lease_lapses(self, which: int) -> None:
        """A worker was frozen or cut off for a lease's time; it may go on afterwards."""
        self.do(self._lapse(pick(self._leased(), which)))

    @precondition(lambda self: self._busy())
    @rule(which=some)
    def crash(self, which: int) -> None:
        self.do(self._crash(pick(self._busy(), which)))
        self._others_come()

    @precondition(lambda self: self._busy())
    @rule(which=some)
    def drain(self, which: int) -> None:
        """SIGTERM: the worker hands back what it has as it goes on."""
        self.do(self._drain(pick(self._busy(), which)))
        self._others_come()

    @precondition(lambda self: self._to_the_bus())
    @rule(which=some)
    def nats_gives_no_answer(self, which: int) -> None:
        call = pick(self._to_the_bus(), which)
        self.model.hindered.add(call.process)
        self.do(self.driver.let_on(call, BusUnavailable(f"the test lost the answer to {call}")))

    def _others_come(self) -> None:
        while wanted := self.wanted():
            self.do(self.system.start_worker(wanted[0]))

    def _busy(self) -> list[WorkerProcess]:
        busy = {call.process for call in self.system.gate.waiting if call.name != "queue.pull"}
        return [each for each in self.alive if each.name in busy and not each.stopping.is_set()]

    async def _lapse(self, sequence: int) -> None:
        await self.driver.lapse(sequence)
        await self.driver.look(set())

    async def _crash(self, worker: WorkerProcess) -> None:
        await self.system.kill(worker)
        await self.driver.look(set())

    async def _drain(self, worker: WorkerProcess) -> None:
        worker.stopping.set()
        self.model.draining.add(worker.name)
        await self.driver.look(set())

    def _leased(self) -> list[int]:
        lapsing = (Lease.HELD, Lease.LATER)
        return [each.sequence for each in self.model.filings.lying() if each.lease in lapsing]

    def _to_the_bus(self) -> list[Call]:
        return [call for call in self._waiting() if call.name.startswith(TO_THE_BUS)]

    @rule(seconds=st.sampled_from([5.0, 5.0, 20.0, 20.0, 60.0, 60.0, 700.0, 2000.0]))
    def time_passes(self, seconds: float) -> None:
        self.do(self.skip(seconds))

    async def skip(self, seconds: float) -> None:
        """Let time pass."""
        self.model.hindered |= self.model.draining
        await self.system.skip(seconds)
        await self.driver.look(set())

    # ---- the provider

    async def answer(self, call: Call, answer: str) -> None:
        """Let a steered call go on to such an answer."""
        match call.name:
            case "provider.start":
                await self._create(call, answer)
            case "provider.poll":
                await self._look(call, answer)
            case "provider.find":
                await self._search(call, answer)
            case "provider.cancel":
                await self._stop(call, answer)
            case "media.put":
                await self._store(call, answer)

    async def _create(self, call: Call, answer: str) -> None:
        order: Order = call.arguments[0]
        log, world = self.model.logs[order.job_id], self.system.world
        trouble = _TROUBLES.get(answer)
        world.starts.append(trouble)
        if trouble is not None and answer in ("made, unanswered", "made late, unanswered"):
            world.made_all_the_same.append(trouble)
        # Whoever was frozen on the way to the provider for as long as a create may take is what no client can fence.
        intended = log.job.last_intent_at or log.job.updated_at
        left = CREATE_WITHIN - (self.driver.now - intended).total_seconds()
        world.lands_after = max(0.0, left) if answer == "made late, unanswered" else 0.0
        _explain(log, trouble)
        await self.driver.let_on(call)

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

    async def _search(self, call: Call, answer: str) -> None:
        trouble = _TROUBLES.get(answer)
        self.system.world.finds.append(trouble)
        if trouble is not None:
            log = self.model.logs[call.arguments[0].job_id]
            log.reasons.add(FailureCode.UNKNOWN_OUTCOME)
            log.troubled = True
        await self.driver.let_on(call)

    async def _stop(self, call: Call, answer: str) -> None:
        prediction: str = call.arguments[0]
        if not self.model.may_stop(prediction, self.driver.now):
            owner = next(log.job.job_id for log in self.model.logs.values() if log.job.prediction == prediction)
            raise Broken(f"{call.process} stops {prediction}, which nobody asked to stop", owner)
        self.system.world.cancels.append(_TROUBLES.get(answer))
        await self.driver.let_on(call)

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
    "made late, unanswered": ProviderTrouble(Trouble.AMBIGUOUS, "The connection was cut early."),
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
