"""The state of the queue, kind by kind, from what waits, who works and what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.explaining import State, describe
from gateway.lines import Lines
from gateway.outlook import Outlook
from gateway.roster import Roster
from gateway.run_times import RunTimes
from shared.domain.kinds import Kind
from shared.ports.clock import Clock
from shared.ports.job_log import BusUnavailable
from shared.ports.meters import Depth
from shared.ports.workers import Load

_PATIENCE = 3.0
_LOOK_EVERY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class KindReport:
    """One kind. Times in seconds; None is not measured yet, or nobody waits."""

    state: State
    state_detail: str | None
    queued: int
    running: int
    oldest_wait: float | None
    median_run: float | None
    ended_last_minute: int
    workers: list[Load]


class QueueReporter:
    """Reports what this gateway knows."""

    def __init__(self, roster: Roster, lines: Lines, run_times: RunTimes, outlook: Outlook, clock: Clock) -> None:
        self._roster = roster
        self._lines = lines
        self._run_times = run_times
        self._outlook = outlook
        self._clock = clock

    async def reports(self) -> dict[Kind, KindReport]:
        """Return every kind's state, waiting a moment for it just after the start; may raise ``BusUnavailable``."""
        until = self._clock.monotonic() + _PATIENCE
        while (reports := self.known()) is None:
            if self._clock.monotonic() >= until:
                raise BusUnavailable("the state of the queue is not known")
            await self._clock.sleep(_LOOK_EVERY)
        return reports

    def known(self) -> dict[Kind, KindReport] | None:
        """Return every kind's state, None while it is not known."""
        found = {kind: self._report(kind) for kind in Kind} if self._roster.known else {}
        reports = {kind: report for kind, report in found.items() if report is not None}
        return reports if len(reports) == len(Kind) else None

    def depths(self) -> Mapping[Kind, Depth]:
        """Return how full each kind's queue is, as operators see it; nothing while it is not known."""
        return {
            kind: Depth(report.queued, report.running, len(report.workers), report.oldest_wait or 0.0)
            for kind, report in (self.known() or {}).items()
        }

    def _report(self, kind: Kind) -> KindReport | None:
        line, now = self._lines.line(kind), self._clock.now()
        if line is None:
            return None
        situation = self._outlook.situation(kind)
        return KindReport(
            state=situation.state,
            state_detail=describe(situation, len(line), self._lines.unfinished(kind)),
            queued=len(line),
            running=sum(load.running for load in situation.workers),
            oldest_wait=_seconds(line.oldest(), now),
            median_run=self._run_times.median_of(kind),
            ended_last_minute=self._run_times.ended_last_minute(kind, now),
            workers=situation.workers,
        )


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())
