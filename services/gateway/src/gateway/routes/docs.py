"""``/docs``: the OpenAPI document made readable, from files of our own: it needs no internet and lets nothing in."""

from importlib.resources import files

from fastapi import FastAPI
from fastapi.responses import FileResponse

from gateway.door.static import GuardedFiles

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def add_docs(app: FastAPI) -> None:
    """Serve the page, its few lines and Swagger UI, as its wheel brings it. The app must have no docs of its own."""
    pages = str(files("gateway") / "reference")
    own = GuardedFiles(_POLICY, directory=pages)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(f"{pages}/index.html", headers=own.headers)

    app.mount("/docs/swagger", GuardedFiles(_POLICY, directory=str(files("fastapi_swagger") / "resources")))
    app.mount("/docs", own)
