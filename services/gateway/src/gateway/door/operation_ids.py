"""What each operation is called in the OpenAPI document: the names of functions in clients that are made from it.

They are spelled here and nowhere else, so that renaming a function of ours renames none of theirs.
"""

from collections.abc import Mapping

OPERATION_IDS: Mapping[str, str] = {
    "POST /api/characters/portrait": "appSubmitPortrait",
    "POST /api/characters/video": "appSubmitVideo",
    "GET /api/characters/portrait/status": "appPortraitStatus",
    "GET /api/characters/video/status": "appVideoStatus",
    "POST /v1/jobs/portrait": "submitPortrait",
    "POST /v1/jobs/video": "submitVideo",
    "POST /v1/jobs:batch": "submitBatch",
    "GET /v1/models": "listModels",
    "GET /v1/jobs": "listJobs",
    "GET /v1/jobs/{id}": "getJob",
    "POST /v1/jobs/{id}/cancel": "cancelJob",
    "POST /v1/jobs/{id}/retry": "retryJob",
    "POST /v1/jobs:retryFailed": "retryFailedJobs",
    "DELETE /v1/jobs/{id}": "deleteJob",
    "GET /v1/jobs/{id}/timeline": "getTimeline",
    "GET /v1/jobs/{id}/deliveries": "listDeliveries",
    "GET /v1/jobs/{id}/events": "listenToJob",
    "GET /v1/events": "listenToJobs",
    "GET /v1/queue": "getQueue",
    "GET /media/{name}": "getMedia",
    "HEAD /media/{name}": "headMedia",
    "POST /hooks/replicate": "receiveReplicateWebhook",
    "GET /healthz": "getHealth",
    "GET /readyz": "getReadiness",
    "GET /metrics": "getMetrics",
}
"""By method and path."""
