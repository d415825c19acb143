"""The app factory: routes, errors, request ids and the page, over services that the wiring puts together."""

from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from gateway.routes.app_door import app_router
from gateway.routes.jobs import jobs_router
from gateway.routes.media import media_router
from gateway.services import Services
from shared.http.health import Ready, health_router
from shared.http.problem import ProblemBody, install_problem_handlers
from shared.http.request_ids import RequestIds

_DESCRIPTION = "Character portraits and clips, generated in the background: post a job, poll until a URL appears."


def make_app(services: Services, ready: Ready) -> FastAPI:
    """Return the gateway's app."""
    app = FastAPI(title="Greenroom", version="1", description=_DESCRIPTION)
    app.add_middleware(RequestIds)
    install_problem_handlers(app)
    app.include_router(app_router(services))
    app.include_router(jobs_router(services))
    app.include_router(media_router(services.media))
    app.include_router(health_router(ready))
    _add_page(app)
    _describe_problems(app)
    return app


def _add_page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def page() -> RedirectResponse:
        return RedirectResponse("/page/")

    app.mount("/page", StaticFiles(directory=str(files("gateway") / "web"), html=True), name="page")


def _describe_problems(app: FastAPI) -> None:
    made = app.openapi

    def openapi() -> dict[str, object]:
        document = made()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schema = ProblemBody.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas["ProblemBody"] = schema
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend its document
