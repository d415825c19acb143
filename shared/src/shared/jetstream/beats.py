"""Keeping deliveries alive from a thread with its own loop and connection, which a busy main loop cannot starve."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import structlog
from nats.aio.client import Client

from shared.jetstream.connection import connected
from shared.jetstream.faults import translated
from shared.jetstream.server import Server
from shared.ports.job_log import BusUnavailable
from shared.tasks import stop

log = structlog.get_logger()

IN_PROGRESS = b"+WPI"
_AT_ONCE = 256


async def renew(client: Client, reply: str, timeout: float) -> float:
    """Tell JetStream that a delivery is being worked on and wait for its answer.

    Returns the monotonic time of the asking: the lease runs at least one ``ack_wait`` from then.
    Raises ``BusUnavailable``.
    """
    asked = time.monotonic()
    with translated():
        await client.request(reply, IN_PROGRESS, timeout=timeout)
    return asked


class Beats:
    """Renews every held delivery three times an ``ack_wait``. Enter it once a process; its methods are thread-safe."""

    def __init__(self, server: Server, ack_wait: float) -> None:
        self._server = server
        self._ack_wait = ack_wait
        self._every = ack_wait / 3
        self._renewed: dict[str, float] = {}
        self._changing = threading.Lock()
        self._running = threading.Event()
        self._stop: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._run, name="beats", daemon=True)

    def __enter__(self) -> Self:
        """Start beating."""
        self._thread.start()
        self._running.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop beating."""
        self._stop()
        self._thread.join(timeout=5)

    def hold(self, reply: str, since: float) -> None:
        """Keep the delivery that answers to ``reply`` alive; it was confirmed at monotonic ``since``."""
        with self._changing:
            self._renewed[reply] = since

    def note(self, reply: str, at: float) -> None:
        """Remember that a held delivery was renewed at monotonic ``at`` by somebody else."""
        with self._changing:
            if reply in self._renewed:
                self._renewed[reply] = max(at, self._renewed[reply])

    def release(self, reply: str) -> None:
        """Let the delivery go."""
        with self._changing:
            self._renewed.pop(reply, None)

    def renewed_at(self, reply: str) -> float:
        """Return the monotonic time the lease was last confirmed, minus infinity when it is not held."""
        return self._renewed.get(reply, float("-inf"))

    def _run(self) -> None:
        asyncio.run(self._beat_until_stopped())

    async def _beat_until_stopped(self) -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(stopping.set)
        self._running.set()
        beating = asyncio.create_task(self._beat())
        await stopping.wait()
        await stop([beating])

    async def _beat(self) -> None:
        async with connected(self._server, "beats", asyncio.Event()) as client:
            while True:
                started = time.monotonic()
                await self._renew_all(client, list(self._renewed))
                await asyncio.sleep(max(0.0, self._every - (time.monotonic() - started)))

    async def _renew_all(self, client: Client, replies: Iterable[str]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(reply: str) -> None:
            async with gate:
                try:
                    self._beaten(reply, await renew(client, reply, self._every))
                except BusUnavailable as error:
                    log.debug("A beat was not answered", action="beat_lost", error=str(error))
                except Exception:  # whatever is wrong with one delivery, the others must be kept
                    log.exception("A beat could not be sent", action="beat_broken")

        async with asyncio.TaskGroup() as group:
            for reply in replies:
                group.create_task(one(reply))

    def _beaten(self, reply: str, asked: float) -> None:
        # JetStream answers every beat, even one for a delivery that by now is another worker's. So an answer renews a
        # lease only if it came while that lease was still running; after a longer pause only the log can tell.
        if time.monotonic() - self.renewed_at(reply) < self._ack_wait:
            self.note(reply, asked)
