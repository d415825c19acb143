"""What the second door's submits take and answer, as the OpenAPI document tells it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.door import examples
from gateway.door.batches import MAX_BATCH_BYTES, MAX_ITEMS
from gateway.door.describing import RETRY_AFTER, Described, answer, header, in_header, json_body
from gateway.door.idempotency import MAX_KEY
from gateway.door.job_schemas import NAMES
from shared.domain.kinds import Kind
from shared.http.problem import ProblemBody, problems
from shared.views import JobView, View


class JobResult(View):
    """An entry that was accepted, or had been before: 202, or 200 when its job has ended."""

    index: Annotated[int, Field(ge=0, lt=MAX_ITEMS)]
    status: Literal[200, 202]
    job: JobView


class ProblemResult(View):
    """An entry that was refused, with what it would have been answered alone."""

    index: Annotated[int, Field(ge=0, lt=MAX_ITEMS)]
    status: Annotated[int, Field(ge=400, le=599)]
    problem: ProblemBody


class BatchView(View):
    """A result for each entry, in their order."""

    results: list[JobResult | ProblemResult]


_KEY = in_header(
    "Idempotency-Key",
    "Stands for jobId: the same key and content is the same job, however often it is sent.",
    type="string",
    minLength=1,
    maxLength=MAX_KEY,
    pattern=r"^[!-~]+$",
)
_PREFER = in_header(
    "Prefer", "`wait=n` asks to be answered when the job has ended, or after n seconds, at most 60.", type="string"
)

_HEADERS: Described = {
    "Location": header("The job's address", type="string", format="uri"),
    "Cache-Control": header("A job is its owner's alone, and changes"),
    "Idempotency-Replayed": header("The key was used before: no new job was made", required=False, const="true"),
    "Preference-Applied": header("How long the answer would have waited", required=False),
}

_PLAIN: Mapping[Kind, dict[str, Any]] = {Kind.PORTRAIT: examples.PORTRAIT, Kind.VIDEO: examples.VIDEO}


def _submit(kind: Kind) -> dict[str, Any]:
    body = json_body(NAMES[kind], **{f"A_{kind}": _PLAIN[kind]})
    accepted = answer("The job was accepted, or is running", headers=_HEADERS | RETRY_AFTER)
    done = answer("The job that answers has ended already", headers=_HEADERS)
    return {
        "status_code": 202,
        "responses": {202: accepted, 200: {**done, "model": JobView}, **problems(400, 409, 410, 413, 415, 422, 503)},
        "openapi_extra": {**body, "parameters": [_KEY, _PREFER]},
    }


SUBMIT: Mapping[Kind, dict[str, Any]] = {kind: _submit(kind) for kind in Kind}
"""By kind, the arguments of its route."""

BATCH: dict[str, Any] = {
    "description": "Each entry is a job's body with its `kind`, and is answered for itself: the pointers in its problem"
    f" start at the entry. The whole is at most {MAX_BATCH_BYTES // 1024 // 1024} MiB, an entry as large as one alone.",
    "responses": {
        200: answer("A result for each entry, in their order"),
        **problems(400, 413, 415, 422, 503),
    },
    "openapi_extra": json_body("BatchBody", A_portrait_and_a_clip=examples.BATCH),
}
"""The arguments of the batch's route."""
