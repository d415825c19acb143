"""Workers' processes over fakes: each can be stopped, killed and frozen, and the world shows what they did to it."""

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from shared.domain.job import Fact, Job, accept, cancel, fail, past_deadline, request_cancel
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.events.codec import encode_change
from shared.ports.clock import Ids
from shared.ports.job_log import Fenced
from shared.worker.parts import Parts
from shared.worker.run import Run
from shared.worker.settings import Limits
from shared.worker.worker import Worker
from tests.support import samples
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryPredictions, MemoryRequests
from tests.support.fakes.clock import CountingIds, FakeClock
from tests.support.fakes.media import MemoryMediaStore
from tests.support.fakes.parts import FakeTranslation, TallyMeters
from tests.support.fakes.provider import FakeProvider, FakeWorld
from tests.support.fakes.queue import MemoryConsumer, MemoryDelivery, MemoryQueue
from tests.support.jobs import a_request

T = TypeVar("T")


class Killed(BaseException):
    """What a killed process's code meets at its next step: no handler of its own can catch it."""


class Process:
    """Life and death of one worker's process: every step it takes outside itself goes through :meth:`turn`.

    ``at`` is the number of a step, or its name, and what to do when the process comes to it.
    """

    def __init__(self) -> None:
        self.alive = True
        self.turns: list[str] = []
        self.at: tuple[int | str, Callable[[], object]] | None = None
        self._running = asyncio.Event()
        self._running.set()

    async def turn(self, step: str) -> None:
        """Go on, once thawed; raise :class:`Killed` when dead."""
        self.turns.append(step)
        if self.at and self.at[0] in (len(self.turns), step):
            self.at[1]()
        await self._running.wait()
        if not self.alive:
            raise Killed

    def kill(self) -> None:
        """Let nothing of it happen any more."""
        self.alive = False
        self._running.set()

    def freeze(self) -> None:
        """Let nothing of it happen for now."""
        self._running.clear()

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self._running.set()

    def mortal(self, port: T) -> T:
        """Return ``port`` as this process has it."""
        return cast(T, _Mortal(port, self))


def _but_for_the_killed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


class _Mortal:
    def __init__(self, port: Any, process: Process) -> None:
        self._port = port
        self._process = process

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._port, name)
        if not inspect.iscoroutinefunction(member):
            return member

        async def call(*args: Any, **named: Any) -> Any:
            await self._process.turn(f"before {name}")
            answer = await member(*args, **named)
            await self._process.turn(f"after {name}")
            return (
                [self._process.mortal(each) if isinstance(each, MemoryDelivery) else each for each in answer]
                if (isinstance(answer, list))
                else answer
            )

        return call


@dataclass
class WorkerProcess:
    """One worker at work."""

    name: str
    process: Process
    parts: Parts
    queue: MemoryQueue
    worker: Worker
    stopping: asyncio.Event
    task: asyncio.Task[None]

    async def stop(self) -> None:
        """SIGTERM, and wait for its end."""
        self.stopping.set()
        await self.task

    def kill(self) -> None:
        """SIGKILL."""
        self.queue.stop_beating()
        self.process.kill()

    def freeze(self) -> None:
        """SIGSTOP."""
        self.queue.stop_beating()
        self.process.freeze()

    def thaw(self) -> None:
        """SIGCONT."""
        self.process.thaw()
        self.queue.beat_again()


@dataclass
class Bench:
    """The world the workers work in."""

    ack_wait: float = 20.0
    max_deliver: int = 100
    bus: MemoryBus = field(default_factory=MemoryBus)
    clock: FakeClock = field(default_factory=FakeClock)
    world: FakeWorld = field(default_factory=lambda: FakeWorld(output=samples.png_bytes()))
    media: MemoryMediaStore = field(default_factory=MemoryMediaStore)
    translation: FakeTranslation = field(default_factory=FakeTranslation)
    ids: Ids = field(default_factory=CountingIds)
    meters: TallyMeters = field(default_factory=TallyMeters)
    workers: list[WorkerProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_but_for_the_killed)
        self.consumer = MemoryConsumer(self.bus, self.clock, Kind.PORTRAIT, self.ack_wait, self.max_deliver)
        self.log = MemoryJobLog(self.bus, "gateway")
        self.requests = MemoryRequests(self.bus)

    def worker(self, name: str = "w1", *, concurrency: int = 10, **provider: Any) -> WorkerProcess:
        """Start a worker's process; ``provider`` is what is special about its :class:`FakeProvider`."""
        process, queue, parts = self._process(name, concurrency, provider)
        worker, stopping = Worker(parts, process.mortal(queue)), asyncio.Event()
        task = asyncio.create_task(worker.work(stopping), name=name)
        started = WorkerProcess(name, process, parts, queue, worker, stopping, task)
        self.workers.append(started)
        return started

    async def killed_while_creating(self) -> None:
        """Submit a job; a worker has its prediction made, and dies before it can write that down."""
        await self.submit()

        async def die(_: str) -> None:
            dying.kill()

        dying = self.worker("w1", before_answer=die)
        await self.until(lambda: not dying.process.alive)

    async def run(self, name: str, *, at: tuple[int, float]) -> tuple[MemoryQueue, asyncio.Task[None]]:
        """Run the next request alone, and tell the run to let go so many seconds after it came to a step."""
        process, queue, parts = self._process(name, 1, {})
        [delivery] = await queue.pull(1, 1.0)
        task = asyncio.create_task(Run(parts, process.mortal(delivery)).run())
        step, after = at
        process.at = (step, lambda: asyncio.get_running_loop().call_later(after, task.cancel))
        return queue, task

    def _process(self, name: str, concurrency: int, special: Mapping[str, Any]) -> tuple[Process, MemoryQueue, Parts]:
        process, queue = Process(), MemoryQueue(self.consumer)
        provider = FakeProvider(self.world, self.clock, **special)
        parts = Parts(
            kind=Kind.PORTRAIT,
            worker=name,
            log=process.mortal(MemoryJobLog(self.bus, name)),
            register=process.mortal(MemoryPredictions(self.bus)),
            provider=process.mortal(provider),
            media=process.mortal(self.media),
            translation=process.mortal(self.translation),
            clock=process.mortal(self.clock),
            ids=self.ids,
            meters=self.meters,
            limits=Limits(concurrency=concurrency),
            ack_wait=self.ack_wait,
        )
        return process, queue, parts

    async def submit(self, job_id: str = "job-1", *, opened: bool = True, **changes: Any) -> JobRequest:
        """File a request as the gateway does; ``opened`` is False when the gateway dies before it opens the log."""
        changes.setdefault("created_at", self.clock.now())
        request = a_request(job_id, **changes)
        sequence = await self.requests.file(request, 0)
        if opened:
            await self.log.append(accept(request, sequence), None)
        return request

    async def ask_to_cancel(self, job_id: str = "job-1") -> None:
        """Cancel a job as the gateway does: at once while it is queued, by its worker later."""
        while not (last := self.bus.last(job_id)).job.done:
            step = cancel if last.job.status is Status.STARTING else request_cancel
            try:
                await self.log.append(step(last.job, self.clock.now()), last)
            except Fenced:
                continue
            return

    def job(self, job_id: str = "job-1") -> Job:
        """Return the job as of its last event."""
        return self.bus.last(job_id).job

    def facts(self, job_id: str = "job-1") -> list[str]:
        """Return the facts of a job's log, progress said several times in a row only once."""
        facts = [entry.fact for entry in self.bus.entries(job_id)]
        return [
            fact.value
            for before, fact in zip([None, *facts], facts, strict=False)
            if not (fact is Fact.PROGRESSED and before is Fact.PROGRESSED)
        ]

    def sweep_now(self, job_id: str = "job-1") -> None:
        """End the job as the status service's sweep does, between two steps of its worker."""
        last = self.bus.last(job_id)
        if not last.job.done:
            failed = fail(last.job, past_deadline(last.job), self.clock.now())
            self.bus.put_event(job_id, encode_change(failed, "swept", "status").body)

    def finished(self) -> bool:
        """Whether every job of the log has ended and nothing is left to deliver."""
        return all(self.job(job_id).done for job_id in self.bus.logs) and not self.consumer.unfinished()

    async def until(self, look: Callable[[], object], within: float = 3600.0) -> None:
        """Let virtual time pass until something is so."""
        end = self.clock.monotonic() + within
        while not look():
            assert self.clock.monotonic() < end, f"not within {within} virtual seconds"
            await asyncio.sleep(0.1)

    async def ended(self, job_id: str = "job-1", within: float = 3600.0) -> Job:
        """Let time pass until the job has ended and its request is acknowledged."""
        await self.until(lambda: job_id in self.bus.logs and self.job(job_id).done, within)
        await self.until(lambda: not self.consumer.unfinished(), within)
        return self.job(job_id)

    @contextmanager
    def without_nats(self) -> Iterator[None]:
        """The server is away while the context is open."""
        self.bus.away = True
        try:
            yield
        finally:
            self.bus.away = False
