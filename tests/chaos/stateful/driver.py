"""Moves the system, and after each move holds what it finds in the real streams against the model."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events.answers import decode_answer
from shared.events.codec import decode_event, decode_request
from shared.jetstream.topology import ANSWERS, JOBS, STATUS, bucket_exists
from tests.chaos.stateful.filings import Broken, Filing
from tests.chaos.stateful.model import Model
from tests.chaos.stateful.shelf import Shelf
from tests.chaos.stateful.stepping import Call
from tests.chaos.stateful.system import GATEWAYS, MOST_DEATHS, TTL, System, WorkerProcess

STEERED = frozenset({"provider.start", "provider.poll", "provider.find", "provider.cancel", "media.put"})
"""Calls whose answers a rule gives; all others are answered as they come."""


class Driver:
    """The system, the model of its logs, and the shelf its records are on.

    ``orders`` says what each content becomes at the provider: its model and its prompt. ``writers`` are who wrote what.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.model = Model(most_deaths=MOST_DEATHS, gateways=set(GATEWAYS))
        self.shelf = Shelf(TTL)
        self._requests_seen = 0
        self._events_seen = 0
        self._answers_seen = 0
        self._folded = 0
        self.writers: dict[int, str] = {}
        self.orders: dict[str, tuple[str, str]] = {}

    @property
    def now(self) -> datetime:
        """The test's time."""
        return self.system.clock.now()

    # ---- looking

    async def look(self, writers: Iterable[str]) -> list[Entry]:
        """Read what is new in the streams, by nobody but ``writers``; raise :class:`Broken` when it may not be."""
        await self.system.gate.settle()
        await self._look_at_requests()
        heard, self.system.heard[:] = list(self.system.heard), []
        for word in heard:
            if word.what == "nothing":
                raise Broken(f"{word.worker} was given nothing, though requests wait for one")
            if word.what == "deliver":
                self.model.filings.deliver(word.sequence, word.worker)
        entries = await self._look_at_logs(set(writers))
        for word in heard:
            if word.what == "ack":
                self.model.ack(word.sequence, word.worker)
            elif word.what in ("again", "later"):
                unsaid = word.worker in self.model.hindered
                self.model.filings.hand_back(word.sequence, word.worker, later=word.what == "later", unsaid=unsaid)
        await self._look_at_answers()
        return entries

    async def _look_at_requests(self) -> None:
        for message in await self.system.lying_after(JOBS, self._requests_seen):
            request = decode_request(message.data or b"")
            filing = Filing(message.seq or 0, request.job_id, request.kind, request.claim, request.content)
            self.model.filings.file(filing)
        self._requests_seen = (await self.system.js.stream_info(JOBS)).state.last_seq

    async def _look_at_logs(self, writers: set[str]) -> list[Entry]:
        found = []
        for message in await self.system.lying_after(STATUS, self._events_seen):
            body, revision = message.data or b"", message.seq or 0
            entry, writer = decode_event(body, revision).entry, str(json.loads(body)["source"])
            self.writers[revision] = writer
            if writer not in writers:
                raise Broken(f"{writer} wrote {entry.fact} though it was not its turn", entry.job.job_id)
            self.model.observe(entry, writer, self.now)
            self._events_seen = revision
            found.append(entry)
        return found

    async def _look_at_answers(self) -> None:
        for message in await self.system.lying_after(ANSWERS, self._answers_seen):
            self.model.answered(decode_answer(message.data or b""))
            self._answers_seen = message.seq or 0

    async def look_for_removals(self) -> list[Filing]:
        """Find out which requests were taken away, and return them."""
        gone = [each for each in self.model.filings.lying() if not await self.system.at(JOBS, each.sequence)]
        for filing in gone:
            self.model.filings.remove(filing.sequence)
        return gone

    async def hold_against(self) -> None:
        """Raise :class:`Broken` unless the ledger and the queues are as the model has them."""
        self._hold_ledger_against()
        for kind in Kind:
            want, have = self.model.filings.outstanding(kind), await self.system.outstanding(kind)
            if want != have:
                raise Broken(f"{have} {kind} requests are outstanding, not {want}")

    async def hold_bucket_against(self) -> None:
        """Raise :class:`Broken` unless the bucket is as the model has it."""
        self.shelf.hold_against(await self._bucket())

    def _hold_ledger_against(self) -> None:
        made = Counter((each.order.model, each.order.prompt) for each in self.system.world.predictions.values())
        intents = Counter(self.orders[log.job.content] for log in self.model.logs.values() if log.job.intent_at)
        for order, count in made.items():
            if count > intents[order]:
                jobs = [log.job.job_id for log in self.model.logs.values() if self.orders[log.job.content] == order]
                raise Broken(f"{count} predictions for {', '.join(jobs)}: more than jobs that meant to pay", jobs[0])

    async def _bucket(self) -> dict[str, Entry] | None:
        found: dict[str, Entry] = {}
        if not await bucket_exists(self.system.js):
            return None
        for job_id in self.model.logs:
            known = await self.system.records.get(JobId(job_id))
            if known is not None:
                found[job_id] = known.record.entry
        return found

    # ---- moving

    def answerable(self, name: str) -> list[Call]:
        """Return the calls of one steered name that may be answered now.

        A create that is on its way arrives before anybody has looked for it in vain for the whole time that it may
        take: a worker frozen for longer than that between its last check and its create is what no client can fence.
        """
        waiting = [call for call in self.system.gate.waiting if call.moment == "before"]
        on_their_way = {call.arguments[0].prompt for call in waiting if call.name == "provider.start"}
        calls = [call for call in waiting if call.name == name]
        return [call for call in calls if name != "provider.find" or call.arguments[0].prompt not in on_their_way]

    async def let_on(self, call: Call, trouble: Exception | None = None) -> None:
        """Let one call go on, and look at what came of it."""
        self.system.gate.let_on(call, trouble)
        await self.look({call.process})

    async def work(self, worker: WorkerProcess) -> None:
        """Let a worker go on until it waits for answers of the provider, for a request, or for time to pass."""
        for _ in range(400):
            calls = [call for call in worker.process.calls() if self.free(call)]
            if not calls:
                return
            await self.let_on(calls[0])
        raise Broken(f"{worker.name} goes on for ever: {calls[0]}")

    def free(self, call: Call) -> bool:
        """Whether a call goes on by itself: it is neither steered nor a pull of a worker that is not told to stop."""
        if call.moment == "after":
            return True
        if call.name == "queue.pull":
            worker = self.worker(call.process)
            worker.queue.dry = worker.stopping.is_set()
            return worker.queue.dry
        return call.name not in STEERED

    def worker(self, name: str) -> WorkerProcess:
        """Return the worker of a name."""
        return next(each for each in self.system.workers if each.name == name)

    async def lapse(self, sequence: int) -> None:
        """Let the lease on a delivered request have run out."""
        filing = self.model.filings.filed[sequence]
        assert filing.last_given is not None
        await self.system.lapse(self.worker(filing.last_given), sequence)
        self.model.filings.lapse(sequence)

    async def fold(self) -> None:
        """Let the status service fold all it has not folded yet."""
        before, self._folded = self._folded, self._events_seen
        news = [log for log in self.model.logs.values() if log.last.revision > before]
        if not news:
            return
        await self.system.fold(lost=self.shelf.records is None)
        if self.shelf.records is None:
            self.shelf.rebuild([log.last for log in self.model.logs.values()], self.now)
        for log in news:
            self.shelf.fold(log.last, log.last, self.now)

    def story(self, job_id: str) -> list[str]:
        """Tell a job's log, a line an event."""
        return [self._line(entry) for entry in self.model.logs[job_id].entries]

    def _line(self, entry: Entry) -> str:
        job = entry.job
        shown = f"{job.status}/{job.stage}" if job.stage else f"{job.status}"
        more = {"attempt": job.attempt, "holder": job.holder, "prediction": job.prediction, "deaths": job.deaths}
        said = ", ".join(f"{name} {value}" for name, value in more.items() if value)
        why = f", {job.failure.code}" if job.failure else ""
        at = f"{job.updated_at:%H:%M:%S}"
        return f"  {entry.revision:4d} {at} {self.writers[entry.revision]:20s} {entry.fact:16s} {shown}, {said}{why}"
