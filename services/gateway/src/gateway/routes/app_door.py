"""The first door: the contract that existing apps already speak."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from gateway.bodies import read_body
from gateway.door import examples
from gateway.door.access import owner_of
from gateway.door.filing import file_draft, settled
from gateway.door.job_schemas import require_scene_and_portrait
from gateway.drafts import Draft
from gateway.lookup import Pruned
from gateway.routes.app_bodies import PortraitBody, VideoBody
from gateway.services import Services
from shared.domain.ids import BadJobId, given_name, parse_job_id
from shared.domain.kinds import Kind
from shared.domain.portrait_url import BadPortraitUrl
from shared.domain.states import Stage, Status
from shared.http.problem import FieldProblem, Problem, problems
from shared.ports.records import Record
from shared.views import View


class Accepted(View):
    """The job that will answer, and where it stands. ``deduplicated`` is there, and true, when it was there before."""

    job_id: str
    status: Status
    deduplicated: bool | None = None


class StatusView(View):
    """Where a job stands; all null for a job that is not known."""

    status: Status | None = None
    detail: str | None = None
    output_url: str | None = None
    stage: Stage | None = None
    progress: int | None = None
    queue_position: int | None = None


def _body_of(model: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    if model is VideoBody:
        require_scene_and_portrait(schema)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}}


_JOB_ID = {
    "name": "jobId",
    "in": "query",
    "required": True,
    "description": "The job's id; one that is not known is answered with nulls.",
    "schema": {"type": "string"},
}
_OF_STATUS: dict[str, Any] = {"responses": problems(400, 503), "openapi_extra": {"parameters": [_JOB_ID]}}


def _responses() -> dict[int | str, dict[str, Any]]:
    done = {"model": Accepted, "description": "This jobId's job has already ended"}
    return {200: done, **problems(400, 409, 413, 503)}


def app_router(services: Services) -> APIRouter:
    """Return the door's four routes."""
    router = APIRouter(prefix="/api/characters", tags=["the app's door"])

    @router.post(
        "/portrait",
        status_code=202,
        response_model=Accepted,
        response_model_exclude_none=True,
        responses=_responses(),
        openapi_extra=_body_of(PortraitBody, examples.APP_PORTRAIT),
        summary="Ask for a portrait",
    )
    async def portrait(request: Request) -> JSONResponse:
        body = PortraitBody.read(await read_body(request))
        return await _submit(services, request, body.draft(request.state.traceparent))

    @router.post(
        "/video",
        status_code=202,
        response_model=Accepted,
        response_model_exclude_none=True,
        responses=_responses(),
        openapi_extra=_body_of(VideoBody, examples.APP_VIDEO),
        summary="Ask for a clip",
    )
    async def video(request: Request) -> JSONResponse:
        body = VideoBody.read(await read_body(request))
        bases = {services.base(request), str(request.base_url).rstrip("/")}
        draft = replace(body.draft(request.state.traceparent), portrait_url=_settled(body.portrait_url, bases))
        return await _submit(services, request, draft)

    # Read from the query as it is: FastAPI would answer 422 where this door promises 400.
    @router.get("/portrait/status", summary="How a portrait is getting on", **_OF_STATUS)
    async def portrait_status(request: Request) -> StatusView:
        return await _status(services, request, Kind.PORTRAIT, request.query_params.get("jobId"))

    @router.get("/video/status", summary="How a clip is getting on", **_OF_STATUS)
    async def video_status(request: Request) -> StatusView:
        return await _status(services, request, Kind.VIDEO, request.query_params.get("jobId"))

    return router


async def _submit(services: Services, request: Request, draft: Draft) -> JSONResponse:
    submitted = await file_draft(services, replace(draft, owner=owner_of(request)))
    job, known = submitted.entry.job, submitted.deduplicated
    # A new job is told of as it was accepted, though a quick worker may have ended it by now.
    status = job.status if known else Status.STARTING
    accepted = Accepted(job_id=given_name(job.job_id), status=status, deduplicated=known or None)
    content = accepted.model_dump(mode="json", by_alias=True, exclude_none=True)
    return JSONResponse(content, status_code=200 if known and job.done else 202)


def _settled(url: str, bases: set[str]) -> str:
    try:
        return settled(url, bases)
    except BadPortraitUrl as error:
        field = FieldProblem(pointer="/portraitUrl", detail=str(error))
        raise Problem(400, "bad_request", str(error), errors=[field]) from None


async def _status(services: Services, request: Request, kind: Kind, text: str | None) -> StatusView:
    if text is None:
        raise Problem(400, "bad_request", "jobId is required: ask with ?jobId=….")
    try:
        found: Record | Pruned | None = await services.lookup.find(parse_job_id(text, owner_of(request)))
    except BadJobId:
        found = None
    if not isinstance(found, Record) or found.entry.job.kind is not kind:
        return StatusView()
    job, views = found.entry.job, services.views(request)
    prospect = views.prospect(job)
    return StatusView(
        status=job.status,
        detail=prospect.detail(job),
        output_url=views.output_url(job),
        stage=job.stage,
        progress=job.progress,
        queue_position=prospect.queue_position,
    )
