"""Whatever happens between a client and its gateway, it is told every end once, and nothing that was over before.

The client is one that browsers are: it remembers the last id it read, and loses what was on its way when it was cut.
"""

import asyncio
import random
from dataclasses import dataclass, field
from enum import Enum, auto

from hypothesis import given
from hypothesis import strategies as st

from gateway.live_fanout import Interest, News
from gateway.live_streams import Hello, Quiet
from shared.domain.fold import Entry
from shared.domain.job import Change
from shared.domain.states import rank
from tests.support.fakes.clock import VirtualTimeLoop
from tests.unit.domain.moves import random_life
from tests.unit.live.bench import Bench, Reader, bench, settled

ALL = Interest("")


class Step(Enum):
    """What may happen next."""

    WRITE = auto()  # the next event of a job is written
    READ = auto()  # the client reads one thing of what was sent to it
    CUT = auto()  # the connection breaks, and the client comes back
    PAUSE = auto()  # everybody does what is to be done
    LULL = auto()  # and nothing happens for a while
    STALL = auto()  # the gateway's feed stalls, or goes on
    POLL = auto()  # somebody polls a job, so that the gateway knows more than its feed has brought


@dataclass
class Browser:
    """A client of everything: ``seen`` is what it was told of each job, in that order."""

    live: Bench
    window: int
    last: int | None = None
    seen: dict[str, list[Entry]] = field(default_factory=dict)
    reader: Reader = field(init=False)

    def connect(self) -> None:
        """Open a connection."""
        self.reader = Reader(self.live.streams.of_all(ALL, self.last), self.window)

    async def cut(self) -> None:
        """Lose the connection with all that is on its way, and open another."""
        await self.reader.leave()
        self.connect()

    def read(self) -> bool:
        """Read one thing; whether there was one."""
        told = self.reader.take()
        match told:
            case News():
                entry = told.record.entry
                self.seen.setdefault(entry.job.job_id, []).append(entry)
                self._move_on(told.revision)
            case Hello(position) | Quiet(int(position)):
                self._move_on(position)
        return told is not None

    def _move_on(self, position: int) -> None:
        assert position >= (self.last or 0), "the position went back"
        self.last = position

    async def read_all(self) -> None:
        """Come back as often as it takes to have read everything."""
        await settled()
        while True:
            if not self.read():
                if not self.reader.over:
                    return
                await self.cut()
            await settled()


@dataclass(frozen=True)
class World:
    """Some jobs' lives, what happens in which order, and how little room there is."""

    lives: list[list[Entry]]
    steps: list[Step]
    most_pending: int
    page: int
    window: int


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw one."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    drawn = [random_life(chance, most=8, job_id=f"job-{n}") for n in range(draw(st.integers(1, 5)))]
    steps = draw(st.lists(st.sampled_from([*Step, Step.WRITE, Step.WRITE]), min_size=40, max_size=120))
    return World(drawn, steps, draw(st.integers(1, 6)), draw(st.integers(1, 4)), draw(st.integers(1, 3)))


async def write_next(live: Bench, waiting: list[list[Entry]], chance: int) -> None:
    """Write the next event of one of the jobs that have any left."""
    left = [life for life in waiting if life]
    if left:
        life = left[chance % len(left)]
        entry = life.pop(0)
        job_id = entry.job.job_id
        last = live.bus.last(job_id) if live.bus.logs.get(job_id) else None
        await live.say(Change(entry.fact, entry.job), last)


async def take_step(live: Bench, browser: Browser, step: Step, waiting: list[list[Entry]], chance: int) -> None:
    """Let one thing happen."""
    match step:
        case Step.WRITE:
            await write_next(live, waiting, chance)
        case Step.READ:
            browser.read()
        case Step.CUT:
            await browser.cut()
        case Step.PAUSE:
            await settled()
        case Step.LULL:
            await asyncio.sleep(16)
        case Step.STALL:
            (live.feed.hearing.clear if live.feed.hearing.is_set() else live.feed.hearing.set)()
        case Step.POLL:
            known = list(live.bus.logs)
            if known:
                await live.found(known[chance % len(known)])


async def story(world: World) -> None:
    """Live through it and look at what the client was told."""
    waiting = [list(life) for life in world.lives]
    async with bench(most_pending=world.most_pending, page=world.page) as live:
        browser = Browser(live, world.window)
        browser.connect()
        while browser.last is None:
            await settled()
            browser.read()
        for number, step in enumerate(world.steps):
            await take_step(live, browser, step, waiting, number)
        live.feed.hearing.set()
        while any(waiting):
            await write_next(live, waiting, 0)
        await browser.read_all()
        await browser.cut()
        await browser.read_all()

        assert len(live.fanout) == 1
        check(live, browser)
        await browser.reader.leave()


def check(live: Bench, browser: Browser) -> None:
    """Every end once and as it is in the log, no status going back, and the last word is the log's."""
    for job_id, log in live.bus.logs.items():
        told = browser.seen[job_id]
        ranks = [rank(entry.job.status) for entry in told]
        assert ranks == sorted(ranks)
        assert sum(entry.job.done for entry in told) == live.bus.last(job_id).job.done
        assert told[-1] == live.bus.last(job_id)
        assert len(told) <= len(log)


@given(worlds())
def test_every_end_is_told_once_and_no_status_goes_back(world: World) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(story(world))
