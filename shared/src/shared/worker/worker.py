"""The worker: pulls no more than it can hold, runs what it pulled, and lets go of everything when told to stop."""

import asyncio

import structlog

from shared.domain.ids import JobId
from shared.domain.retry import pause
from shared.ports.bus import Delivery, RequestQueue
from shared.ports.job_log import BusUnavailable
from shared.tasks import AGAIN
from shared.worker.parts import Parts
from shared.worker.run import Run

log = structlog.get_logger()


class Worker:
    """Runs up to ``parts.limits.concurrency`` jobs of one queue at once.

    ``changed`` is set, for whoever clears it, when it holds other jobs than before; ``draining`` says that it was told
    to stop and takes no more.
    """

    def __init__(self, parts: Parts, queue: RequestQueue) -> None:
        self._parts = parts
        self._queue = queue
        self._runs: dict[int, tuple[Run, asyncio.Task[None]]] = {}
        self._next: dict[int, Delivery] = {}
        self._ended = asyncio.Event()
        self.changed = asyncio.Event()
        self.draining = False

    @property
    def running(self) -> int:
        """How many jobs it holds."""
        return len(self._runs)

    def nudge(self, job_id: JobId) -> None:
        """Somebody says that there is news of a job; nothing happens when it is not held here."""
        for run, _ in self._runs.values():
            if run.job_id == job_id:
                run.nudge()

    async def work(self, stopping: asyncio.Event) -> None:
        """Pull and run until ``stopping``; then hand everything back and return."""
        tries = 0
        while not stopping.is_set():
            try:
                await self._pull_one(stopping)
                tries = 0
            except BusUnavailable as error:
                tries += 1
                log.debug("Nothing can be pulled just now", action="pull_waiting", error=str(error))
                await self._parts.clock.sleep(min(pause(tries), self._parts.limits.pull_timeout))
        self.draining = True
        self.changed.set()
        await self._drain()

    async def _pull_one(self, stopping: asyncio.Event) -> None:
        if self.running >= self._parts.limits.concurrency:
            await self._room(stopping)
            return
        # One at a time: what is pulled is held, and so kept alive, from that moment on.
        for delivery in await self._queue.pull(1, self._parts.limits.pull_timeout):
            if stopping.is_set():
                # A run that is cancelled before its first step never comes to hand anything back.
                await delivery.hand_back()
            else:
                self._begin(delivery)

    async def _room(self, stopping: asyncio.Event) -> None:
        self._ended.clear()
        waits = [asyncio.create_task(event.wait()) for event in (self._ended, stopping)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def _begin(self, delivery: Delivery) -> None:
        if delivery.lease_age() >= self._parts.ack_wait:
            # Read long after it was delivered, by a process that was frozen: another worker may be at it by now.
            log.warning("A request's lease ran out before it was read", action="request_stale")
            delivery.let_go()
            return
        held = self._runs.get(delivery.sequence)
        if held is None:
            self._run(delivery)
        elif held[0].leaving:
            self._keep_for_later(delivery)
        else:
            log.warning("A job came again while it is held here; going on", action="job_redelivered")
            held[0].redelivered(delivery)

    def _keep_for_later(self, delivery: Delivery) -> None:
        # The run that has said its last word would carry it no further; two runs of one job would fence each other.
        log.info("A job came again while its last run leaves", action="job_redelivered")
        older = self._next.pop(delivery.sequence, None)
        if older is not None:
            older.let_go()
        self._next[delivery.sequence] = delivery

    def _run(self, delivery: Delivery) -> None:
        run = Run(self._parts, delivery)
        task = asyncio.create_task(run.run())
        self._runs[delivery.sequence] = (run, task)
        self.changed.set()
        task.add_done_callback(lambda done: self._finished(delivery.sequence, done))

    def _finished(self, sequence: int, task: asyncio.Task[None]) -> None:
        run, _ = self._runs.pop(sequence)
        # Whatever it still has, nobody here carries: no longer kept alive, it comes again.
        run.abandon()
        self._ended.set()
        self.changed.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A run broke off", action="run_broken", exc_info=error)
        if (delivery := self._next.pop(sequence, None)) is not None:
            self._run(delivery)

    async def _drain(self) -> None:
        if self._runs:
            log.info(f"Handing back {len(self._runs)} running jobs", action="draining")
        while self._runs:
            for run, task in self._runs.values():
                # A cancellation can be lost (see shared.tasks); one that was heard must not be followed by another.
                if not run.letting_go:
                    task.cancel()
            await asyncio.wait([task for _, task in self._runs.values()], timeout=AGAIN)
