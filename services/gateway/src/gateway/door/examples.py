"""What the OpenAPI document shows: calls that can be tried as they are, and the answers they get."""

from http import HTTPStatus
from typing import Any

from shared.http.problem import FieldProblem, Problem

_SHOW = {
    "show_title": "Low Tide Hotel",
    "show_logline": "A hotel that stands on the beach only while the sea is out.",
    "production_style": {"medium": "gouache animation", "visual_treatment": "wet paper, soft edges"},
}
_CHARACTER = {
    "character": "Mira",
    "look": {"hair": {"style": "short bob", "color": "silver"}, "wardrobe": {"summary": "a yellow raincoat"}},
}

PORTRAIT: dict[str, Any] = {
    "show": _SHOW,
    "character": _CHARACTER,
    "showId": "low-tide-hotel",
    "characterId": "mira",
    "imageModel": "flux",
    "metadata": {"page": "cast"},
}

VIDEO: dict[str, Any] = {
    "show": _SHOW,
    "character": {**_CHARACTER, "showcase_scene_prompt": "Mira walks the pier as the tide comes in."},
    "portraitUrl": "https://example.com/mira.png",
    "showId": "low-tide-hotel",
    "characterId": "mira",
    "modelId": "google/veo-3.1",
    "seconds": 8,
    "aspectRatio": "landscape",
    "resolution": "720p",
    "deadlineSeconds": 600,
}

_STRICT = ("metadata", "deadlineSeconds")

APP_PORTRAIT = {name: value for name, value in PORTRAIT.items() if name not in _STRICT}
APP_VIDEO = {name: value for name, value in VIDEO.items() if name not in _STRICT}

BATCH: dict[str, Any] = {"jobs": [{"kind": "portrait", **PORTRAIT}, {"kind": "video", **VIDEO, "jobId": "mira-clip-1"}]}

_HERE = "https://greenroom.example/v1/jobs/mira-1"

QUEUED: dict[str, Any] = {
    "jobId": "mira-1",
    "kind": "portrait",
    "status": "starting",
    "stage": "queued",
    "done": False,
    "progress": None,
    "detail": None,
    "outputUrl": None,
    "output": None,
    "error": None,
    "showId": "low-tide-hotel",
    "characterId": "mira",
    "characterName": "Mira",
    "model": "flux",
    "settings": {},
    "provider": None,
    "attempt": 0,
    "retryOf": None,
    "queuePosition": 3,
    "eta": "2026-11-23T19:57:10Z",
    "createdAt": "2026-11-23T19:55:16.777667Z",
    "startedAt": None,
    "updatedAt": "2026-11-23T19:55:16.777667Z",
    "completedAt": None,
    "deadline": "2026-11-23T20:10:16.777667Z",
    "expiresAt": None,
    "metadata": {"page": "cast"},
    "urls": {
        "self": _HERE,
        "cancel": f"{_HERE}/cancel",
        "retry": f"{_HERE}/retry",
        "events": f"{_HERE}/events",
        "timeline": f"{_HERE}/timeline",
    },
}

SUCCEEDED: dict[str, Any] = {
    **QUEUED,
    "status": "succeeded",
    "stage": None,
    "done": True,
    "progress": 100,
    "outputUrl": "https://greenroom.example/media/9c1ddd9475e34aa1825a7e6ccbdd548d.png",
    "output": {
        "contentType": "image/png",
        "bytes": 1482113,
        "sha256": "f50f1e172eb360fd54757847ca9ca8c6b8b89b2208e5d5117c19f50a389d262e",
        "width": 768,
        "height": 1376,
        "durationSeconds": None,
    },
    "provider": "replicate",
    "attempt": 1,
    "queuePosition": None,
    "eta": None,
    "startedAt": "2026-11-23T19:55:44.341400Z",
    "updatedAt": "2026-11-23T19:56:21.898515Z",
    "completedAt": "2026-11-23T19:56:21.898515Z",
    "expiresAt": "2026-11-23T20:26:21.898515Z",
}

_NO_MODEL = "There is no portrait model 'dall-e'; choose one of nano-banana-pro, flux, gpt-image, seedream."


def _problem(status: int, code: str, sentence: str, *, pointer: str | None = None) -> dict[str, Any]:
    wrong = [] if pointer is None else [FieldProblem(pointer=pointer, detail=sentence)]
    retry_after = {HTTPStatus.TOO_MANY_REQUESTS: 4, HTTPStatus.SERVICE_UNAVAILABLE: 2}.get(HTTPStatus(status))
    return Problem(status, code, sentence, retry_after=retry_after, errors=wrong).content("0db4e2a115be5a3f")


PROBLEMS: dict[int, dict[str, Any]] = {
    status: _problem(status, *told)
    for status, told in {
        400: ("bad_request", "The body must be a JSON object."),
        401: ("unauthorized", "This call needs a key: send it as `Authorization: Bearer …`."),
        403: ("read_only", "This key may only look; ask with one that may start and stop jobs."),
        408: ("too_slow", "The body came too slowly; send the request again, all at once."),
        429: ("rate_limited", "This key's owner may submit 600 jobs a minute; try again in 4 s."),
        404: ("job_not_found", "There is no such job."),
        410: ("job_pruned", "Job mira-1 ended and its record is no longer kept."),
        413: ("too_large", "show and character are 300 KiB together; at most 256 KiB are taken."),
        415: ("unsupported_media_type", "The body must be JSON, and its Content-Type must say so: application/json."),
        416: ("range_unsatisfiable", "The file has 1474 bytes, and none of them is in the range asked for."),
        503: ("unavailable", "Greenroom cannot reach its job store just now; nothing was lost, try again in a moment."),
    }.items()
}
PROBLEMS[409] = _problem(
    409, "job_id_conflict", "jobId mira-1 was already used for another request; choose a new one.", pointer="/jobId"
)
PROBLEMS[422] = _problem(422, "invalid_request", _NO_MODEL, pointer="/imageModel")

BATCH_ANSWER: dict[str, Any] = {
    "results": [{"index": 0, "status": 202, "job": QUEUED}, {"index": 1, "status": 422, "problem": PROBLEMS[422]}]
}

ANSWERS: dict[str, Any] = {
    "JobView": SUCCEEDED,
    "JobsView": {"jobs": [QUEUED], "nextCursor": "000000000000018"},
    "Accepted": {"jobId": "mira-1", "status": "starting"},
    "StatusView": {
        "status": "succeeded",
        "detail": None,
        "outputUrl": SUCCEEDED["outputUrl"],
        "stage": None,
        "progress": 100,
        "queuePosition": None,
    },
    "BatchView": BATCH_ANSWER,
    "Health": {"status": "ok", "detail": None},
}
"""By the name of an answer's schema, an answer as it is given."""

PENDING: dict[str, Any] = {"JobView": QUEUED}
"""The same, where the answer is 202."""
