"""Second thoughts about ended jobs: making them again, one or all that failed, and deleting them."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from gateway.bodies import MAX_BODY_BYTES, parse_body, read_json
from gateway.cursors import CURSOR
from gateway.door.access import owner_of
from gateway.door.answering import job_answer, record_of, shown, written
from gateway.door.describing import RETRY_AFTER, answer, header
from gateway.door.fields import SENTENCES, Text, refusal, refuse_crowd, wrong_fields
from gateway.listing import Wanted
from gateway.lookup import Pruned
from gateway.retrying import MOST_RETRIED, RETRYABLE, RequestGone
from gateway.routes.jobs import JobIdPath, find_job
from gateway.routes.listing import JobsView, Name, below_of, next_cursor
from gateway.services import Services
from shared.domain.ids import BadJobId, given_name, parse_job_id
from shared.domain.kinds import Kind
from shared.http.problem import FieldProblem, Problem, problems
from shared.ports.media import StoreUnavailable
from shared.ports.records import Record
from shared.views import JobView

_STRICT = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)
_SENTENCES = {
    **SENTENCES,
    "/customPrompt": "customPrompt must be text, and not empty.",
    "/kind": f"kind must be one of {', '.join(Kind)}.",
    "/showId": "showId must be text of 1 to 256 characters.",
    "/cursor": "cursor must be text.",
}
_AGAIN_SOON = 2.0
B = TypeVar("B", bound=BaseModel)


class RetryBody(BaseModel):
    """What may be different the second time."""

    model_config = _STRICT

    custom_prompt: Annotated[
        Annotated[Text, Field(min_length=1)] | None,
        Field(description="Takes the place of the prompt; portraits only."),
    ] = None


class RetryFailedBody(BaseModel):
    """Which failed jobs to retry: all of them, unless a field says otherwise."""

    model_config = _STRICT

    show_id: Annotated[Name | None, Field(description="Only this show's.")] = None
    kind: Annotated[Kind | None, Field(description="Only this kind.")] = None
    cursor: Annotated[
        Text | None, Field(description="The nextCursor of the call before.", json_schema_extra={"pattern": CURSOR})
    ] = None


_ACCEPTED = answer(
    "The new job, or the running one that already answers",
    headers={"Location": header("The job's address", type="string", format="uri")} | RETRY_AFTER,
)

_DONE: dict[str, Any] = {"model": JobView, "description": "The retry, which has ended already"}


def _optional(model: type[BaseModel]) -> dict[str, Any]:
    content = {"application/json": {"schema": model.model_json_schema(by_alias=True)}}
    return {"requestBody": {"required": False, "content": content}}


def changes_router(services: Services) -> APIRouter:
    """Return ``POST /v1/jobs/{id}/retry``, ``POST /v1/jobs:retryFailed`` and ``DELETE /v1/jobs/{id}``."""
    router = APIRouter(prefix="/v1", tags=["jobs"])

    @router.post(
        "/jobs/{id}/retry",
        status_code=202,
        response_model=JobView,
        responses={202: _ACCEPTED, 200: _DONE, **problems(400, 404, 409, 410, 413, 415, 422, 503)},
        openapi_extra=_optional(RetryBody),
        summary="Make a failed or canceled job again",
    )
    async def retry(request: Request, job_id: JobIdPath) -> Response:
        body = await _read(request, RetryBody)
        job = (await _settled(services, request, job_id)).entry.job
        if job.status not in RETRYABLE:
            sentence = f"Job {given_name(job.job_id)} is {job.status}: only a failed or canceled job can be made again."
            raise Problem(409, "job_not_retryable", sentence)
        if body.custom_prompt is not None and job.kind is not Kind.PORTRAIT:
            sentence = "customPrompt is for portraits: a clip's prompt is made of its scene."
            pointer = FieldProblem(pointer="/customPrompt", detail=sentence)
            raise Problem(409, "job_not_retryable", sentence, errors=[pointer])
        try:
            submitted = await services.retrier.retry(job, request.state.traceparent, body.custom_prompt)
        except RequestGone:
            sentence = f"What job {given_name(job.job_id)} was asked for is no longer kept; submit it anew."
            raise Problem(410, "job_pruned", sentence) from None
        return job_answer(services, request, await record_of(services, submitted), {})

    @router.post(
        "/jobs:retryFailed",
        status_code=202,
        response_model=JobsView,
        responses=problems(400, 413, 415, 422, 503),
        openapi_extra=_optional(RetryFailedBody),
        summary="Make every failed job again",
        description="Passes over those that were retried, or asked for again since. One call makes some"
        f" {MOST_RETRIED} jobs at the most; call again with `nextCursor` until it is null.",
    )
    async def retry_failed(request: Request) -> JSONResponse:
        body = await _read(request, RetryFailedBody)
        wanted = Wanted(owner_of(request), body.kind, show_id=body.show_id)
        retried = await services.retrier.retry_failed(wanted, request.state.traceparent, below_of(body.cursor))
        records = [await services.lookup.record_of(entry) for entry in retried.entries]
        jobs = [written(shown(services, request, record)) for record in records]
        return JSONResponse({"jobs": jobs, "nextCursor": next_cursor(retried.below)}, status_code=202)

    @router.delete(
        "/jobs/{id}",
        status_code=204,
        response_class=Response,
        responses=problems(404, 409, 410, 503),
        summary="Delete an ended job and its output",
    )
    async def delete(request: Request, job_id: JobIdPath) -> Response:
        try:
            await _finish(services, request, job_id)
            job = (await _settled(services, request, job_id)).entry.job
            if not job.done:
                sentence = f"Job {given_name(job.job_id)} is {job.status}; stop it first, or wait for its end."
                raise Problem(409, "job_active", sentence)
            gone = await services.deleter.delete(job)
        except StoreUnavailable as error:
            sentence = "Greenroom cannot reach its media store just now; try again in a moment."
            raise Problem(503, "unavailable", sentence, retry_after=_AGAIN_SOON) from error
        if not gone:
            name = given_name(job.job_id)
            sentence = f"Job {name} is being deleted, which takes longer than usual; ask again in a moment."
            raise Problem(503, "unavailable", sentence, retry_after=_AGAIN_SOON)
        return Response(status_code=204)

    return router


async def _settled(services: Services, request: Request, text: str) -> Record:
    """Return the job as its own log has it: a client that was just told of an end acts on it at once."""
    record = await find_job(services, request, text)
    return record if record.entry.job.done else await services.lookup.newest(record)


async def _finish(services: Services, request: Request, text: str) -> None:
    """Complete a deletion that was broken off before the output was gone."""
    try:
        found = await services.lookup.find(parse_job_id(text, owner_of(request)))
    except BadJobId:
        return
    if isinstance(found, Pruned):
        await services.deleter.finish(found.job)


async def _read(request: Request, model: type[B]) -> B:
    """Read a body that need not be there; raises :class:`Problem` 400, 413, 415 and 422."""
    if not _has_body(request):
        return model()
    data = parse_body(await read_json(request, MAX_BODY_BYTES))
    refuse_crowd(data)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise refusal(422, "invalid_request", wrong_fields(error, _SENTENCES)) from None


def _has_body(request: Request) -> bool:
    return "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
