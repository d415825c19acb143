"""A provider that does what a test says, and counts what it was asked to make."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.domain.failures import Failure, FailureCode
from shared.domain.states import Stage
from shared.ports.clock import Clock
from shared.ports.provider import Ended, Finished, Observation, Order, ProviderTrouble, Running


@dataclass(slots=True)
class Prediction:
    """One prediction at the fake provider; ``began`` is monotonic, ``made_at`` the wall's time."""

    id: str
    order: Order
    made_at: datetime
    began: float
    canceled: bool = False


@dataclass(slots=True)
class FakeWorld:
    """What is at the provider, whichever of our processes asks: every prediction ever created, and what to answer.

    A prediction renders for ``seconds``. ``prepares``, ``starts``, ``looks``, ``finds``, ``attaches``, ``cancels``
    and ``downloads`` hold what to raise at the next such calls, None for an ordinary answer; when empty, all is well.
    A create whose trouble is in ``made_all_the_same`` was carried out although its caller does not learn of it. A
    create makes its prediction ``lands_after`` seconds after it was called, even if its caller is gone by then. A
    prediction is found ``listed_after`` seconds after it was made, by a look that takes ``find_takes`` seconds and
    knows of its beginning, and looked at every ``look_again`` seconds. Until ``held_off_until`` (monotonic) it lets
    no process create anything, as each of them knows.
    """

    seconds: float = 3.0
    create_takes: float = 0.1
    predictions: dict[str, Prediction] = field(default_factory=dict)
    prepares: deque[Exception | None] = field(default_factory=deque)
    starts: deque[Exception | None] = field(default_factory=deque)
    looks: deque[Exception | None] = field(default_factory=deque)
    finds: deque[Exception | None] = field(default_factory=deque)
    attaches: deque[Exception | None] = field(default_factory=deque)
    cancels: deque[Exception | None] = field(default_factory=deque)
    downloads: deque[Exception | None] = field(default_factory=deque)
    made_all_the_same: list[Exception] = field(default_factory=list)
    calls: list[tuple[str, float]] = field(default_factory=list)
    lands_after: float = 0.0
    listed_after: float = 0.0
    find_takes: float = 0.0
    look_again: float = 0.4
    held_off_until: float = 0.0
    silent: bool = False
    ends: Failure | None = None
    output: bytes = b""

    def created(self) -> list[str]:
        """Return the ids of what was created: each of them was paid for."""
        return list(self.predictions)

    def times(self, call: str) -> list[float]:
        """Return when ``start``, ``poll``, ``find``, ``attach``, ``cancel`` or ``open`` were called, monotonic."""
        return [at for name, at in self.calls if name == call]


async def nothing(_: str) -> None:
    """Do nothing: the default of :class:`FakeProvider`'s ``before_answer``."""


class FakeProvider:
    """:class:`shared.ports.provider.Provider` of one process over a :class:`FakeWorld`.

    ``before_answer`` is awaited with a prediction's id after it was created and before its creator learns of it: the
    place to kill a worker at.
    """

    def __init__(
        self,
        world: FakeWorld,
        clock: Clock,
        *,
        settling: float = 2.0,
        create_within: float = 5.0,
        before_answer: Callable[[str], Awaitable[None]] = nothing,
    ) -> None:
        self.world = world
        self._clock = clock
        self._settling = settling
        self._create_within = create_within
        self._before_answer = before_answer

    @property
    def name(self) -> str:
        return "replicate"

    @property
    def create_within(self) -> float:
        return self._create_within

    @property
    def settling(self) -> float:
        return self._settling

    def held_off(self) -> float:
        return max(0.0, self.world.held_off_until - self._clock.monotonic())

    async def prepare(self, order: Order) -> None:
        await self._call("prepare", self.world.prepares)

    async def start(self, order: Order) -> str:
        trouble = self._called("start", self.world.starts)
        if trouble is not None and trouble not in self.world.made_all_the_same:
            await self._clock.sleep(self.world.create_takes)
            raise trouble
        prediction = self._make(order)
        await self._before_answer(prediction.id)
        await self._clock.sleep(self.world.create_takes)
        if trouble is not None:
            raise trouble
        return prediction.id

    def _make(self, order: Order) -> Prediction:
        name = f"prediction-{len(self.world.predictions) + 1}"
        after, made_at = self.world.lands_after, self._clock.now() + timedelta(seconds=self.world.lands_after)
        self.world.predictions[name] = Prediction(name, order, made_at, self._clock.monotonic() + after)
        return self.world.predictions[name]

    async def attach(self, prediction: str, order: Order) -> None:
        await self._call("attach", self.world.attaches)

    @property
    def runs_elsewhere(self) -> bool:
        return True

    def mark(self, order: Order) -> str:
        return f"{order.model}: {order.prompt}"

    async def find(self, order: Order, since: datetime, mark: str | None = None) -> list[str]:
        await self._call("find", self.world.finds)
        listed = self._clock.monotonic() - self.world.listed_after
        found = [
            each.id
            for each in self.world.predictions.values()
            if self.mark(each.order) == (mark or self.mark(order)) and each.made_at >= since and each.began <= listed
        ]
        await self._clock.sleep(self.world.find_takes)
        return found

    async def poll(self, prediction: str) -> Observation:
        await self._call("poll", self.world.looks)
        known = self.world.predictions[prediction]
        share = (self._clock.monotonic() - known.began) / self.world.seconds if self.world.seconds else 1.0
        if known.canceled:
            return Ended(Failure(FailureCode.PROVIDER_FAILED, "The provider canceled it."), canceled=True)
        if self.world.silent or share < 1.0:
            progress = None if self.world.silent else int(share * 100)
            return Running(Stage.RENDERING, progress, self.world.look_again)
        return Ended(self.world.ends) if self.world.ends else Finished((f"{prediction}/output",))

    async def cancel(self, prediction: str) -> None:
        await self._call("cancel", self.world.cancels)
        self.world.predictions[prediction].canceled = True

    async def open(self, output: str) -> AsyncIterator[bytes]:
        trouble = self._called("open", self.world.downloads)
        await asyncio.sleep(0)
        half = len(self.world.output) // 2
        yield self.world.output[:half]
        if trouble is not None:
            raise trouble
        yield self.world.output[half:]

    async def close(self) -> None:
        return None

    def _called(self, call: str, troubles: deque[Exception | None]) -> Exception | None:
        self.world.calls.append((call, self._clock.monotonic()))
        return troubles.popleft() if troubles else None

    async def _call(self, call: str, troubles: deque[Exception | None]) -> None:
        trouble = self._called(call, troubles)
        await asyncio.sleep(0)
        if trouble is not None:
            raise trouble


def trouble_again(trouble: ProviderTrouble, times: int) -> list[Exception | None]:
    """Return the same trouble so often, to be put in front of one of a world's calls."""
    return [trouble] * times
