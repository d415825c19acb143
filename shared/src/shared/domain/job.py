"""The job: what its log has said so far, and the only ways to say more.

A :class:`Job` is a snapshot. Each function below is one fact: it takes the job as it was and returns a :class:`Change`
with the job as it is then, or raises :class:`IllegalMove`. Nothing else makes a new snapshot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.domain.failures import Failure, FailureCode
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest, Webhook
from shared.domain.states import Stage, Status, may_follow, stage_fits


class Fact(StrEnum):
    """What one event of a job's log says."""

    ACCEPTED = "accepted"
    STARTED = "started"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    PROGRESSED = "progressed"
    THROTTLED = "throttled"
    HANDED_BACK = "handed_back"
    CANCEL_REQUESTED = "cancel_requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file in our own store. ``name`` is its name there; sizes in bytes and pixels, duration in seconds."""

    name: str
    content_type: str
    bytes: int
    sha256: str
    width: int
    height: int
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job as of one event.

    ``request`` is the sequence in ``JOBS`` of the request that opened the log: a request the log does not name is
    not this job's. ``holder`` is the worker that has it, ``deaths`` how often one was found dead with it.
    ``intent_at`` is when a worker first wrote that it was about to create a prediction, ``last_intent_at`` when one
    last did, ``mark`` what it was about to order, as its provider can find it again, ``prediction`` the id it then
    got, ``media_token`` the unguessable part of the output's name, drawn once so that storing twice writes one
    file. ``traceparent`` (W3C) ties the job's events to the call that asked for it.
    """

    job_id: JobId
    kind: Kind
    owner: str
    claim: str
    content: str
    request: int
    status: Status
    stage: Stage | None
    model: str
    settings: Mapping[str, str | int]
    created_at: datetime
    updated_at: datetime
    deadline: datetime
    show_id: str | None = None
    character_id: str | None = None
    character_name: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_of: JobId | None = None
    provider: str | None = None
    attempt: int = 0
    progress: int | None = None
    detail: str | None = None
    output: Output | None = None
    failure: Failure | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    holder: str | None = None
    deaths: int = 0
    intent_at: datetime | None = None
    last_intent_at: datetime | None = None
    mark: str | None = None
    prediction: str | None = None
    media_token: str | None = None
    cancel_requested_at: datetime | None = None
    throttled_until: datetime | None = None
    traceparent: str | None = None
    webhook: Webhook | None = None

    def __post_init__(self) -> None:
        """Refuse a snapshot that no job can be in."""
        if not stage_fits(self.stage, self.status):
            raise IllegalMove(f"a {self.status} job cannot show stage {self.stage}")
        if (self.status is Status.SUCCEEDED) != (self.output is not None):
            raise IllegalMove("a job has an output exactly when it succeeded")
        if (self.status is Status.FAILED) != (self.failure is not None):
            raise IllegalMove("a job has a failure exactly when it failed")
        if self.status.is_terminal != (self.completed_at is not None):
            raise IllegalMove("a job has an end exactly when it ended")

    @property
    def done(self) -> bool:
        """Whether the job has ended."""
        return self.status.is_terminal


class IllegalMove(ValueError):
    """The job's state machine has no such move."""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact, and the job as it is once the fact is in the log."""

    fact: Fact
    job: Job


def accept(request: JobRequest, sequence: int) -> Change:
    """Open a job's log for the request at ``sequence`` in ``JOBS``; the same whoever writes it, gateway or worker."""
    job = Job(
        job_id=request.job_id,
        kind=request.kind,
        owner=request.owner,
        claim=request.claim,
        content=request.content,
        request=sequence,
        status=Status.STARTING,
        stage=Stage.QUEUED,
        model=request.model,
        settings=request.settings,
        created_at=request.created_at,
        updated_at=request.created_at,
        deadline=request.deadline,
        show_id=request.show_id,
        character_id=request.character_id,
        character_name=request.character_name,
        metadata=request.metadata,
        retry_of=request.retry_of,
        traceparent=request.traceparent,
        webhook=request.webhook,
    )
    return Change(Fact.ACCEPTED, job)


def _move(job: Job, fact: Fact, status: Status, at: datetime, **changes: Any) -> Change:
    # Only a worker's start brings a job from the queue into processing.
    untaken = job.status is Status.STARTING and status is Status.PROCESSING and fact is not Fact.STARTED
    if untaken or not may_follow(status, job.status):
        raise IllegalMove(f"job {job.job_id} is {job.status} and cannot become {status} ({fact})")
    # A job's own times never run backwards, whatever the clocks of two machines say.
    return Change(fact, replace(job, status=status, updated_at=max(at, job.updated_at), **changes))


def _end(job: Job, fact: Fact, status: Status, at: datetime, **changes: Any) -> Change:
    ended = max(at, job.updated_at)
    return _move(job, fact, status, at, stage=None, holder=None, throttled_until=None, completed_at=ended, **changes)


def start(job: Job, worker: str, provider: str, at: datetime) -> Change:
    """A worker takes the job. Finding another worker's hold on it means that one died with it: a new attempt.

    Its own it may find when the answer to taking the job was lost: nobody died then.
    """
    died = job.holder not in (None, worker)
    return _move(
        job,
        Fact.STARTED,
        Status.PROCESSING,
        at,
        stage=_resumed_stage(job),
        holder=worker,
        provider=provider,
        deaths=job.deaths + died,
        attempt=max(1, job.attempt + died),
        started_at=job.started_at or max(at, job.updated_at),
    )


def _resumed_stage(job: Job) -> Stage:
    if job.cancel_requested_at is not None:
        return Stage.CANCELING
    return Stage.PROVIDER_STARTING if job.prediction is not None else Stage.SUBMITTING


def submitting(job: Job, media_token: str, at: datetime, mark: str | None = None) -> Change:
    """The intent: a prediction is about to be created. The first intent's time and token are kept for reconciling."""
    return _move(
        job,
        Fact.SUBMITTING,
        Status.PROCESSING,
        at,
        stage=Stage.SUBMITTING,
        detail=None,
        throttled_until=None,
        intent_at=job.intent_at or max(at, job.updated_at),
        last_intent_at=max(at, job.updated_at),
        mark=mark,
        media_token=job.media_token or media_token,
    )


def submitted(job: Job, prediction: str, at: datetime) -> Change:
    """The provider named its prediction; from here on a worker can only re-attach."""
    if job.prediction not in (None, prediction):
        raise IllegalMove(f"job {job.job_id} already has prediction {job.prediction}")
    return _move(
        job,
        Fact.SUBMITTED,
        Status.PROCESSING,
        at,
        stage=Stage.PROVIDER_STARTING,
        prediction=prediction,
        mark=None,
        detail=None,
        throttled_until=None,
    )


def progressed(job: Job, stage: Stage, progress: int | None, at: datetime) -> Change:
    """The provider got on. ``progress`` is 0 to 99 or unknown, and never goes back; 100 is said by succeeding."""
    known = [p for p in (job.progress, progress) if p is not None]
    return _move(
        job,
        Fact.PROGRESSED,
        Status.PROCESSING,
        at,
        stage=stage,
        progress=max(0, min(99, max(known))) if known else None,
        detail=None,
        throttled_until=None,
    )


def throttled(job: Job, until: datetime, detail: str, at: datetime) -> Change:
    """The provider told us to wait, or is away; the job goes on at ``until``."""
    return _move(
        job, Fact.THROTTLED, Status.PROCESSING, at, stage=Stage.THROTTLED, throttled_until=until, detail=detail
    )


def hand_back(job: Job, at: datetime) -> Change:
    """The worker lets go in good order: no attempt is counted when the next one takes over."""
    return _move(job, Fact.HANDED_BACK, Status.PROCESSING, at, holder=None)


def request_cancel(job: Job, at: datetime) -> Change:
    """Someone asked to stop. A job no worker has touched ends by :func:`cancel` instead."""
    stage = Stage.CANCELING if job.status is Status.PROCESSING else job.stage
    asked = job.cancel_requested_at or max(at, job.updated_at)
    return _move(job, Fact.CANCEL_REQUESTED, job.status, at, stage=stage, cancel_requested_at=asked)


def succeed(job: Job, output: Output, at: datetime) -> Change:
    """The output is in our store and readable."""
    return _end(job, Fact.SUCCEEDED, Status.SUCCEEDED, at, output=output, progress=100, detail=None)


def fail(job: Job, failure: Failure, at: datetime) -> Change:
    """The job ends without an output."""
    return _end(job, Fact.FAILED, Status.FAILED, at, failure=failure, detail=failure.message)


def cancel(job: Job, at: datetime) -> Change:
    """Someone asked, and it stopped."""
    return _end(job, Fact.CANCELED, Status.CANCELED, at, detail="Canceled on request.")


def past_deadline(job: Job) -> Failure:
    """The failure of a job whose deadline came first."""
    where = "while it was still waiting for a worker" if job.status is Status.STARTING else "before it was finished"
    return Failure(FailureCode.DEADLINE_EXCEEDED, f"The job's deadline passed {where}.")
