"""Processes that take one step when they are told to, on a loop whose time passes in leaps.

Every call a process makes outside itself stops twice: before it takes effect, and after, before its answer is seen.
The calls between are the real ones, over real sockets.
"""

import asyncio
import inspect
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

T = TypeVar("T")

Moment = Literal["before", "after"]

_STILL = 30
"""Turns of the loop without a stir after which nothing more will stir: more than any chain of wake-ups is long."""


class Killed(BaseException):
    """What a killed process's code meets at its next step: no handler of its own can catch it."""


class SteppedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time all but stands still, and is moved on in leaps.

    So nothing comes due because the machine is slow, and a run of rules goes the same way each time.
    """

    def __init__(self) -> None:
        self._passed = 0.0
        self._flowing_since: float | None = None
        super().__init__()

    def time(self) -> float:
        """Return the seconds that have passed here."""
        return self._passed + (0.0 if self._flowing_since is None else time.monotonic() - self._flowing_since)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Time passes here as it does for everybody else while the context is open."""
        self._flowing_since = time.monotonic()
        try:
            yield
        finally:
            self._passed, self._flowing_since = self.time(), None

    def skip(self, seconds: float) -> None:
        """Let ``seconds`` have passed; what was due in them comes next."""
        self._passed += seconds


def stepped_loop() -> SteppedLoop:
    """Return the running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SteppedLoop)
    return loop


@dataclass(eq=False)
class Call:
    """A call of a process that waits to go on. ``name`` is the port's and the method's, as in ``log.append``."""

    process: str
    name: str
    moment: Moment
    arguments: tuple[Any, ...]
    go: asyncio.Future[None]

    def __str__(self) -> str:
        return f"{self.process} {self.moment} {self.name}"


class Gate:
    """Where the calls of all processes wait. ``waiting`` has them in the order of their coming."""

    def __init__(self) -> None:
        self.waiting: list[Call] = []
        self._stirs = 0
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def stop_at(self, process: str, name: str, moment: Moment, arguments: tuple[Any, ...]) -> None:
        """Wait until let on."""
        call = Call(process, name, moment, arguments, asyncio.get_running_loop().create_future())
        self.waiting.append(call)
        self._stirs += 1
        try:
            await call.go
        finally:
            self._stirs += 1
            if call in self.waiting:
                self.waiting.remove(call)

    def let_on(self, call: Call, trouble: Exception | None = None) -> None:
        """Let a call go on, or raise ``trouble`` where it waits."""
        self.waiting.remove(call)
        self._stirs += 1
        if not call.go.done():
            call.go.set_exception(trouble) if trouble else call.go.set_result(None)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """A call is on its way to its effect and back while the context is open."""
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            self._stirs += 1
            if not self._under_way:
                self._idle.set()

    async def settle(self) -> None:
        """Wait until every process waits here, or for time to pass."""
        still = 0
        while still < _STILL:
            stirs = self._stirs
            await self._idle.wait()
            await asyncio.sleep(0)
            still = still + 1 if stirs == self._stirs and not self._under_way else 0


class Process:
    """One process that takes its steps at a gate. Once killed, nothing of it happens any more."""

    def __init__(self, name: str, gate: Gate) -> None:
        self.name = name
        self.alive = True
        self.gate = gate

    async def turn(self, name: str, moment: Moment, arguments: tuple[Any, ...] = ()) -> None:
        """Wait to be let on; raise :class:`Killed` when dead."""
        if self.alive:
            await self.gate.stop_at(self.name, name, moment, arguments)
        if not self.alive:
            raise Killed

    def kill(self) -> None:
        """Kill it where it is: what took effect stays, and nobody tidies up."""
        self.alive = False
        for call in self.calls():
            self.gate.let_on(call)

    def calls(self) -> list[Call]:
        """Return its calls that wait."""
        return [call for call in self.gate.waiting if call.process == self.name]

    def stepped(self, port: T, name: str) -> T:
        """Return ``port`` as this process has it."""
        return cast(T, _Stepped(port, name, self))


class _Stepped:
    def __init__(self, port: Any, name: str, process: Process) -> None:
        self._port = port
        self._name = name
        self._process = process

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._port, name)
        if not inspect.iscoroutinefunction(member):
            return member

        async def call(*arguments: Any, **named: Any) -> Any:
            where = f"{self._name}.{name}"
            await self._process.turn(where, "before", arguments)
            with self._process.gate.under_way():
                answer = await member(*arguments, **named)
            await self._process.turn(where, "after", arguments)
            return answer

        return call
