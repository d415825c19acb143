"""The app factory: routes, errors, request ids and the page, over services that the wiring puts together."""

from collections.abc import Sequence
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse, Response

from gateway.door.document import install_document
from gateway.door.job_schemas import job_schemas
from gateway.door.limits import over_limit
from gateway.door.static import GuardedFiles
from gateway.door.surroundings import guard, surround
from gateway.quotas import OverLimit
from gateway.routes.app_door import app_router
from gateway.routes.changes import changes_router
from gateway.routes.deliveries import deliveries_router, describe_webhooks
from gateway.routes.docs import add_docs
from gateway.routes.events import events_router
from gateway.routes.hooks import hooks_router
from gateway.routes.jobs import jobs_router
from gateway.routes.listing import listing_router
from gateway.routes.media import media_router
from gateway.routes.models import models_router
from gateway.routes.queue import queue_router
from gateway.routes.submits import submits_router
from gateway.routes.timeline import timeline_router
from gateway.services import Services
from shared.http.health import Ready, health_router
from shared.http.meters import queue_metrics, show_number
from shared.http.problem import Problem, install_problem_handlers

_DESCRIPTION = "Character portraits and clips, generated in the background: post a job, poll until a URL appears."


_PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: https:{media}; media-src 'self' https:{media}; "
    "base-uri 'none'; form-action 'self'"
)


def make_app(
    services: Services, ready: Ready, webhook_secret: str | None = None, origins: Sequence[str] = ()
) -> FastAPI:
    """Return the gateway's app. ``webhook_secret`` is what Replicate signs its webhooks with, None for none.

    Pages of ``origins`` may call it from elsewhere.
    """
    app = FastAPI(title="Greenroom", version="1", description=_DESCRIPTION, docs_url=None, redoc_url=None)
    guard(app, services.keys, services.quotas)
    surround(app, origins)
    install_problem_handlers(app)
    _answer_over_limit(app)
    app.include_router(app_router(services))
    app.include_router(submits_router(services))
    app.include_router(models_router(services))
    app.include_router(listing_router(services))
    app.include_router(jobs_router(services))
    app.include_router(changes_router(services))
    app.include_router(timeline_router(services))
    app.include_router(deliveries_router(services))
    app.include_router(events_router(services))
    app.include_router(queue_router(services))
    app.include_router(hooks_router(services, webhook_secret))
    app.include_router(media_router(services.media))
    metrics = queue_metrics(services.queue.reporter.depths)
    show_number(metrics, "greenroom_live_clients", "Clients that listen or wait just now", services.live.clients)
    app.include_router(health_router(ready, metrics))
    _add_page(app, services.media.origin)
    add_docs(app)
    describe_webhooks(app)
    schemas = job_schemas(services.drafting.catalogue, services.webhooks)
    install_document(app, schemas, with_keys=services.keys is not None)
    return app


def starting_app(ready: Ready, origins: Sequence[str] = ()) -> FastAPI:
    """Return what answers until the gateway has reached NATS: health, and a clear 503 for everything else."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    surround(app, origins)
    install_problem_handlers(app)
    app.include_router(health_router(ready))

    @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "DELETE"], include_in_schema=False)
    async def not_yet(path: str) -> None:
        raise Problem(503, "unavailable", "Greenroom is starting; try again in a moment.", retry_after=2)

    return app


def _answer_over_limit(app: FastAPI) -> None:
    @app.exception_handler(OverLimit)
    async def on_over_limit(request: Request, error: OverLimit) -> Response:
        return over_limit(error).response(request.state.request_id)


def _add_page(app: FastAPI, media_origin: str | None) -> None:
    # Pictures come by a redirect to the media store, which may be plain http
    policy = _PAGE_POLICY.format(media=f" {media_origin}" if media_origin else "")

    @app.get("/", include_in_schema=False)
    async def page() -> RedirectResponse:
        return RedirectResponse("/page/")

    web = GuardedFiles(policy, directory=str(files("gateway") / "web"), html=True)
    # The page is many small modules as they were written, comments and all: packed they are a third
    app.mount("/page", GZipMiddleware(web, minimum_size=500), name="page")
