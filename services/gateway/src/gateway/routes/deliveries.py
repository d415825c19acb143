"""``GET /v1/jobs/{id}/deliveries``: each try to tell a job's webhook; and what a webhook is sent, for the document."""

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Request

from gateway.routes.jobs import JobIdPath, find_job
from gateway.services import Services
from shared.http.problem import problems
from shared.webhook_views import DeliveriesView, WebhookMessage

_TOLD: dict[int | str, dict[str, Any]] = {
    204: {"description": "Heard, as with any 2xx. All else is a failure, a redirect too, and is tried again for a day"},
    410: {"description": "Nothing more is wanted of this job: it is told no further"},
    "default": {"description": "A failure"},
}


def deliveries_router(services: Services) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @router.get("/{id}/deliveries", responses=problems(404, 410, 503), summary="Each try to tell the job's webhook")
    async def deliveries(request: Request, job_id: JobIdPath) -> DeliveriesView:
        job = (await find_job(services, request, job_id)).entry.job
        if job.webhook is None:
            return DeliveriesView(deliveries=[])
        return DeliveriesView.of((await services.deliveries.read(job.job_id, job.request)).log)

    return router


def describe_webhooks(app: FastAPI) -> None:
    """Say in the app's document what a job's webhook is sent."""

    @app.webhooks.post(
        "job",
        status_code=204,
        tags=["webhooks"],
        responses=_TOLD,
        operation_id="onJob",
        summary="A job came into a status",
    )
    async def job(
        message: WebhookMessage,
        webhook_id: Annotated[str, Header(description="The same at every try: what was seen already is a repeat.")],
        webhook_timestamp: Annotated[int, Header(description="When this try was made, in seconds since 1970.")],
        webhook_signature: Annotated[str, Header(description="By Standard Webhooks: `v1,…`, one for each secret.")],
    ) -> None:
        """Sent by `POST` to the `webhook.url` of a job, signed as [Standard Webhooks](https://www.standardwebhooks.com)
        says: verify it with one of its libraries and the secret that the operator gave you.
        """
