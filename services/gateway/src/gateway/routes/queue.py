"""The second door's view of the queue: what waits, who works, and what is wrong."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from gateway.explaining import State
from gateway.queue_report import KindReport
from gateway.services import Services
from shared.domain.kinds import Kind
from shared.http.problem import problems
from shared.views import View


class WorkerView(View):
    """A worker that takes jobs: how many it holds, how many it can, and since when it runs."""

    id: str
    running: Annotated[int, Field(ge=0)]
    capacity: Annotated[int, Field(ge=0)]
    since: datetime


class KindView(View):
    """A kind's part of the queue."""

    state: Annotated[State, Field(description="Whether jobs of this kind are being made at all.")]
    state_detail: Annotated[str | None, Field(description="What is wrong and what happens next; null when ok.")]
    queued: Annotated[int, Field(ge=0, description="Jobs that no worker has taken yet.")]
    running: Annotated[int, Field(ge=0, description="Jobs in the hands of the workers below.")]
    oldest_wait_seconds: Annotated[float, Field(ge=0)] | None
    median_run_seconds: Annotated[float, Field(ge=0, description="Of the last 50 successes.")] | None
    ended_last_minute: Annotated[int, Field(ge=0)]
    workers: list[WorkerView]


class QueueView(View):
    """The queue, kind by kind."""

    kinds: dict[Kind, KindView]


def queue_router(services: Services) -> APIRouter:
    """Return ``GET /v1/queue``."""
    router = APIRouter(prefix="/v1", tags=["queue"])

    @router.get("/queue", responses=problems(503), summary="What waits, what runs, who works")
    async def queue() -> QueueView:
        reports = await services.queue.reporter.reports()
        return QueueView(kinds={kind: _view(report) for kind, report in reports.items()})

    return router


def _view(report: KindReport) -> KindView:
    return KindView(
        state=report.state,
        state_detail=report.state_detail,
        queued=report.queued,
        running=report.running,
        oldest_wait_seconds=_rounded(report.oldest_wait),
        median_run_seconds=_rounded(report.median_run),
        ended_last_minute=report.ended_last_minute,
        workers=[
            WorkerView(id=load.worker, running=load.running, capacity=load.capacity, since=load.since)
            for load in report.workers
        ],
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
