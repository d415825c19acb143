"""``/healthz``, ``/readyz`` and ``/metrics``, the same in every process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from pydantic import BaseModel

from shared.http.server import listen, serving

_METRICS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

Ready = Callable[[], str | None]
"""Says what the process still waits for, None when it can do its work."""


class Health(BaseModel):
    """``status`` is ``ok``, ``ready`` or ``waiting``; ``detail`` says for what."""

    status: str
    detail: str | None = None


def health_router(ready: Ready, *metrics_too: CollectorRegistry) -> APIRouter:
    """Return the three routes; ``metrics_too`` are shown beside the process's own."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", response_model=Health, summary="The process is up")
    async def healthz() -> Health:
        return Health(status="ok")

    @router.get(
        "/readyz",
        response_model=Health,
        summary="NATS is reachable and the service can do its work",
        responses={503: {"model": Health, "description": "Not yet, or not just now"}},
    )
    async def readyz() -> JSONResponse:
        waiting_for = ready()
        health = Health(status="waiting" if waiting_for else "ready", detail=waiting_for)
        return JSONResponse(health.model_dump(), status_code=503 if waiting_for else 200)

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response, responses=_METRICS)
    async def metrics() -> Response:
        shown = b"".join(generate_latest(registry) for registry in (REGISTRY, *metrics_too))
        return Response(shown, media_type=CONTENT_TYPE_LATEST)

    return router


@asynccontextmanager
async def serving_health(port: int | None, ready: Ready) -> AsyncIterator[None]:
    """Serve only these routes while the context is open; nothing at all without a port. Raises ``PortBusy``."""
    if port is None:
        yield
        return
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(health_router(ready))
    # All interfaces: whoever probes it is outside the container.
    async with serving(app, listen("0.0.0.0", port, "HEALTH_PORT")):
        yield
