"""The control API, under ``/_emulator``: settings, outcomes, faults, and the ledger of what was created."""

import time
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.replicate_emulator.faults import Fault
from tests.support.replicate_emulator.predictions import Outcome, Prediction, stamp
from tests.support.replicate_emulator.schemas import Field, Schema
from tests.support.replicate_emulator.world import World


class Control:
    """The handlers over one world. What cannot be read is answered 400 with the reason."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/_emulator/settings", self._settings, methods=["POST"]),
            Route("/_emulator/outcomes", self._outcomes, methods=["POST"]),
            Route("/_emulator/faults", self._faults, methods=["POST", "DELETE"]),
            Route("/_emulator/models", self._models, methods=["POST"]),
            Route("/_emulator/crowd", self._crowd, methods=["POST"]),
            Route("/_emulator/creations", self._creations, methods=["GET"]),
            Route("/_emulator/calls", self._calls, methods=["GET"]),
            Route("/_emulator/files", self._files, methods=["GET"]),
            Route("/_emulator/finish", self._finish, methods=["POST"]),
            Route("/_emulator/reset", self._reset, methods=["POST"]),
        ]

    async def _settings(self, request: Request) -> Response:
        try:
            self._world.settings = self._world.settings.changed(await request.json())
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(asdict(self._world.settings))

    async def _outcomes(self, request: Request) -> Response:
        """The body is a list of outcomes; the newest go first."""
        try:
            self._world.outcomes[:0] = [Outcome(**each) for each in await request.json()]
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(status_code=204)

    async def _faults(self, request: Request) -> Response:
        """The body is a list of faults; DELETE takes back those still to strike."""
        if request.method == "DELETE":
            self._world.faults.clear()
            return Response(status_code=204)
        try:
            faults = [Fault(**each) for each in await request.json()]
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        for fault in faults:
            self._world.faults.add(fault)
        return Response(status_code=204)

    async def _models(self, request: Request) -> Response:
        """The body is ``{"owner/name": {"makes", "output", "inputs": {name: {"type", "required", "options"}}}}``."""
        for name, given in (await request.json()).items():
            inputs = {each: _field(fields) for each, fields in given["inputs"].items()}
            self._world.schemas[name] = Schema(given["makes"], given["output"], inputs)
        return Response(status_code=204)

    async def _crowd(self, request: Request) -> Response:
        """Make ``count`` predictions of ``model`` as though somebody else had asked for them; answers their ids."""
        given = await request.json()
        model, count = given["model"], given["count"]
        made = [self._world.create(model, {"prompt": f"Crowd {n}."}, by_version=False) for n in range(count)]
        return JSONResponse([each.id for each in made])

    async def _creations(self, request: Request) -> Response:
        """Every created prediction, oldest first; ``?prompt=`` keeps those whose prompt mentions it."""
        wanted = request.query_params.get("prompt", "")
        now = time.time()
        return JSONResponse([_entry(each, now) for each in self._world.created if wanted in each.prompt])

    async def _calls(self, request: Request) -> Response:
        """Every call that came in, oldest first; ``?on=`` keeps one sort."""
        wanted = request.query_params.get("on", "")
        return JSONResponse([asdict(each) for each in self._world.asked if wanted in ("", each.call)])

    async def _files(self, request: Request) -> Response:
        return JSONResponse(
            [{"id": each.id, "name": each.name, "size": len(each.data)} for each in self._world.files.values()]
        )

    async def _finish(self, request: Request) -> Response:
        """End every prediction that runs, as it was to end."""
        for each in self._world.created:
            each.finish(time.time())
        return Response(status_code=204)

    async def _reset(self, request: Request) -> Response:
        self._world.reset()
        return Response(status_code=204)


def _field(given: dict[str, Any]) -> Field:
    return Field(**(given | {"options": tuple(given.get("options", ()))}))


def _entry(prediction: Prediction, now: float) -> dict[str, Any]:
    return {
        "number": prediction.number,
        "id": prediction.id,
        "model": prediction.model,
        "byVersion": prediction.by_version,
        "input": dict(prediction.input),
        "prompt": prediction.prompt,
        "createdAt": stamp(prediction.created),
        "completedAt": stamp(ended) if (ended := prediction.ended(now)) is not None else None,
        "webhook": prediction.webhook,
        "cancelAfter": prediction.cancel_after,
        "status": prediction.status(now),
    }
