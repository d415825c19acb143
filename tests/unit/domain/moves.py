"""Lives of a job for hypothesis to draw: any moves in any order, as the log would keep them."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.job import (
    Change,
    IllegalMove,
    Job,
    accept,
    cancel,
    fail,
    hand_back,
    progressed,
    request_cancel,
    start,
    submitted,
    submitting,
    succeed,
    throttled,
)
from shared.domain.states import Stage
from tests.support.jobs import NOON, a_request, an_output

Move = Callable[[Job, datetime], Change]

WORKERS = ("w1", "w2", "w3")

_MOVES: st.SearchStrategy[Move] = st.one_of(
    st.sampled_from(WORKERS).map(lambda worker: lambda job, at: start(job, worker, "local", at)),
    st.sampled_from(("t1", "t2")).map(lambda token: lambda job, at: submitting(job, token, at)),
    st.sampled_from(("p1", "p2")).map(lambda name: lambda job, at: submitted(job, name, at)),
    st.tuples(st.sampled_from(Stage), st.none() | st.integers(-5, 120)).map(
        lambda said: lambda job, at: progressed(job, said[0], said[1], at)
    ),
    st.integers(1, 60).map(lambda n: lambda job, at: throttled(job, at + timedelta(seconds=n), "Wait.", at)),
    st.just(hand_back),
    st.just(request_cancel),
    st.just(lambda job, at: succeed(job, an_output(), at)),
    st.sampled_from(FailureCode).map(lambda code: lambda job, at: fail(job, Failure(code, "It failed."), at)),
    st.just(cancel),
)

_REQUEST = a_request()
_EASY: tuple[Move, ...] = (
    *(lambda job, at, worker=worker: start(job, worker, "local", at) for worker in WORKERS),
    lambda job, at: submitting(job, "t", at),
    lambda job, at: submitted(job, "p", at),
    lambda job, at: progressed(job, Stage.RENDERING, (job.progress or 0) + 7, at),
    lambda job, at: throttled(job, at, "Wait.", at),
    hand_back,
    request_cancel,
    lambda job, at: succeed(job, an_output(), at),
    lambda job, at: fail(job, Failure(FailureCode.PROVIDER_FAILED, "It failed."), at),
    cancel,
)

_SECONDS = st.integers(-30, 90)
"""How far the next writer's clock is from the last event: clocks of two machines disagree."""


@st.composite
def lives(draw: st.DrawFn, *, most: int = 10, job_id: str = "job-1", first: int = 1) -> list[Entry]:
    """Draw the log of a job: legal moves by many hands, their clocks not agreeing, the revisions with gaps."""
    opened = accept(a_request(job_id), 1)
    entries = [Entry(first, opened.fact, opened.job)]
    for move, seconds, gap in draw(st.lists(st.tuples(_MOVES, _SECONDS, st.integers(1, 3)), max_size=most)):
        last = entries[-1]
        try:
            change = move(last.job, last.job.updated_at + timedelta(seconds=seconds))
        except IllegalMove:
            continue
        entries.append(Entry(last.revision + gap, change.fact, change.job))
    return entries


def jobs() -> st.SearchStrategy[Job]:
    """Draw a job at any point of its life."""
    return lives().flatmap(lambda life: st.sampled_from([entry.job for entry in life]))


def random_life(
    chance: random.Random, most: int = 10, *, job_id: str | None = None, created_at: datetime = NOON
) -> list[Entry]:
    """Make one life by chance alone, a hundred times faster than hypothesis draws one."""
    opened = accept(a_request(job_id, created_at=created_at) if job_id else _REQUEST, 1)
    entries = [Entry(1, opened.fact, opened.job)]
    while len(entries) < most and not entries[-1].job.done:
        last = entries[-1]
        move = chance.choice(_EASY)
        try:
            change = move(last.job, last.job.updated_at + timedelta(seconds=chance.randint(-30, 90)))
        except IllegalMove:
            continue
        entries.append(Entry(last.revision + chance.randint(1, 3), change.fact, change.job))
    return entries
