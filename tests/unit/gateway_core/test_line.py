"""The line against the plainest model of one: a set, and counting."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.line import Line
from shared.ports.backlog import Progress, Queued, Snapshot
from tests.support.jobs import NOON


def at(sequence: int) -> datetime:
    """Requests are filed a second apart."""
    return NOON + timedelta(seconds=sequence)


@dataclass
class Model:
    """The bus, and what the gateway has heard of it: events come in order, but later than the bus moves."""

    line: Line = field(default_factory=Line)
    filed: int = 0
    delivered: int = 0
    ended: set[int] = field(default_factory=set)
    untold: list[tuple[str, int]] = field(default_factory=list)
    reading: Snapshot | None = None

    def file(self) -> None:
        self.filed += 1
        self.untold.append(("join", self.filed))

    def end_one(self, chance: random.Random) -> None:
        waiting = sorted(self.waiting())
        if waiting:
            gone = chance.choice(waiting)
            self.ended.add(gone)
            self.untold.append(("leave", gone))

    def deliver(self) -> None:
        if self.delivered < self.filed:
            self.delivered += 1
            if self.delivered not in self.ended:
                self.untold.append(("leave", self.delivered))

    def tell(self, how_many: int) -> None:
        for move, sequence in self.untold[:how_many]:
            if move == "join":
                self.line.join(sequence, at(sequence))
            else:
                self.line.leave(sequence)
        del self.untold[:how_many]

    def waiting(self) -> set[int]:
        return set(range(self.delivered + 1, self.filed + 1)) - self.ended

    def progress(self) -> Progress:
        return Progress(self.delivered, self.filed - self.delivered, 0)

    def read(self) -> None:
        """Begin to read the truth, or take in what was read some time ago."""
        if self.reading is None:
            self.line.begin()
            beyond = range(self.delivered + 1, self.filed + 1)
            waiting = [Queued(each, at(each)) for each in beyond if each not in self.ended]
            self.reading = Snapshot(self.delivered, waiting, [each for each in beyond if each in self.ended])
        else:
            self.line.settle(self.reading)
            self.reading = None

    def settle_down(self) -> int:
        """Let everything that is on its way arrive; return what the line misses."""
        self.tell(len(self.untold))
        return self.line.advance(self.progress())


_MOVES = st.lists(st.sampled_from(["file", "file", "end", "deliver", "tell", "tell", "advance", "read"]), max_size=60)


@given(_MOVES, st.integers(0, 2**32))
def test_the_line_is_what_the_model_says(moves: list[str], seed: int) -> None:
    model, chance = Model(), random.Random(seed)
    model.read()
    for move in moves:
        match move:
            case "file":
                model.file()
            case "end":
                model.end_one(chance)
            case "deliver":
                model.deliver()
            case "tell":
                model.tell(chance.randint(1, 3))
            case "advance":
                model.line.advance(model.progress())
            case "read":
                model.read()
    if model.reading is not None:
        model.read()

    assert model.settle_down() == 0, "the bus has neither more nor less to give"
    waiting = sorted(model.waiting())
    assert len(model.line) == len(waiting)
    assert [model.line.position(each) for each in waiting] == list(range(1, len(waiting) + 1))
    others = set(range(model.filed + 2)) - set(waiting)
    assert {model.line.position(each) for each in others} == {None}
    assert model.line.oldest() == (at(waiting[0]) if waiting else None)


def test_nothing_is_known_before_the_truth_was_read() -> None:
    line = Line()
    line.join(1, at(1))
    assert not line.known

    line.begin()
    line.settle(Snapshot(0, [], []))

    assert line.known
    assert len(line) == 0, "what came before the reading began is in what was read, or gone"


def test_requests_filed_in_another_order_than_told_keep_their_order() -> None:
    """Two gateways file 1 and 2, and the second opens its job's log first."""
    line = Line()
    line.join(2, at(2))
    line.join(1, at(1))

    assert (line.position(1), line.position(2)) == (1, 2)


def test_what_the_line_never_heard_of_is_counted() -> None:
    line = Line()
    line.join(3, at(3))

    assert line.advance(Progress(0, 3, 0)) == 2
    assert line.advance(Progress(3, 0, 0)) == 0


def test_who_was_delivered_does_not_join_again() -> None:
    line = Line()
    line.advance(Progress(5, 0, 0))
    line.join(5, at(5))

    assert len(line) == 0


@pytest.mark.parametrize("waiting", [10_000])
def test_thousands_wait_without_scanning_any(waiting: int) -> None:
    """Not a benchmark: ten thousand joins, places and leaves in any order, done while a human blinks a few times."""
    line, sequences = Line(), list(range(1, waiting + 1))
    random.Random(7).shuffle(sequences)
    for sequence in sequences:
        line.join(sequence, at(sequence))

    assert [line.position(each) for each in range(1, waiting + 1)] == list(range(1, waiting + 1))
    for sequence in sequences:
        line.leave(sequence)
    assert len(line) == 0
