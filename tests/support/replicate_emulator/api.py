"""Replicate's own routes: predictions, files, deliveries."""

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.support.replicate_emulator import schemas
from tests.support.replicate_emulator.faults import Fault
from tests.support.replicate_emulator.media import render
from tests.support.replicate_emulator.multipart import parts
from tests.support.replicate_emulator.predictions import Prediction, document, lifetime
from tests.support.replicate_emulator.webhooks import Webhooks
from tests.support.replicate_emulator.wire import cut
from tests.support.replicate_emulator.world import World


class Api:
    """The handlers over one world."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        self._world = world
        self._webhooks = webhooks

    def routes(self) -> list[Route]:
        """Return the routes; each one's name is the call as faults and the log know it."""
        return [
            Route("/v1/models/{owner}/{model}/predictions", self._create_by_model, methods=["POST"], name="create"),
            Route("/v1/predictions", self._create_by_version, methods=["POST"], name="create"),
            Route("/v1/predictions", self._list, methods=["GET"], name="list"),
            Route("/v1/predictions/{id}", self._get, methods=["GET"], name="get"),
            Route("/v1/predictions/{id}/cancel", self._cancel, methods=["POST"], name="cancel"),
            Route("/v1/files", self._upload, methods=["POST"], name="upload"),
            Route("/v1/files/{id}", self._file, methods=["GET"], name="file"),
            Route("/v1/files/{id}", self._delete, methods=["DELETE"], name="file"),
            Route("/v1/webhooks/default/secret", self._secret, methods=["GET"], name="get"),
            Route("/delivery/{id}/{name}", self._download, methods=["GET"], name="download"),
        ]

    async def _create_by_model(self, request: Request) -> Response:
        model = f"{request.path_params['owner']}/{request.path_params['model']}"
        return await self._create(request, await _json(request), model, by_version=False)

    async def _create_by_version(self, request: Request) -> Response:
        body = await _json(request)
        model = self._world.model_of_version(str(body.get("version"))) if isinstance(body, dict) else None
        if isinstance(body, dict) and model is None:
            detail = "The specified version does not exist (or perhaps you don't have permission to use it?)"
            return _problem(422, detail, "Invalid version or not permitted")
        return await self._create(request, body, model or "", by_version=True)

    async def _create(self, request: Request, body: Any, model: str, *, by_version: bool) -> Response:
        given = body.get("input") if isinstance(body, dict) else None
        prompt = str(given.get("prompt", "")) if isinstance(given, dict) else ""

        async def act() -> Response:
            return await self._accept(request, body, model, by_version=by_version)

        return await self._faulty("create", prompt, request, act)

    async def _accept(self, request: Request, body: Any, model: str, *, by_version: bool) -> Response:
        if not isinstance(body, dict):
            return _problem(400, "The request body could not be read as JSON.", "Bad Request")
        schema = self._world.schemas.get(model)
        if schema is None:
            return _problem(404, "The requested resource could not be found.")
        given: Any = body.get("input")
        if faults := [*schemas.faults_in(schema, given), *self._key_missing(model, given)]:
            return JSONResponse(schemas.problem(faults), 422)
        try:
            after = request.headers.get("cancel-after")
            cancel_after = lifetime(after) if after is not None else None
        except ValueError as error:
            return _problem(400, f"Cancel-After: {error}", "Bad Request")
        prediction = self._world.create(
            model,
            given,
            by_version=by_version,
            webhook=body.get("webhook"),
            webhook_events=tuple(body.get("webhook_events_filter") or ("start", "output", "logs", "completed")),
            cancel_after=cancel_after,
        )
        self._webhooks.watch(prediction, _base(request))
        await self._wait(prediction, request.headers.get("prefer", ""))
        return JSONResponse(self._document(prediction, request), 201)

    def _key_missing(self, model: str, given: Any) -> list[dict[str, str]]:
        wanted = self._world.settings.openai_key_required and model == "openai/gpt-image-1"
        if not wanted or (isinstance(given, dict) and "openai_api_key" in given):
            return []
        return [{"type": "required", "field": "input", "description": "openai_api_key is required"}]

    async def _wait(self, prediction: Prediction, prefer: str) -> None:
        if prefer.startswith("wait"):
            await prediction.over(float(prefer.partition("=")[2] or 60))

    async def _list(self, request: Request) -> Response:
        async def act() -> Response:
            found, following = self._world.page(_cursor(request.query_params.get("cursor")))
            here = f"{_base(request)}/v1/predictions"
            return JSONResponse(
                {
                    "previous": None,
                    "next": f"{here}?cursor={_encoded(following)}" if following else None,
                    "results": [self._document(each, request, listed=True) for each in found],
                }
            )

        return await self._faulty("list", request.url.path, request, act)

    async def _get(self, request: Request) -> Response:
        async def act() -> Response:
            prediction = self._world.predictions.get(request.path_params["id"])
            return JSONResponse(self._document(prediction, request)) if prediction else _not_found()

        return await self._faulty("get", request.url.path, request, act)

    async def _cancel(self, request: Request) -> Response:
        async def act() -> Response:
            prediction = self._world.predictions.get(request.path_params["id"])
            if prediction is None:
                return _not_found()
            prediction.cancel(time.time())
            return JSONResponse(self._document(prediction, request))

        return await self._faulty("cancel", request.url.path, request, act)

    async def _upload(self, request: Request) -> Response:
        body = await request.body()

        async def act() -> Response:
            content = parts(request.headers.get("content-type", ""), body).get("content")
            if content is None:
                return _problem(400, "Missing content")
            return JSONResponse(self._world.keep(*content).document(_base(request)), 201)

        return await self._faulty("upload", request.url.path, request, act)

    async def _file(self, request: Request) -> Response:
        async def act() -> Response:
            file = self._world.files.get(request.path_params["id"])
            return JSONResponse(file.document(_base(request))) if file else _not_found()

        return await self._faulty("file", request.url.path, request, act)

    async def _delete(self, request: Request) -> Response:
        gone = self._world.files.pop(request.path_params["id"], None)
        return Response(status_code=204) if gone else _not_found()

    async def _secret(self, request: Request) -> Response:
        return JSONResponse({"key": self._world.settings.webhook_secret})

    async def _download(self, request: Request) -> Response:
        async def act() -> Response:
            prediction = self._world.predictions.get(request.path_params["id"])
            if prediction is None or prediction.removed(time.time()):
                return Response("Not Found", 404)
            data, content_type, _ = render(prediction.schema.makes, prediction.input, prediction.id)
            return Response(data, media_type=content_type)

        return await self._faulty("download", request.url.path, request, act)

    async def _faulty(
        self, call: str, mentions: str, request: Request, act: Callable[[], Awaitable[Response]]
    ) -> Response:
        fault = self._world.faults.take(call, mentions)
        if fault is None:
            return await act()
        if fault.do == "dawdle":
            await asyncio.sleep(fault.seconds)
            return await act()
        answer = await act() if fault.after or fault.do == "truncate" else None
        return await _strike(fault, request, answer)

    def _document(self, prediction: Prediction, request: Request, *, listed: bool = False) -> Mapping[str, Any]:
        base = _base(request)
        return document(prediction, time.time(), base, self._world.output(prediction, base), listed=listed)


async def _strike(fault: Fault, request: Request, answer: Response | None) -> Response:
    match fault.do:
        case "hang":
            await asyncio.sleep(fault.seconds)
            await cut(request.scope)
        case "cut":
            await cut(request.scope)
        case "truncate" if answer is not None:
            whole = bytes(answer.body)
            headers = {"content-length": str(len(whole))}
            return StreamingResponse(_broken_off(request, whole[: fault.size]), headers=headers)
        case "replace":
            return StreamingResponse(_repeated(str(fault.body or "x").encode(), fault.size))
    if isinstance(fault.body, str):
        return Response(fault.body, fault.status, fault.headers)
    return JSONResponse(
        {"detail": "On order.", "status": fault.status} | (fault.body or {}), fault.status, fault.headers
    )


async def _broken_off(request: Request, start: bytes) -> Any:
    yield start
    # Let what was sent leave before the line goes dead.
    await asyncio.sleep(0.05)
    await cut(request.scope)


async def _repeated(what: bytes, size: int) -> Any:
    block = what * max(1, 65_536 // len(what))
    for start in range(0, size, len(block)):
        yield block[: size - start]


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        return None


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _problem(status: int, detail: str, title: str | None = None) -> JSONResponse:
    return JSONResponse(({"title": title} if title else {}) | {"detail": detail, "status": status}, status)


def _not_found() -> JSONResponse:
    return _problem(404, "The requested resource could not be found.")


def _encoded(cursor: int) -> str:
    return base64.urlsafe_b64encode(f"p={cursor}".encode()).decode().rstrip("=")


def _cursor(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().removeprefix("p="))
    except (ValueError, binascii.Error):
        return None
