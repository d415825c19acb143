"""What may happen to jobs, said once more and purely: no streams, no loop, none of the product's own rules.

The model is told what the world did, in order: requests filed, deliveries made and lost, answers of the provider,
events found in the logs. It says of each whether it could be, and what has to be so afterwards.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.failures import FailureCode
from shared.domain.fold import Entry
from shared.domain.job import Fact, Job
from shared.domain.kinds import Kind
from shared.domain.states import Stage, Status
from shared.ports.answers import Answer
from tests.chaos.stateful.filings import Broken, Filing, Filings

STATUS_SERVICE = "status"
GRACE = timedelta(seconds=15)
SILENCE = timedelta(minutes=10)
ENDED = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELED})
_LATE = {FailureCode.DEADLINE_EXCEEDED, FailureCode.PROVIDER_UNAVAILABLE}


class Shown(NamedTuple):
    """What a job shows of itself."""

    status: Status
    stage: Stage | None
    attempt: int


class Move(NamedTuple):
    """One event that a job's log may get next."""

    fact: Fact
    shown: Shown


class Asked(NamedTuple):
    """A submit, as far as it decides its answer."""

    job_id: str
    kind: Kind
    content: str
    claim: str


class Answered(NamedTuple):
    """How a submit was answered: with which job, and whether it was there before. No job: the id is taken."""

    job_id: str | None
    deduplicated: bool


class Spent(NamedTuple):
    """A jobId that was answered with a job that is not its own: what it was sent for, and that job."""

    kind: Kind
    content: str
    by: str


@dataclass
class Log:
    """One job as its log tells it. ``reasons`` are the failures that something which happened can explain."""

    job: Job
    entries: list[Entry]
    reasons: set[FailureCode] = field(default_factory=set)
    troubled: bool = False
    rendered: bool = False

    @property
    def done(self) -> bool:
        """Whether the job has ended."""
        return self.job.status in ENDED

    @property
    def last(self) -> Entry:
        """The last event."""
        return self.entries[-1]


@dataclass
class Model:
    """All jobs and all requests. ``most_deaths`` is how often a job may be found dead in a worker's hands.

    ``hindered`` are the workers whose hand-back may miss in the log: NATS left one without an answer, or it was told to
    stop and time passed.
    """

    most_deaths: int
    logs: dict[str, Log] = field(default_factory=dict)
    filings: Filings = field(default_factory=Filings)
    gateways: set[str] = field(default_factory=set)
    draining: set[str] = field(default_factory=set)
    hindered: set[str] = field(default_factory=set)
    spent: dict[str, Spent] = field(default_factory=dict)

    def answer_to(self, asked: Asked) -> Answered:
        """Return how a submit has to be answered, were it the only one just now."""
        known = self.logs.get(asked.job_id)
        if known is not None:
            return _same(asked, known.job.kind, known.job.content)
        spent = self.spent.get(asked.job_id)
        if spent is not None:
            return _same(asked, spent.kind, spent.content, spent.by)
        rival = self.active(asked.kind, asked.claim)
        if rival is None:
            return Answered(asked.job_id, deduplicated=False)
        if rival.job_id == asked.job_id:
            return _same(asked, rival.kind, rival.content)
        return Answered(rival.job_id, deduplicated=True)

    def answer_after(self, first: Asked, answer: Answered, second: Asked) -> Answered:
        """Return how a submit has to be answered right after another one, before anything came of that."""
        if second.job_id in self.logs or answer.job_id is None:
            return self.answer_to(second)
        if second.job_id == first.job_id and answer.deduplicated:
            return _same(second, first.kind, first.content, answer.job_id)
        if second.job_id == answer.job_id:
            rival = self.active(first.kind, first.claim) if answer.deduplicated else None
            return _same(second, first.kind, rival.content if rival else first.content)
        if not answer.deduplicated and (second.kind, second.claim) == (first.kind, first.claim):
            return Answered(first.job_id, deduplicated=True)
        return self.answer_to(second)

    def answered(self, answer: Answer) -> None:
        """It was written down which job a jobId is answered with."""
        if answer.is_own:
            return
        if answer.by not in self.logs:
            raise Broken(f"{answer.job_id} is answered with {answer.by}, which has no log", answer.job_id)
        known = self.spent.setdefault(answer.job_id, Spent(answer.kind, answer.content, answer.by))
        if known != (answer.kind, answer.content, answer.by):
            raise Broken(f"{answer.job_id} was answered with {known.by}, and now with {answer.by}", answer.job_id)

    def active(self, kind: Kind, claim: str) -> Filing | None:
        """Return who has the claim: the last request under it, unless its job ended or its id is another's."""
        last = self.filings.last(kind, claim)
        log = self.logs.get(last.job_id) if last else None
        free = last is None or (log is not None and (log.job.request != last.sequence or log.done))
        return None if free else last

    def ack(self, sequence: int, worker: str) -> None:
        """A worker acknowledged a request."""
        filing = self.filings.filed[sequence]
        log = self.logs.get(filing.job_id)
        if log is None or (log.job.request == sequence and not log.done):
            raise Broken(f"{worker} acknowledged request {sequence}, whose job has not ended", filing.job_id)
        self.filings.ack(sequence)

    def observe(self, entry: Entry, writer: str, now: datetime) -> None:
        """An event was found in a log: hold it against the moves its job had."""
        job_id = entry.job.job_id
        log = self.logs.get(job_id)
        move = Move(entry.fact, Shown(entry.job.status, entry.job.stage, entry.job.attempt))
        allowed = self.openings(entry.job, writer) if log is None else self.moves(log, writer, now)
        if move not in allowed:
            told = "an empty log" if log is None else f"{log.job.status}/{log.job.stage}, held by {log.job.holder}"
            raise Broken(f"{writer} wrote {_told(move)} after {told}; allowed: {_all(allowed)}", job_id)
        if log is None:
            self.logs[job_id] = Log(entry.job, [entry])
            return
        self._consistent(log, entry, writer, now)
        log.job = entry.job
        log.entries.append(entry)

    def openings(self, job: Job, writer: str) -> set[Move]:
        """Return how a job's log may begin: as accepted, by whoever knows the request."""
        filing = self.filings.filed.get(job.request)
        knows = filing is not None and (writer in self.gateways or writer in filing.given)
        ours = filing is not None and (filing.job_id, filing.kind, filing.claim) == (job.job_id, job.kind, job.claim)
        return {Move(Fact.ACCEPTED, Shown(Status.STARTING, Stage.QUEUED, 0))} if knows and ours else set()

    def moves(self, log: Log, writer: str, now: datetime) -> set[Move]:
        """Return every event that ``writer`` may write next in a job's log."""
        if log.done:
            return set()
        if writer in self.gateways:
            return self._canceling(log.job)
        if writer == STATUS_SERVICE:
            return {_ending(log.job, Status.FAILED)} if now >= log.job.deadline + GRACE else set()
        if writer not in self.filings.filed[log.job.request].given:
            return set()
        return self._taking(log.job, writer, now) | (self._carrying(log, writer, now) if _holds(log, writer) else set())

    def _canceling(self, job: Job) -> set[Move]:
        if job.status is Status.STARTING:
            return {_ending(job, Status.CANCELED)}
        asked = job.cancel_requested_at is not None
        return set() if asked else {_going_on(job, Fact.CANCEL_REQUESTED, Stage.CANCELING)}

    def _taking(self, job: Job, worker: str, now: datetime) -> set[Move]:
        filing = self.filings.filed[job.request]
        if job.status is Status.STARTING and now >= job.deadline:
            return {_ending(job, Status.FAILED)}
        if job.holder == worker or (job.holder is not None and job.holder not in filing.lapsed):
            return set()
        stage = Stage.PROVIDER_STARTING if job.prediction else Stage.SUBMITTING
        stage = Stage.CANCELING if job.cancel_requested_at is not None else stage
        attempt = job.attempt + 1 if job.holder is not None else max(1, job.attempt)
        return {Move(Fact.STARTED, Shown(Status.PROCESSING, stage, attempt))}

    def _carrying(self, log: Log, worker: str, now: datetime) -> set[Move]:
        job, moves = log.job, set[Move]()
        if job.prediction is None:
            moves.add(_going_on(job, Fact.SUBMITTING, Stage.SUBMITTING))
            if job.intent_at is not None:
                moves.add(_going_on(job, Fact.SUBMITTED, Stage.PROVIDER_STARTING))
        else:
            stages = (Stage.PROVIDER_STARTING, Stage.RENDERING, Stage.STORING)
            moves |= {_going_on(job, Fact.PROGRESSED, stage) for stage in stages}
            moves |= {_ending(job, Status.SUCCEEDED)} if log.rendered else set()
        if log.troubled:
            moves.add(_going_on(job, Fact.THROTTLED, Stage.THROTTLED))
        if worker in self.draining:
            moves.add(_going_on(job, Fact.HANDED_BACK, job.stage))
        if job.cancel_requested_at is not None:
            moves.add(_ending(job, Status.CANCELED))
        if self._reasons(log, now):
            moves.add(_ending(job, Status.FAILED))
        return moves

    def _reasons(self, log: Log, now: datetime) -> set[FailureCode]:
        late = _LATE if now >= log.job.deadline else set()
        lost = {FailureCode.WORKER_LOST} if log.job.deaths >= self.most_deaths else set()
        quiet = log.job.started_at is not None and now - log.job.started_at >= SILENCE
        return log.reasons | late | lost | ({FailureCode.PROVIDER_STALLED} if quiet else set())

    def _consistent(self, log: Log, entry: Entry, writer: str, now: datetime) -> None:
        before, after = log.job, entry.job
        if entry.revision <= log.last.revision:
            raise Broken(f"revision {entry.revision} came after {log.last.revision}", after.job_id)
        if after.updated_at < before.updated_at or (before.progress or 0) > (after.progress or 0):
            raise Broken("the job's time or progress ran backwards", after.job_id)
        named = (after.request, after.kind, after.claim, after.content, after.deadline, after.created_at)
        if named != (before.request, before.kind, before.claim, before.content, before.deadline, before.created_at):
            raise Broken("the job turned into another one", after.job_id)
        if before.prediction is not None and after.prediction != before.prediction:
            raise Broken(f"prediction {before.prediction} became {after.prediction}", after.job_id)
        if after.failure is not None and writer != STATUS_SERVICE:
            self._explained(log, after, now)
        if entry.fact is Fact.SUBMITTED:
            self._nobody_elses(after)
        holders = {Fact.STARTED: writer, Fact.HANDED_BACK: None}
        if after.holder != (None if after.status in ENDED else holders.get(entry.fact, before.holder)):
            raise Broken(f"after {entry.fact} the holder is {after.holder}", after.job_id)

    def may_stop(self, prediction: str, now: datetime) -> bool:
        """Whether a worker may cancel a prediction: its job was asked to end, has ended, or has to."""
        logs = [log for log in self.logs.values() if log.job.prediction == prediction]
        return all(
            log.job.cancel_requested_at is not None
            or log.job.status in (Status.FAILED, Status.CANCELED)
            or self._reasons(log, now)
            for log in logs
        )

    def _explained(self, log: Log, after: Job, now: datetime) -> None:
        if after.failure is not None and after.failure.code not in self._reasons(log, now):
            known = ", ".join(sorted(self._reasons(log, now))) or "nothing"
            raise Broken(f"it failed {after.failure.code}, but only {known} happened", after.job_id)

    def _nobody_elses(self, job: Job) -> None:
        for other in self.logs.values():
            if other.job.prediction == job.prediction and other.job.job_id != job.job_id:
                raise Broken(f"prediction {job.prediction} is {other.job.job_id}'s already", job.job_id)


def _same(asked: Asked, kind: Kind, content: str, by: str | None = None) -> Answered:
    same = (asked.kind, asked.content) == (kind, content)
    return Answered(by or asked.job_id if same else None, deduplicated=same)


def _holds(log: Log, worker: str) -> bool:
    return log.job.holder == worker


def _going_on(job: Job, fact: Fact, stage: Stage | None) -> Move:
    return Move(fact, Shown(job.status, stage, job.attempt))


def _ending(job: Job, status: Status) -> Move:
    return Move(Fact(status.value), Shown(status, None, job.attempt))


def _told(move: Move) -> str:
    stage = f"/{move.shown.stage}" if move.shown.stage else ""
    return f"{move.fact} ({move.shown.status}{stage}, attempt {move.shown.attempt})"


def _all(moves: set[Move]) -> str:
    return ", ".join(sorted(_told(move) for move in moves)) or "nothing"
