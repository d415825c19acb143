"""How a submit is answered: with the job whole, as it then stands, and where to ask about it next."""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from gateway.lookup import Pruned
from gateway.pacing import retry_after
from gateway.services import Services
from gateway.submission import Submitted
from shared.domain.ids import given_name
from shared.http.problem import Problem
from shared.ports.records import Record
from shared.views import JobView


async def record_of(services: Services, submitted: Submitted) -> Record:
    """Return the record of the job that answers a submit; raises :class:`Problem` 410 when it was pruned."""
    job = submitted.entry.job
    found = await services.lookup.find(job.job_id) if submitted.deduplicated and job.done else None
    if isinstance(found, Pruned):
        name = given_name(job.job_id)
        sentence = f"Job {name} ended and its record is no longer kept; choose another jobId for a new job."
        raise Problem(410, "job_pruned", sentence)
    return found or await services.lookup.record_of(submitted.entry)


def job_answer(services: Services, request: Request, record: Record, more: dict[str, str]) -> JSONResponse:
    """Return the answer to an accepted submit: 202 while the job is active, 200 once it has ended."""
    job, view = record.entry.job, shown(services, request, record)
    headers = {"Location": view.urls.self_, "Cache-Control": "private, no-cache"} | more
    pause = retry_after(job, services.clock.now())
    if pause is not None:
        headers["Retry-After"] = str(pause)
    return JSONResponse(written(view), status_code=status_of(record), headers=headers)


def shown(services: Services, request: Request, record: Record) -> JobView:
    """Return the whole representation."""
    return services.views(request).job(record)


def written(view: JobView) -> dict[str, Any]:
    """Return a representation as JSON data."""
    return view.model_dump(mode="json", by_alias=True)


def status_of(record: Record) -> int:
    """Return what a submit answered by this record says: 202 accepted, 200 done already."""
    return 200 if record.entry.job.done else 202
