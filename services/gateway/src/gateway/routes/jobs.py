"""The second door's single job."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import JSONResponse

from gateway.lookup import Pruned
from gateway.pacing import retry_after
from gateway.services import Services
from shared.domain.ids import BadJobId, JobId, parse_job_id
from shared.http.problem import Problem, problems
from shared.http.ranges import none_match
from shared.ports.records import Record
from shared.views import JobView

_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing changed since If-None-Match"}}

JobIdPath = Annotated[str, Path(alias="id", description="The jobId.")]


def jobs_router(services: Services) -> APIRouter:
    """Return ``GET /v1/jobs/{id}`` and ``POST /v1/jobs/{id}/cancel``."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.get(
        "/{id}",
        response_model=JobView,
        responses={**_UNCHANGED, **problems(404, 410, 503)},
        summary="A job, whole",
    )
    async def job(
        request: Request, job_id: JobIdPath, if_none_match: Annotated[str | None, Header()] = None
    ) -> Response:
        record = await find_job(services, job_id)
        headers = _headers(services, record)
        if not none_match(if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        view = services.views(request).job(record)
        return JSONResponse(view.model_dump(mode="json", by_alias=True), headers=headers)

    @router.post(
        "/{id}/cancel",
        status_code=202,
        response_model=JobView,
        responses={200: {"model": JobView, "description": "Nothing is left to do"}, **problems(404, 410, 503)},
        summary="Stop a job",
    )
    async def cancel(request: Request, job_id: JobIdPath) -> Response:
        record = await find_job(services, job_id)
        outcome = await services.canceler.cancel(record.entry)
        now = Record(outcome.entry, record.expires_at)
        view = services.views(request).job(now)
        status = 202 if outcome.pending else 200
        return JSONResponse(
            view.model_dump(mode="json", by_alias=True), status_code=status, headers=_headers(services, now)
        )

    return router


async def find_job(services: Services, text: str) -> Record:
    """Return the job's record; raises :class:`Problem` 404 or 410."""
    try:
        found = await services.lookup.find(parse_job_id(text))
    except BadJobId:
        found = None
    if isinstance(found, Pruned):
        raise Problem(410, "job_pruned", f"Job {text} ended and its record is no longer kept.")
    if found is None:
        raise Problem(404, "job_not_found", "There is no such job.")
    return found


def _headers(services: Services, record: Record) -> dict[str, str]:
    job = record.entry.job
    headers = {"ETag": etag(job.job_id, record.entry.revision), "Cache-Control": "private, no-cache"}
    pause = retry_after(job, services.clock.now())
    return headers if pause is None else headers | {"Retry-After": str(pause)}


def etag(job_id: JobId, revision: int) -> str:
    """Return the validator of a job's representation: it changes with each event and with nothing else."""
    return f'"{hashlib.sha256(f"{job_id}/{revision}".encode()).hexdigest()[:20]}"'
