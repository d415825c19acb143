"""The second door's submits: one job, or many in one call."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from gateway.bodies import parse_body, read_json
from gateway.door.access import owner_of
from gateway.door.answering import job_answer, record_of, shown, status_of, written
from gateway.door.batches import MAX_BATCH_BYTES, each, items_of, split
from gateway.door.filing import file_draft
from gateway.door.idempotency import keyed, read_key, reused
from gateway.door.job_bodies import Door
from gateway.door.waiting import applied, wait_of
from gateway.drafts import Draft
from gateway.routes.presence import ClientLeft, while_there
from gateway.routes.submit_answers import BATCH, SUBMIT, BatchView
from gateway.services import Services
from gateway.submission import Submitted
from shared.domain.kinds import Kind
from shared.http.problem import Problem, as_problem
from shared.views import JobView


def submits_router(services: Services) -> APIRouter:
    """Return ``POST /v1/jobs/portrait``, ``POST /v1/jobs/video`` and ``POST /v1/jobs:batch``."""
    router = APIRouter(prefix="/v1", tags=["jobs"])
    reading = asyncio.Semaphore(1)

    @router.post("/jobs/portrait", response_model=JobView, summary="Ask for a portrait", **SUBMIT[Kind.PORTRAIT])
    async def portrait(request: Request) -> Response:
        return await _submit(services, request, Kind.PORTRAIT)

    @router.post("/jobs/video", response_model=JobView, summary="Ask for a clip", **SUBMIT[Kind.VIDEO])
    async def video(request: Request) -> Response:
        return await _submit(services, request, Kind.VIDEO)

    @router.post("/jobs:batch", response_model=BatchView, summary="Ask for up to a hundred at once", **BATCH)
    async def batch(request: Request) -> JSONResponse:
        if read_key(request.headers.getlist("idempotency-key")) is not None:
            raise Problem(400, "bad_request", "Idempotency-Key stands for one jobId; give each job a jobId instead.")
        raw = await read_json(request, MAX_BATCH_BYTES)
        # A large batch takes a while to read, and others are waiting for the loop. One at a time: as data it can be
        # thirty times as large as it came.
        async with reading:
            items = items_of(await asyncio.to_thread(parse_body, raw))
        results: list[dict[str, Any]] = [{} for _ in items]

        async def handle(index: int) -> None:
            results[index] = {"index": index, **await _result(services, request, items[index])}

        await each(items, handle)
        return JSONResponse({"results": results})

    return router


def _door(services: Services, request: Request) -> Door:
    bases = {services.base(request), str(request.base_url).rstrip("/")}
    return Door(services.drafting.catalogue, services.webhooks, bases, owner_of(request), request.state.traceparent)


async def _submit(services: Services, request: Request, kind: Kind) -> Response:
    key, wait = read_key(request.headers.getlist("idempotency-key")), wait_of(request)
    body = parse_body(await read_json(request))
    draft = keyed(_door(services, request).draft(kind, body), key)
    submitted = await _file(services, draft, key)
    more = {"Idempotency-Replayed": "true"} if key is not None and submitted.replayed else {}
    record = await record_of(services, submitted)
    if wait is not None:
        try:
            waited = await while_there(request, services.live.until_done(record, wait))
        except ClientLeft:
            return Response(status_code=204)
        record, more = waited.record, more | (applied(wait) if waited.honoured else {})
    return job_answer(services, request, record, more)


async def _file(services: Services, draft: Draft, key: str | None) -> Submitted:
    try:
        return await file_draft(services, draft)
    except Problem as problem:
        if key is not None and problem.code == "job_id_conflict":
            raise reused(key) from None
        raise


async def _result(services: Services, request: Request, item: Any) -> dict[str, Any]:
    try:
        kind, body = split(item)
        submitted = await file_draft(services, _door(services, request).draft(kind, body))
        record = await record_of(services, submitted)
    except Exception as error:
        problem = as_problem(error)
        if problem is None:
            raise
        return {"status": problem.status, "problem": problem.content(request.state.request_id)}
    return {"status": status_of(record), "job": written(shown(services, request, record))}
