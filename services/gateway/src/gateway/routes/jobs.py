"""The second door's single job."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from gateway.door.access import owner_of
from gateway.door.describing import ETAG, RETRY_AFTER, header
from gateway.door.waiting import applied, wait_of
from gateway.live import MOST_WAIT, Waited
from gateway.lookup import Pruned
from gateway.pacing import retry_after
from gateway.routes.presence import ClientLeft, while_there
from gateway.services import Services
from shared.domain.ids import BadJobId, parse_job_id
from shared.http.problem import Problem, problems
from shared.http.ranges import none_match
from shared.ports.records import Record
from shared.views import JobView, etag

_HEADERS = {**ETAG, "Cache-Control": header("A job is its owner's alone, and changes"), **RETRY_AFTER}
_OF_GET: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The job; Retry-After while it is unfinished",
        "headers": _HEADERS | {"Preference-Applied": header("How long it would have waited", required=False)},
    },
    304: {"description": "Nothing changed since If-None-Match", "headers": _HEADERS},
    **problems(404, 410, 422, 503),
}
_OF_CANCEL: dict[int | str, dict[str, Any]] = {
    202: {"description": "A worker has to stop it", "headers": _HEADERS},
    200: {"model": JobView, "description": "Nothing is left to do", "headers": _HEADERS},
    **problems(404, 410, 503),
}

_WAIT = (
    "Seconds to wait for the job's end, or with If-None-Match for its next change; then it is answered as it stands."
)
_PREFER = "`wait=n`: as the query's `wait`, up to a minute; ignored when it cannot be read."

JobIdPath = Annotated[str, Path(alias="id", description="The jobId.")]


def jobs_router(services: Services) -> APIRouter:
    """Return ``GET /v1/jobs/{id}`` and ``POST /v1/jobs/{id}/cancel``."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.get(
        "/{id}",
        response_model=JobView,
        responses=_OF_GET,
        summary="A job, whole",
    )
    async def job(
        request: Request,
        job_id: JobIdPath,
        if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
        prefer: Annotated[str | None, Header(alias="Prefer", description=_PREFER)] = None,
        wait: Annotated[int | None, Query(ge=0, le=MOST_WAIT, description=_WAIT)] = None,
    ) -> Response:
        preferred = wait_of(request) if wait is None else None
        record = await find_job(services, request, job_id)
        waited = await _waited(services, request, record, if_none_match, wait or preferred or 0)
        if waited is None:
            return Response(status_code=204)
        view = services.views(request).job(waited.record)
        headers = _headers(services, waited.record, view)
        if preferred is not None and waited.honoured:
            headers |= applied(preferred)
        if not none_match(if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return JSONResponse(view.model_dump(mode="json", by_alias=True), headers=headers)

    @router.post(
        "/{id}/cancel",
        status_code=202,
        response_model=JobView,
        responses=_OF_CANCEL,
        summary="Stop a job",
    )
    async def cancel(request: Request, job_id: JobIdPath) -> Response:
        record = await find_job(services, request, job_id)
        outcome = await services.canceler.cancel(record.entry)
        # Remembered, so that no poll after this answer shows the job as it was before.
        now = await services.lookup.heard(outcome.entry)
        view = services.views(request).job(now)
        status = 202 if outcome.pending and not now.entry.job.done else 200
        return JSONResponse(
            view.model_dump(mode="json", by_alias=True), status_code=status, headers=_headers(services, now, view)
        )

    return router


async def find_job(services: Services, request: Request, text: str) -> Record:
    """Return the record of the caller's job of this name; raises :class:`Problem` 404 or 410."""
    try:
        found = await services.lookup.find(parse_job_id(text, owner_of(request)))
    except BadJobId:
        found = None
    if isinstance(found, Pruned):
        raise Problem(410, "job_pruned", f"Job {text} ended and its record is no longer kept.")
    if found is None:
        raise Problem(404, "job_not_found", "There is no such job.")
    return found


async def _waited(
    services: Services, request: Request, record: Record, if_none_match: str | None, seconds: float
) -> Waited | None:
    """Return the job after the wait that was asked for, None when nobody is there any more to be answered."""
    if not seconds or record.entry.job.done:
        return Waited(record, honoured=True)
    if if_none_match is None:
        work = services.live.until_done(record, seconds)
    elif none_match(if_none_match, etag(record, services.views(request).job(record))):
        return Waited(record, honoured=True)  # it has changed already
    else:
        work = services.live.until_changed(record, seconds)
    try:
        return await while_there(request, work)
    except ClientLeft:
        return None


def _headers(services: Services, record: Record, view: JobView) -> dict[str, str]:
    headers = {"ETag": etag(record, view), "Cache-Control": "private, no-cache"}
    pause = retry_after(record.entry.job, services.clock.now())
    return headers if pause is None else headers | {"Retry-After": str(pause)}
