"""The provider's webhooks: verified, deduplicated, answered at once, and believed only as a hint to look."""

from collections import OrderedDict

from fastapi import APIRouter, Request, Response
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from gateway.services import Services
from shared.domain.ids import BadJobId, read_job_id
from shared.http.problem import Problem, problems
from shared.ports.job_log import BusUnavailable
from shared.ports.records import Record

_MAX_BYTES = 4 * 1024 * 1024
_REMEMBERED = 10_000
_SIGNED_WITH = ("webhook-id", "webhook-timestamp", "webhook-signature")


class _Seen:
    """The ids of the deliveries taken lately: a repeat says nothing new."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def first_time(self, delivery: str) -> bool:
        """Whether this delivery was not taken before; remember it."""
        if delivery in self._ids:
            return False
        self._ids[delivery] = None
        if len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)
        return True


def hooks_router(services: Services, secret: str | None) -> APIRouter:
    """Return ``POST /hooks/replicate``; without a secret nothing can be verified, and it answers 404."""
    router = APIRouter(tags=["webhooks"])
    verifier = Webhook(secret) if secret else None
    seen = _Seen()

    @router.post(
        "/hooks/replicate", status_code=204, responses=problems(401, 404, 408, 413), summary="Replicate calls back"
    )
    async def replicate(request: Request, job: str = "") -> Response:
        if verifier is None:
            raise Problem(404, "not_found", "Webhooks are not set up here.")
        body = await _capped(request)
        try:
            verifier.verify(body, {name: request.headers.get(name, "") for name in _SIGNED_WITH})
        except (WebhookVerificationError, ValueError) as error:
            raise Problem(401, "bad_signature", "The webhook's signature does not fit its body.") from error
        if seen.first_time(request.headers["webhook-id"]):
            await _hint(services, job)
        return Response(status_code=204)

    return router


async def _capped(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BYTES:
            raise Problem(413, "too_large", "The webhook's body is too large.")
    return bytes(body)


async def _hint(services: Services, job: str) -> None:
    try:
        found = await services.lookup.find(read_job_id(job))
    except (BadJobId, BusUnavailable):
        # Polling finds out what this would have said.
        return
    if isinstance(found, Record) and found.entry.job.holder is not None:
        await services.hints.nudge(found.entry.job.holder, found.entry.job.job_id)
