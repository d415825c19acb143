"""What the OpenAPI document shows: calls that can be tried as they are, and the answers they get."""

from typing import Any

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

UNKNOWN_MODEL: dict[str, Any] = {
    "type": "about:blank",
    "title": "Unprocessable Content",
    "status": 422,
    "detail": "There is no portrait model 'dall-e'; choose one of nano-banana-pro, flux, gpt-image, seedream.",
    "code": "invalid_request",
    "error": "There is no portrait model 'dall-e'; choose one of nano-banana-pro, flux, gpt-image, seedream.",
    "retryable": False,
    "requestId": "0db4e2a115be5a3f",
    "errors": [
        {
            "pointer": "/imageModel",
            "detail": "There is no portrait model 'dall-e'; choose one of nano-banana-pro, flux, gpt-image, seedream.",
        }
    ],
}

BATCH_ANSWER: dict[str, Any] = {
    "results": [{"index": 0, "status": 202, "job": QUEUED}, {"index": 1, "status": 422, "problem": UNKNOWN_MODEL}]
}
