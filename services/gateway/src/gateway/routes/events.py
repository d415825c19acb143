"""Listening: server-sent events of one job, of a show, or of everything."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from gateway.door.access import owner_of, still_let_in
from gateway.door.describing import event_stream, job_event
from gateway.live_fanout import Interest
from gateway.live_streams import Told
from gateway.routes.event_stream import EventStream, frames
from gateway.routes.jobs import JobIdPath, find_job
from gateway.services import Services
from shared.http.problem import problems

_POSITION = re.compile(r"[0-9]{1,18}")

_OF_JOB: dict[int | str, dict[str, Any]] = {
    200: event_stream("Events, each the whole job, until it has ended", job_event())
}
_OF_ALL: dict[int | str, dict[str, Any]] = {
    200: event_stream("Events, each a whole job, for as long as the client listens", job_event("hello"))
}
_OVER: dict[int | str, dict[str, Any]] = {204: {"description": "The job ended, and Last-Event-ID says you know how"}}

Resume = Annotated[
    str | None,
    Header(alias="Last-Event-ID", description="The id of the last event you have; what came since is told first."),
]
ShowId = Annotated[
    str | None,
    Query(alias="showId", min_length=1, max_length=256, description="Only this show's jobs; else all of yours."),
]


def events_router(services: Services) -> APIRouter:
    """Return ``GET /v1/jobs/{id}/events`` and ``GET /v1/events``."""
    router = APIRouter(prefix="/v1", tags=["events"])

    @router.get(
        "/jobs/{id}/events",
        status_code=200,
        response_class=EventStream,
        responses={**_OF_JOB, **_OVER, **problems(404, 410, 503)},
        summary="Listen to a job",
    )
    async def job_events(request: Request, job_id: JobIdPath, last_event_id: Resume = None) -> Response:
        record = await services.lookup.newest(await find_job(services, request, job_id))
        after = await services.streams.known(position(last_event_id))
        if record.entry.job.done and after is not None and after >= record.entry.revision:
            return Response(status_code=204)
        return _stream(services, request, services.streams.of_job(record, after))

    @router.get(
        "/events",
        status_code=200,
        response_class=EventStream,
        responses={**_OF_ALL, **problems(422, 503)},
        summary="Listen to a show, or to everything",
    )
    async def events(request: Request, show_id: ShowId = None, last_event_id: Resume = None) -> Response:
        interest = Interest(owner_of(request), show_id=show_id)
        return _stream(services, request, services.streams.of_all(interest, position(last_event_id)))

    return router


def _stream(services: Services, request: Request, told: AsyncGenerator[Told, None]) -> EventStream:
    return EventStream(frames(_while_let_in(told, request), services.views(request), services.base(request)))


async def _while_let_in(told: AsyncGenerator[Told, None], request: Request) -> AsyncGenerator[Told, None]:
    """Yield what is told until the key is withdrawn; at the latest the next keep-alive finds that out."""
    async with aclosing(told):
        async for each in told:
            if not still_let_in(request):
                return
            yield each


def position(last_event_id: str | None) -> int | None:
    """Return the position that a ``Last-Event-ID`` names; what is none of ours is no position at all.

    A browser sends whatever id it saw last, and would give up for good if it were refused for it.
    """
    return int(last_event_id) if last_event_id and _POSITION.fullmatch(last_event_id) else None
