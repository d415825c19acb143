"""Running the emulator: in a thread of the test's own process, reached over real HTTP."""

import contextlib
import threading
import time
from collections.abc import Iterator

import uvicorn

from tests.support.replicate_emulator.app import build
from tests.support.replicate_emulator.client import Emulator
from tests.support.replicate_emulator.world import Settings, World

# Seconds that an idle connection is kept. Longer than any client keeps one: with uvicorn's five, which are httpx's as
# well, a call can go out on a connection that is being closed, and is reset for nothing that a test is about.
IDLE = 75


def server(world: World, host: str, port: int) -> uvicorn.Server:
    """Return a server that has not been started."""
    config = uvicorn.Config(
        build(world),
        host=host,
        port=port,
        log_level="critical",
        lifespan="off",
        access_log=False,
        timeout_keep_alive=IDLE,
    )
    return uvicorn.Server(config)


@contextlib.contextmanager
def running(settings: Settings | None = None, port: int = 0) -> Iterator[Emulator]:
    """Run an emulator on a free port of the loopback; yields its control."""
    serving = server(World(settings), "127.0.0.1", port)
    thread = threading.Thread(target=serving.run, name="replicate-emulator", daemon=True)
    thread.start()
    try:
        while not serving.started:
            if not thread.is_alive():
                raise RuntimeError("the emulator did not start")
            time.sleep(0.005)
        host, actual = serving.servers[0].sockets[0].getsockname()[:2]
        with Emulator(f"http://{host}:{actual}") as emulator:
            yield emulator
    finally:
        # Held connections would keep a polite server waiting.
        serving.should_exit = serving.force_exit = True
        thread.join(10)
