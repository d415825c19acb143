"""Time and names that tests give: virtual time that passes at once, time moved by hand, and names that count."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.support.jobs import NOON


class WaitsForEver(AssertionError):
    """Every task waits, and nothing is due that could wake one: in the real world the code under test would hang."""


_TICK = 1e-6
"""What one turn of the loop takes, in virtual seconds: a loop that waits for the time to move must see it move."""


class _NoWaiting(selectors.BaseSelector):
    """A selector that, where others wait, moves the loop's time on to what is due next."""

    def __init__(self, skip: Callable[[float], None]) -> None:
        self._real = selectors.DefaultSelector()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if not ready:
            if timeout is None:
                raise WaitsForEver
            self._skip(timeout)
        self._skip(_TICK)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Any:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop in which waiting takes no time: sleeps, timeouts and deadlines come in their order, at once.

    For code whose every wait is on the loop; a test on it can use neither sockets nor threads. A ``conftest.py`` gives
    it to its folder's tests with the hook ``pytest_asyncio_loop_factories``.
    """

    def __init__(self) -> None:
        self._virtual = 0.0
        super().__init__(_NoWaiting(self.skip))

    def time(self) -> float:
        """Return the virtual seconds since the loop was made."""
        return self._virtual

    def skip(self, seconds: float) -> None:
        """Let ``seconds`` pass without running anything, as for a process that the machine froze."""
        self._virtual += seconds


class FakeClock:
    """:class:`shared.ports.clock.Clock` over the running loop's time, virtual where the loop's is; noon at first."""

    def __init__(self) -> None:
        self._started = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() - self._started

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """:class:`shared.ports.clock.Clock` that stands still until it is moved; whoever sleeps on it moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._start = self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def advance(self, seconds: float) -> None:
        """Move the time on."""
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)


class CountingIds:
    """:class:`shared.ports.clock.Ids` whose names say their number."""

    def __init__(self) -> None:
        self.given = 0

    def new(self) -> str:
        self.given += 1
        return f"{self.given:032d}"
