"""What clients see of a job: the one representation, apart from how the domain and the bucket hold it."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.domain.failures import FailureCode
from shared.domain.ids import given_name
from shared.domain.job import Job
from shared.domain.kinds import Kind
from shared.domain.states import Stage, Status
from shared.ports.records import Record


class View(BaseModel):
    """CamelCase JSON, every field always there."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class OutputView(View):
    """The stored file: bytes, pixels, seconds."""

    content_type: str
    bytes: int
    sha256: str
    width: int
    height: int
    duration_seconds: float | None = None


class ErrorView(View):
    """Why the job failed, for programs."""

    code: FailureCode
    message: str
    retryable: bool


class UrlsView(View):
    """Where else to ask about the job."""

    self_: Annotated[str, Field(alias="self")]
    cancel: str
    retry: str
    events: str
    timeline: str


class JobView(View):
    """A job, whole."""

    job_id: str
    kind: Kind
    status: Status
    stage: Stage | None
    done: bool
    progress: Annotated[int, Field(ge=0, le=100)] | None
    detail: str | None
    output_url: str | None
    output: OutputView | None
    error: ErrorView | None
    show_id: str | None
    character_id: str | None
    character_name: str | None
    model: str
    settings: dict[str, str | int]
    provider: str | None
    attempt: int
    retry_of: str | None
    queue_position: int | None
    eta: datetime | None
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    completed_at: datetime | None
    deadline: datetime
    expires_at: datetime | None
    metadata: dict[str, str]
    urls: UrlsView


@dataclass(frozen=True, slots=True)
class Prospect:
    """What can be said of an unfinished job beyond its record; None is not known, or nothing to say.

    ``queue_position`` is 1 for the next, ``eta`` when it should have succeeded, ``explanation`` a sentence for people
    on why it waits, which is shown in place of what its log said last.
    """

    queue_position: int | None = None
    eta: datetime | None = None
    explanation: str | None = None

    def detail(self, job: Job) -> str | None:
        """Return what the job's ``detail`` is to say."""
        return self.explanation or job.detail


LookAhead = Callable[[Job], Prospect]
"""Says what is to be expected of a job just now."""

NOTHING_KNOWN = Prospect()


def _look_nowhere(_: Job) -> Prospect:
    return NOTHING_KNOWN


class Views:
    """Makes views. ``base`` is the address clients reach us at, without a trailing slash."""

    def __init__(self, base: str, look_ahead: LookAhead = _look_nowhere) -> None:
        self._base = base
        self._look_ahead = look_ahead

    def prospect(self, job: Job) -> Prospect:
        """Return what is to be expected of the job."""
        return NOTHING_KNOWN if job.done else self._look_ahead(job)

    def output_url(self, job: Job) -> str | None:
        """Return where the output is read, None while there is none."""
        return f"{self._base}/media/{job.output.name}" if job.output else None

    def job(self, record: Record) -> JobView:
        """Return the whole representation."""
        job = record.entry.job
        here = f"{self._base}/v1/jobs/{given_name(job.job_id)}"
        output = {k: v for k, v in asdict(job.output).items() if k != "name"} if job.output else None
        failure, prospect = job.failure, self.prospect(job)
        return JobView(
            job_id=given_name(job.job_id),
            kind=job.kind,
            status=job.status,
            stage=job.stage,
            done=job.done,
            progress=job.progress,
            detail=prospect.detail(job),
            output_url=self.output_url(job),
            output=OutputView(**output) if output else None,
            error=ErrorView(code=failure.code, message=failure.message, retryable=failure.retryable)
            if failure
            else None,
            show_id=job.show_id,
            character_id=job.character_id,
            character_name=job.character_name,
            model=job.model,
            settings=dict(job.settings),
            provider=job.provider,
            attempt=job.attempt,
            retry_of=given_name(job.retry_of) if job.retry_of else None,
            queue_position=prospect.queue_position,
            eta=prospect.eta,
            created_at=job.created_at,
            started_at=job.started_at,
            updated_at=job.updated_at,
            completed_at=job.completed_at,
            deadline=job.deadline,
            expires_at=record.expires_at,
            metadata=dict(job.metadata),
            urls=UrlsView.model_validate(
                {
                    "self": here,
                    "cancel": f"{here}/cancel",
                    "retry": f"{here}/retry",
                    "events": f"{here}/events",
                    "timeline": f"{here}/timeline",
                }
            ),
        )


def etag(record: Record, view: JobView) -> str:
    """Return the validator of a job's representation: it changes with each event, and with what explains a wait.

    ``queuePosition`` and ``eta`` move all the time and change nothing.
    """
    told = f"{view.job_id}/{record.entry.revision}/{view.detail or ''}"
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:20]}"'
