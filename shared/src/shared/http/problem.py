"""Errors as problem details (RFC 9457), each with one sentence for people in ``error``."""

import math
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.ports.job_log import BusFull, BusUnavailable, TooLarge

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
_RETRY_AFTER = 2.0


class FieldProblem(BaseModel):
    """One wrong field: where it is (a JSON pointer) and what is wrong with it."""

    pointer: str
    detail: str


class ProblemBody(BaseModel):
    """What every error answer looks like. ``error`` is one sentence for people, ``code`` is for programs."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    error: str
    retryable: bool
    request_id: str | None = None
    errors: list[FieldProblem] = Field(default_factory=list)


class Problem(Exception):
    """An answer that is an error. ``retry_after`` is in seconds and makes it retryable."""

    def __init__(
        self,
        status: int,
        code: str,
        error: str,
        *,
        retry_after: float | None = None,
        errors: list[FieldProblem] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.code = code
        self.error = error
        self.retry_after = retry_after
        self.errors = errors or []
        self.headers = headers or {}

    def body(self, request_id: str | None) -> ProblemBody:
        """Return the answer's body."""
        return ProblemBody(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.error,
            code=self.code,
            error=self.error,
            retryable=self.retry_after is not None,
            request_id=request_id,
            errors=self.errors,
        )

    def content(self, request_id: str | None) -> dict[str, Any]:
        """Return the answer's body as JSON data."""
        return self.body(request_id).model_dump(by_alias=True, exclude_none=True)

    def response(self, request_id: str | None) -> JSONResponse:
        """Return the answer."""
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        return JSONResponse(
            self.content(request_id),
            status_code=self.status,
            headers=headers,
            media_type=PROBLEM_JSON,
        )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare error answers for OpenAPI."""
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    content = {PROBLEM_JSON: {"schema": schema}}
    retry = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        | ({"headers": retry} if status in (429, 503) else {})
        for status in statuses
    }


_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_OF_FILES = "GET, HEAD"
_SENTENCES = {404: "There is nothing at this address.", 405: "This address does not take that method."}


def _from_bus(error: Exception) -> Problem:
    if isinstance(error, TooLarge):
        return Problem(413, "too_large", "The request is too large to be stored; send smaller documents.")
    if isinstance(error, BusFull):
        return Problem(503, "no_capacity", "Greenroom has no room for more jobs just now.", retry_after=10)
    sentence = "Greenroom cannot reach its job store just now; nothing was lost, try again in a moment."
    return Problem(503, "unavailable", sentence, retry_after=_RETRY_AFTER)


def as_problem(error: Exception) -> Problem | None:
    """Return what answers a call that ended in ``error``; None for one that only a bug explains."""
    if isinstance(error, Problem):
        return error
    return _from_bus(error) if isinstance(error, BusUnavailable | TooLarge) else None


def _from_validation(error: RequestValidationError) -> Problem:
    fields = [
        FieldProblem(pointer="/" + "/".join(str(part) for part in item["loc"]), detail=item["msg"])
        for item in error.errors()
    ]
    first = fields[0] if fields else FieldProblem(pointer="", detail="It cannot be read")
    return Problem(422, "invalid_request", f"{first.pointer.lstrip('/')}: {first.detail}.", errors=fields)


def _allowed(request: Request) -> str | None:
    """Return the methods that the document has for this address, None for none.

    Of several routes for one address, the one that refused knows only its own.
    """
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    here: str = request.scope["path"]
    found = paths.get(here) or next((methods for path, methods in paths.items() if _matches(path, here)), {})
    return ", ".join(method.upper() for method in found) or None


def _matches(template: str, path: str) -> bool:
    return compile_path(template)[0].match(path) is not None


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of ``app``, FastAPI's own included, answer as a problem."""

    def answer(request: Request, problem: Problem) -> Response:
        return problem.response(getattr(request.state, "request_id", None))

    @app.exception_handler(Problem)
    async def on_problem(request: Request, problem: Problem) -> Response:
        return answer(request, problem)

    @app.exception_handler(BusUnavailable)
    async def on_bus(request: Request, error: BusUnavailable) -> Response:
        log.warning("Answered 503", action="unavailable", path=request.url.path, error=str(error))
        return answer(request, _from_bus(error))

    @app.exception_handler(TooLarge)
    async def on_too_large(request: Request, error: TooLarge) -> Response:
        return answer(request, _from_bus(error))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        sentence = _SENTENCES.get(error.status_code, str(error.detail))
        code = _CODES.get(error.status_code, "error")
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = _allowed(request) or headers.get("Allow", _OF_FILES)
        return answer(request, Problem(error.status_code, code, sentence, headers=headers))

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> Response:
        return answer(request, _from_validation(error))

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> Response:
        response = _of_bug(request.url.path, getattr(request.state, "request_id", None), error)
        # What answers for a bug stands outside the middleware that puts the id on every other answer.
        if request_id := getattr(request.state, "request_id", None):
            response.headers["X-Request-ID"] = request_id
        return response


def _of_bug(path: str, request_id: str | None, error: Exception) -> Response:
    log.error("A request broke", action="request_broken", path=path, exc_info=error)
    return Problem(500, "internal", "Something in Greenroom broke; it was logged.").response(request_id)


class Bugs:
    """ASGI middleware, the innermost: answers for a bug here, so that all that stands around it treats that answer too.

    An app's own handler of bugs stands outside all middleware, whose headers its answers would lack.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            request_id = scope.get("state", {}).get("request_id")
            await _of_bug(scope["path"], request_id, error)(scope, receive, send)
