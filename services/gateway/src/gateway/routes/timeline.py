"""``GET /v1/jobs/{id}/timeline``: every event of a job, as its log has them, without what is nobody's business.

Left out of each event's data: whose the job is, what its claim and content hash to, the workers' own bookkeeping, the
provider's name for its prediction, and the output's name until there is an output: that name is the permission to read.
"""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import Field

from gateway.routes.jobs import JobIdPath, find_job
from gateway.services import Services
from shared.domain.failures import FailureCode
from shared.domain.ids import given_name
from shared.domain.job import Job
from shared.domain.kinds import Kind
from shared.domain.states import Stage, Status
from shared.events.envelope import type_of
from shared.http.problem import problems
from shared.ports.timelines import Logged
from shared.views import View, Views


class TimelineError(View):
    """Why the job failed."""

    code: FailureCode
    message: str


class TimelineData(View):
    """The job as of the event. ``worker`` is the process that had it."""

    job_id: str
    kind: Kind
    status: Status
    stage: Stage | None
    progress: int | None = Field(ge=0, le=100)
    detail: str | None
    provider: str | None
    worker: str | None
    attempt: int
    output_url: str | None
    error: TimelineError | None
    throttled_until: datetime | None
    cancel_requested_at: datetime | None


class TimelineEvent(View):
    """One event: a CloudEvent, version 1.0."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: TimelineData


class TimelineView(View):
    """A job's events, oldest first."""

    events: list[TimelineEvent]


def timeline_router(services: Services) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.get("/{id}/timeline", responses=problems(404, 410, 503), summary="Every event of a job")
    async def timeline(request: Request, job_id: JobIdPath) -> TimelineView:
        job = (await find_job(services, request, job_id)).entry.job
        logged = await services.timelines.events(job.kind, job.job_id)
        views = services.views(request)
        return TimelineView(events=[_event(each, views) for each in logged])

    return router


def _event(logged: Logged, views: Views) -> TimelineEvent:
    job = logged.entry.job
    return TimelineEvent(
        id=logged.event_id,
        source=logged.source,
        type=type_of(logged.entry.fact),
        subject=given_name(job.job_id),
        time=job.updated_at,
        data=_data(job, views),
    )


def _data(job: Job, views: Views) -> TimelineData:
    failure = job.failure
    return TimelineData(
        job_id=given_name(job.job_id),
        kind=job.kind,
        status=job.status,
        stage=job.stage,
        progress=job.progress,
        detail=job.detail,
        provider=job.provider,
        worker=job.holder,
        attempt=job.attempt,
        output_url=views.output_url(job),
        error=TimelineError(code=failure.code, message=failure.message) if failure else None,
        throttled_until=job.throttled_until,
        cancel_requested_at=job.cancel_requested_at,
    )
