"""How long jobs really take, model by model, and how many end a minute."""

from collections import Counter, deque
from datetime import datetime
from statistics import median

from shared.domain.fold import Entry
from shared.domain.job import Fact
from shared.domain.kinds import Kind

REMEMBERED = 50
"""Successes that a median is taken of: enough to be steady, few enough to follow the provider's mood."""

ENOUGH = 3
"""Fewer measured runs say nothing about the next one."""

_MINUTE = 60
_ENDS = frozenset({Fact.SUCCEEDED, Fact.FAILED, Fact.CANCELED})


class RunTimes:
    """Measured from the events' own times: from a job's start to its success, in seconds."""

    def __init__(self) -> None:
        self._of_model: dict[tuple[Kind, str], deque[float]] = {}
        self._of_kind: dict[Kind, deque[float]] = {kind: deque(maxlen=REMEMBERED) for kind in Kind}
        self._ended: dict[Kind, Counter[int]] = {kind: Counter() for kind in Kind}

    def note(self, entry: Entry, now: datetime) -> None:
        """Learn from an event, if it is a job's end."""
        job = entry.job
        if entry.fact not in _ENDS or job.completed_at is None:
            return
        self._count(job.kind, min(job.completed_at, now), now)
        if entry.fact is Fact.SUCCEEDED and job.started_at is not None:
            seconds = (job.completed_at - job.started_at).total_seconds()
            self._of_kind[job.kind].append(seconds)
            self._of_model.setdefault((job.kind, job.model), deque(maxlen=REMEMBERED)).append(seconds)

    def usual(self, kind: Kind, model: str) -> float | None:
        """Return the median of a model's last successes, None while there are fewer than three."""
        runs = self._of_model.get((kind, model), ())
        return median(runs) if len(runs) >= ENOUGH else None

    def median_of(self, kind: Kind) -> float | None:
        """Return the median of a kind's last successes, whatever their models; None before the first."""
        runs = self._of_kind[kind]
        return median(runs) if runs else None

    def ended_last_minute(self, kind: Kind, now: datetime) -> int:
        """Return how many jobs of a kind ended in the last sixty seconds, however they did."""
        since = int(now.timestamp()) - _MINUTE
        return sum(count for second, count in self._ended[kind].items() if second > since)

    def _count(self, kind: Kind, at: datetime, now: datetime) -> None:
        ended, since = self._ended[kind], int(now.timestamp()) - _MINUTE
        second = int(at.timestamp())
        if second <= since:
            return
        ended[second] += 1
        if len(ended) > 2 * _MINUTE:
            self._ended[kind] = Counter({each: count for each, count in ended.items() if each > since})
