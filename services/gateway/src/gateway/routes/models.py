"""``GET /v1/models``: what can be asked for here."""

import hashlib
import json

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.door.describing import ETAG, header, in_header
from gateway.door.model_views import ModelsView, models_view
from gateway.services import Services
from shared.http.ranges import none_match

_CACHE = "private, max-age=300"
_HEADERS = {**ETAG, "Cache-Control": header("It changes only when the gateway starts anew")}
_IF_NONE_MATCH = in_header("If-None-Match", "Validators of copies already held", type="string")


def models_router(services: Services) -> APIRouter:
    """Return the route; the catalogue does not change while the process runs, so its answer is made once."""
    router = APIRouter(prefix="/v1", tags=["models"])
    view = models_view(services.drafting.catalogue, services.drafting.deadline_seconds)
    body = json.dumps(view.model_dump(mode="json", by_alias=True), ensure_ascii=False).encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"', "Cache-Control": _CACHE}

    @router.get(
        "/models",
        response_model=ModelsView,
        responses={
            200: {"description": "The catalogue", "headers": _HEADERS},
            304: {"description": "Nothing changed since If-None-Match", "headers": _HEADERS},
        },
        openapi_extra={"parameters": [_IF_NONE_MATCH]},
        summary="What can be asked for",
    )
    async def models(request: Request) -> Response:
        given = ", ".join(request.headers.getlist("if-none-match"))
        if not none_match(given or None, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return router
