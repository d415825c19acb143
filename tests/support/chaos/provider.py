"""The emulated provider as a process of its own, taking 0.2 to 3 s and failing one call in twenty in passing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.support.eventually import eventually
from tests.support.forking import FORKS, go_with_parent
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.server import server
from tests.support.replicate_emulator.world import Settings, World

TAKES = {"*": [0.2, 3.0]}

IN_PASSING: tuple[dict[str, Any], ...] = (
    {"on": "create", "status": 429, "headers": {"retry-after": "1"}, "chance": 0.02},
    {"on": "create", "status": 500, "chance": 0.01},
    {"on": "create", "status": 502, "after": True, "chance": 0.01},
    {"on": "create", "do": "cut", "after": True, "chance": 0.01},
    {"on": "get", "status": 503, "chance": 0.03},
    {"on": "get", "do": "cut", "chance": 0.02},
    {"on": "list", "status": 502, "chance": 0.05},
    {"on": "download", "status": 503, "chance": 0.03},
    {"on": "download", "do": "truncate", "size": 40, "chance": 0.02},
)
"""What goes wrong all the time: some creates are answered in error after they took effect, some before."""


def _serve(settings: Settings, port: int) -> None:
    go_with_parent()
    server(World(settings), "127.0.0.1", port).run()


@asynccontextmanager
async def provider(seed: int, *, failing: bool = True) -> AsyncIterator[Emulator]:
    """Yield the control of a running emulator."""
    port = free_port()
    process = FORKS.Process(target=_serve, args=(Settings(seed=seed), port), daemon=True)
    process.start()
    try:
        with Emulator(f"http://127.0.0.1:{port}") as emulator:
            await eventually(lambda: _answers(emulator), within=30)
            emulator.set(run=TAKES, boot={"*": [0.0, 0.05]})
            for fault in IN_PASSING if failing else ():
                emulator.fail(**fault, times=None)
            yield emulator
    finally:
        process.kill()
        process.join(10)


def _answers(emulator: Emulator) -> bool:
    try:
        return emulator.creations() == []
    except httpx.TransportError:
        return False
