"""What clients do: submit, submit at once, cancel, poll; and gateways that die over it."""

import asyncio
import itertools
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from gateway.lookup import Pruned
from gateway.submission import JobIdTaken, Submitter
from shared.domain.ids import JobId
from shared.domain.job import Fact
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.states import Status
from tests.chaos.stateful.example import Example, gateways, pick, some
from tests.chaos.stateful.filings import Broken
from tests.chaos.stateful.model import Answered, Asked
from tests.chaos.stateful.stepping import Process
from tests.support.jobs import a_request

Submit = tuple[str, Kind, str, str, int]
"""A jobId, a kind, a content, a character, and the minutes to the deadline."""

submits: st.SearchStrategy[Submit] = st.tuples(
    st.integers(1, 6).map(lambda n: f"job-{n}"),
    st.sampled_from([Kind.PORTRAIT, Kind.PORTRAIT, Kind.VIDEO]),
    st.sampled_from(["a hat", "a coat"]),
    st.sampled_from(["Ada", "Bo", "Cy"]),
    st.sampled_from([15, 15, 1]),
)
"""Of each but few, so that everything comes again in another company."""


class ClientRules(Example):
    """Rules of clients."""

    def _request(self, submit: Submit) -> JobRequest:
        job_id, kind, content, character, minutes = submit
        now = self.driver.now
        request = a_request(
            job_id,
            kind,
            character={"character": "a lighthouse keeper"},
            custom_prompt=content,
            show_id="low-tide",
            character_id=character,
            created_at=now,
            deadline=now + timedelta(minutes=minutes),
        )
        self.driver.orders[request.content] = (request.model, content)
        return request

    @rule(gateway=gateways, submit=submits)
    def submit(self, gateway: str, submit: Submit) -> None:
        self.do(self._submit_one(gateway, submit))

    async def _submit_one(self, gateway: str, submit: Submit) -> None:
        request = self._request(submit)
        want = self.model.answer_to(_asked(request))
        have = await _submitted(self.system.gateways[gateway].submitter, request)
        await self.driver.look({gateway})
        if have != want:
            raise Broken(f"the submit of {request.job_id} was answered {have}, not {want}", request.job_id)
        self._promised(have)

    @precondition(lambda self: self._few())
    @rule(one=submits, other=submits, turns=st.lists(st.booleans(), max_size=20))
    def submit_two_at_once(self, one: Submit, other: Submit, turns: list[bool]) -> None:
        """On two gateways, whose calls take turns."""
        self.do(self._submit_both(one, other, turns))

    async def _submit_both(self, one: Submit, other: Submit, turns: list[bool]) -> None:
        requests = [self._request(one), self._request(other)]
        first, second = (_asked(request) for request in requests)
        either = {self._in_turn(first, second), tuple(reversed(self._in_turn(second, first)))}
        processes, submitting = zip(*map(self._submitting, requests), strict=True)
        await self.system.gate.settle()
        for turn in itertools.chain(turns, itertools.repeat(True)):
            waiting = [process for process in processes if process.calls()]
            if not waiting:
                break
            await self.driver.let_on(waiting[-1 if turn else 0].calls()[0])
        answers = tuple(task.result() for task in submitting)
        await self.driver.look_for_removals()
        if answers not in either:
            raise Broken(f"{one} and {other} were answered {answers}, not as in one of {either}", one[0])
        for answer in answers:
            self._promised(answer)

    def _few(self) -> bool:
        return sum(1 for log in self.model.logs.values() if not log.done) < 3

    def _submitting(self, request: JobRequest) -> tuple[Process, asyncio.Task[Answered]]:
        name = f"gateway-{len(self.model.gateways) + 1}"
        self.model.gateways.add(name)
        process = Process(name, self.system.gate)
        return process, asyncio.create_task(_submitted(self.system.gateway(name, process).submitter, request))

    def _in_turn(self, first: Asked, second: Asked) -> tuple[Answered, ...]:
        answer = self.model.answer_to(first)
        return answer, self.model.answer_after(first, answer, second)

    @precondition(lambda self: self._few())
    @rule(submit=submits, turns=st.integers(1, 12))
    def gateway_dies_submitting(self, submit: Submit, turns: int) -> None:
        self.do(self._submit_and_die(submit, turns))

    async def _submit_and_die(self, submit: Submit, turns: int) -> None:
        process, submitting = self._submitting(self._request(submit))
        await self.system.gate.settle()
        for _ in range(turns):
            if process.calls():
                await self.driver.let_on(process.calls()[0])
        process.kill()
        await asyncio.wait({submitting})
        await self.driver.look({process.name})
        await self.driver.look_for_removals()

    def _promised(self, answer: Answered) -> None:
        if answer.job_id is not None and answer.job_id not in self.model.logs:
            raise Broken(f"{answer.job_id} was promised, and has no log", answer.job_id)

    @precondition(lambda self: self.model.logs)
    @rule(gateway=gateways, which=some)
    def cancel(self, gateway: str, which: int) -> None:
        self.do(self._cancel(gateway, pick(list(self.model.logs), which)))

    async def _cancel(self, gateway: str, job_id: str) -> None:
        log = self.model.logs[job_id]
        before = log.job
        outcome = await self.system.gateways[gateway].canceler.cancel(log.entries[0])
        await self.driver.look({gateway})
        if log.last != outcome.entry:
            raise Broken(f"a cancel told of {outcome.entry.fact}, and the log ends with {log.last.fact}", job_id)
        if before.status is Status.STARTING and log.job.status is not Status.CANCELED:
            raise Broken("a queued job was not canceled at once", job_id)
        if before.status is Status.PROCESSING and log.last.job.cancel_requested_at is None:
            raise Broken("a request to cancel is not in the log", job_id)
        if outcome.pending is log.done or (before.status is not log.job.status and log.last.fact is not Fact.CANCELED):
            raise Broken(f"a cancel left the job {log.job.status}, pending: {outcome.pending}", job_id)

    @precondition(lambda self: self.model.logs)
    @rule(gateway=gateways)
    def poll_all(self, gateway: str) -> None:
        self.do(self._poll_all(gateway))

    async def _poll_all(self, gateway: str) -> None:
        for job_id in [*self.model.logs, "nobody"]:
            await self._poll(gateway, job_id)

    async def _poll(self, gateway: str, job_id: str) -> None:
        log, whole = self.model.logs.get(job_id), self.shelf.whole
        have = await self.system.gateways[gateway].lookup.find(JobId(job_id))
        want = self.shelf.lookup(gateway, job_id, log.last if log else None)
        if want is None or have is None:
            if want is not None or have is not None:
                raise Broken(f"a poll told of {have}, not {want}", job_id)
            return
        shown = have.job if isinstance(have, Pruned) else have.entry.job
        if shown != want.job:
            raise Broken(f"a poll told of {shown.status}/{shown.stage}, not {want.fact} at {want.revision}", job_id)
        if whole and isinstance(have, Pruned) is not self.shelf.pruned(want, self.driver.now):
            raise Broken(f"a poll told {type(have).__name__} of a job that ended at {shown.completed_at}", job_id)


def _asked(request: JobRequest) -> Asked:
    return Asked(request.job_id, request.kind, request.content, request.claim)


async def _submitted(submitter: Submitter, request: JobRequest) -> Answered:
    try:
        submitted = await submitter.submit(request, named=True)
    except JobIdTaken:
        return Answered(None, deduplicated=False)
    return Answered(submitted.entry.job.job_id, submitted.deduplicated)
