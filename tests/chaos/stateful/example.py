"""One example of the state machine: what every group of rules works with."""

import asyncio
import inspect
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from nats.aio.client import Client
from nats.js import JetStreamContext

from tests.chaos.stateful.driver import Driver
from tests.chaos.stateful.filings import Broken
from tests.chaos.stateful.system import GATEWAYS, WorkerProcess, fresh
from tests.support.nats_server import NatsServer

T = TypeVar("T")

some = st.integers(min_value=0, max_value=3)
"""Which of those there are, counted round and round."""

gateways = st.sampled_from(GATEWAYS)


@dataclass
class Bench:
    """What all examples of a run share: a loop that runs while a rule does, and a server to be emptied."""

    runner: asyncio.Runner
    server: NatsServer
    client: Client
    js: JetStreamContext


class Example(RuleBasedStateMachine):
    """A system over empty streams. A failure tells the log of the job it is about."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.driver = bench.runner.run(self._begin())
        self.system, self.model, self.shelf = self.driver.system, self.driver.model, self.driver.shelf

    async def _begin(self) -> Driver:
        return Driver(await fresh(self.bench.client, self.bench.js))

    def do(self, action: Coroutine[Any, Any, T]) -> T:
        """Run one action; add what the offending job's log says to what it raises."""
        try:
            return self.bench.runner.run(action)
        except Exception as error:
            error.add_note(self._told(error.job_id if isinstance(error, Broken) else None))
            raise

    def _told(self, job_id: str | None) -> str:
        ids = [job_id] if job_id in self.model.logs else list(self.model.logs)
        return "\n".join(line for each in ids for line in [f"the log of {each}:", *self.driver.story(each)])

    @property
    def alive(self) -> list[WorkerProcess]:
        """The workers that run."""
        return [each for each in self.system.workers if each.alive]

    @invariant()
    def ledger_and_queues_are_as_expected(self) -> None:
        self.do(self.driver.hold_against())

    async def quit(self) -> None:
        """Leave nothing of this example behind."""
        for worker in self.system.workers:
            await self.system.kill(worker)
        left = {task for task in asyncio.all_tasks() if not _connections(task)} - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def pick(among: list[T], which: int) -> T:
    """Return one of several, counted round."""
    return among[which % len(among)]


def names(workers: Iterable[WorkerProcess]) -> set[str]:
    """Return what the logs call them."""
    return {worker.name for worker in workers}


def _connections(task: asyncio.Task[Any]) -> bool:
    # The connection outlives the example, and a restart of the server gives it new tasks.
    coroutine = task.get_coro()
    return inspect.iscoroutine(coroutine) and "/nats/aio/" in coroutine.cr_code.co_filename
