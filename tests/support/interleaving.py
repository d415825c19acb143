"""The orders in which rivals' calls can reach one log: every one, or as many as a seed draws.

A rival's calls wait at :class:`Turns` until it is their turn, and whose turn it is, is a choice. A run notes which
choices it had, and :func:`every_order` runs again with the next ones until there are no others.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change
from shared.ports.job_log import JobLog

_LOOK_EVERY = 0.05


@dataclass(slots=True)
class Choice:
    """Who could have been let on, and who was (an index)."""

    among: tuple[str, ...]
    taken: int


@dataclass(slots=True)
class Rival:
    """Whoever calls the log: ``over`` says that it never will again, ``waiting`` are its calls in their order."""

    over: Callable[[], bool]
    waiting: deque[asyncio.Event] = field(default_factory=deque)


class Turns:
    """Lets one call at a time on: ``choose`` is asked with a choice's number and how many rivals there are."""

    def __init__(self, choose: Callable[[int, int], int]) -> None:
        self._choose = choose
        self._rivals: dict[str, Rival] = {}
        self._ended = asyncio.Event()
        self.choices: list[Choice] = []

    def enter(self, name: str, over: Callable[[], bool]) -> None:
        """Add a rival."""
        self._rivals[name] = Rival(over)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for this rival's turn; it lasts as long as the context."""
        mine, waiting = asyncio.Event(), self._rivals[name].waiting
        waiting.append(mine)
        try:
            await mine.wait()
            yield
        finally:
            if mine in waiting:
                waiting.remove(mine)  # the call was given up before its turn came
            else:
                self._ended.set()

    async def run(self) -> None:
        """Give out turns until every rival is over. Time passes only while a rival is chosen that does not call."""
        while names := tuple(name for name, rival in self._rivals.items() if not rival.over()):
            choice = Choice(names, self._choose(len(self.choices), len(names)))
            self.choices.append(choice)
            await self._let_on(self._rivals[names[choice.taken]])

    async def _let_on(self, rival: Rival) -> None:
        while not rival.waiting:
            if rival.over():
                return
            await asyncio.sleep(_LOOK_EVERY)
        self._ended.clear()
        rival.waiting.popleft().set()
        await self._ended.wait()


class TurnedLog:
    """A job log whose every call waits for its rival's turn. See :class:`shared.ports.job_log.JobLog`."""

    def __init__(self, inner: JobLog, turns: Turns, rival: str) -> None:
        self._inner = inner
        self._turns = turns
        self._rival = rival

    async def last(self, job_id: JobId) -> Entry | None:
        async with self._turns.turn(self._rival):
            return await self._inner.last(job_id)

    async def append(self, change: Change, after: Entry | None) -> Entry:
        async with self._turns.turn(self._rival):
            return await self._inner.append(change, after)


async def every_order(play: Callable[[Turns], Awaitable[None]]) -> int:
    """Play with every order of turns there is; return how many that were."""
    given: list[int] = []
    count = 0
    while True:
        turns = Turns(_first_of(given))
        await play(turns)
        count += 1
        choices = turns.choices
        while choices and choices[-1].taken == len(choices[-1].among) - 1:
            choices.pop()
        if not choices:
            return count
        given = [choice.taken for choice in choices[:-1]] + [choices[-1].taken + 1]


def _first_of(given: list[int]) -> Callable[[int, int], int]:
    return lambda number, _: given[number] if number < len(given) else 0


async def some_orders(play: Callable[[Turns], Awaitable[None]], count: int, seed: int) -> None:
    """Play with ``count`` orders of turns, drawn at random."""
    draw = random.Random(f"orders:{seed}")
    for _ in range(count):
        await play(Turns(lambda _, rivals: draw.randrange(rivals)))
