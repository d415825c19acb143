"""The payloads: a job's snapshot and a request document as they are written, apart from how the domain holds them.

Readers ignore fields they do not know and fill those that older writers left out, so old events meet new code.
"""

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from shared.domain.failures import Failure, FailureCode
from shared.domain.ids import WRITTEN, JobId
from shared.domain.job import Job, Output
from shared.domain.kinds import Kind
from shared.domain.request import ENDS, JobRequest, Webhook
from shared.domain.states import Stage, Status

JobIdText = Annotated[str, StringConstraints(pattern=rf"^{WRITTEN}$")]


class Payload(BaseModel):
    """CamelCase JSON, unknown fields ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True)

    def to_json_data(self) -> dict[str, Any]:
        """Return JSON data without the fields that say nothing."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class OutputPayload(Payload):
    """:class:`shared.domain.job.Output`, written."""

    name: str
    content_type: str
    bytes: int
    sha256: str
    width: int
    height: int
    duration_seconds: float | None = None


def _known_code(code: object) -> object:
    # A code added later than this reader still is a failure with a message.
    return code if isinstance(code, str) and code in set(FailureCode) else FailureCode.INTERNAL


class FailurePayload(Payload):
    """:class:`shared.domain.failures.Failure`, written."""

    code: Annotated[FailureCode, BeforeValidator(_known_code)]
    message: str


class WebhookPayload(Payload):
    """:class:`shared.domain.request.Webhook`, written."""

    url: str
    events: tuple[Status, ...] = ENDS

    @classmethod
    def of(cls, webhook: Webhook | None) -> Self | None:
        """Write a webhook, if there is one."""
        return cls(url=webhook.url, events=webhook.events) if webhook else None

    def to_webhook(self) -> Webhook:
        """Read a webhook."""
        return Webhook(self.url, self.events)


class JobSnapshot(Payload):
    """:class:`shared.domain.job.Job`, written: the ``data`` of every event in a job's log."""

    job_id: JobIdText
    kind: Kind
    owner: str
    claim: str
    content: str
    request: int
    status: Status
    stage: Stage | None = None
    model: str
    settings: dict[str, str | int] = Field(default_factory=dict)
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deadline: AwareDatetime
    show_id: str | None = None
    character_id: str | None = None
    character_name: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    retry_of: JobIdText | None = None
    provider: str | None = None
    attempt: int = 0
    progress: int | None = None
    detail: str | None = None
    output: OutputPayload | None = None
    failure: FailurePayload | None = None
    started_at: AwareDatetime | None = None
    completed_at: AwareDatetime | None = None
    holder: str | None = None
    deaths: int = 0
    intent_at: AwareDatetime | None = None
    last_intent_at: AwareDatetime | None = None
    mark: str | None = None
    prediction: str | None = None
    media_token: str | None = None
    cancel_requested_at: AwareDatetime | None = None
    throttled_until: AwareDatetime | None = None
    traceparent: str | None = None
    webhook: WebhookPayload | None = None

    @classmethod
    def of(cls, job: Job) -> Self:
        """Write a job."""
        plain = {name: getattr(job, name) for name in cls.model_fields if name not in _NESTED}
        output = OutputPayload(**_fields(job.output)) if job.output else None
        failure = FailurePayload(code=job.failure.code, message=job.failure.message) if job.failure else None
        webhook = WebhookPayload.of(job.webhook)
        return cls.model_construct(**plain, output=output, failure=failure, webhook=webhook)

    def to_job(self) -> Job:
        """Read a job; raises :class:`shared.domain.job.IllegalMove` for a snapshot no job can be in."""
        plain = {name: getattr(self, name) for name in type(self).model_fields if name not in _NESTED}
        output = Output(**dict(self.output)) if self.output else None
        failure = Failure(self.failure.code, self.failure.message) if self.failure else None
        webhook = self.webhook.to_webhook() if self.webhook else None
        return Job(**plain, output=output, failure=failure, webhook=webhook)


_NESTED = ("output", "failure", "webhook")


def _fields(output: Output) -> dict[str, Any]:
    return {name: getattr(output, name) for name in OutputPayload.model_fields}


class RequestDocument(Payload):
    """:class:`shared.domain.request.JobRequest`, written: the ``data`` of a message in ``JOBS``."""

    job_id: JobIdText
    kind: Kind
    owner: str
    claim: str
    content: str
    show: dict[str, Any]
    character: dict[str, Any]
    model: str
    settings: dict[str, str | int] = Field(default_factory=dict)
    guardrails: bool = True
    custom_prompt: str | None = None
    seed: dict[str, Any] = Field(default_factory=dict)
    portrait_url: str | None = None
    show_id: str | None = None
    character_id: str | None = None
    character_name: str | None = None
    created_at: AwareDatetime
    deadline: AwareDatetime
    metadata: dict[str, str] = Field(default_factory=dict)
    retry_of: JobIdText | None = None
    traceparent: str | None = None
    webhook: WebhookPayload | None = None

    @classmethod
    def of(cls, request: JobRequest) -> Self:
        """Write a request."""
        plain = {name: getattr(request, name) for name in cls.model_fields if name != "webhook"}
        return cls.model_construct(**plain, webhook=WebhookPayload.of(request.webhook))

    def to_request(self) -> JobRequest:
        """Read a request."""
        plain = {name: getattr(self, name) for name in type(self).model_fields}
        named = {
            "job_id": JobId(self.job_id),
            "retry_of": JobId(self.retry_of) if self.retry_of else None,
            "webhook": self.webhook.to_webhook() if self.webhook else None,
        }
        return JobRequest(**plain | named)
