"""What is known of the queue, to look ahead with."""

from datetime import datetime, timedelta

from gateway.lines import Lines
from gateway.outlook import Outlook
from gateway.roster import ANSWERED_WITHIN, Roster
from gateway.run_times import RunTimes
from shared.domain.fold import Entry
from shared.domain.job import Job, accept, start, succeed
from shared.domain.kinds import Kind
from shared.ports.event_feed import Heard
from shared.ports.workers import Load
from shared.views import Prospect
from tests.support.fakes.backlog import MemoryBacklog
from tests.support.fakes.bus import MemoryBus
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.queue import MemoryConsumer
from tests.support.jobs import NOON, a_request, an_output

RUN = 30.0


class Desk:
    """A gateway's knowledge, as a test has it. A portrait usually takes half a minute, given ``runs`` were measured."""

    def __init__(self, *loads: Load, runs: int = 5, known: bool = True) -> None:
        self.clock = ManualClock()
        bus = MemoryBus()
        self.lines = Lines(
            MemoryBacklog(bus, {kind: MemoryConsumer(bus, self.clock, kind) for kind in Kind}), self.clock
        )
        self.roster = Roster(self.clock)
        self.run_times = RunTimes()
        self.outlook = Outlook(self.roster, self.lines, self.run_times, self.clock)
        for _ in range(runs):
            self._measure()
        if known:
            self.roster.asked()
            self.roster.up_to_date(0.0)
            self.pass_time(ANSWERED_WITHIN, *loads)

    def _measure(self) -> None:
        began = start(accept(a_request("measured"), 1).job, "w1", "local", NOON)
        done = succeed(began.job, an_output(), NOON + timedelta(seconds=RUN))
        self.run_times.note(Entry(1, done.fact, done.job), NOON)

    def pass_time(self, seconds: float, *loads: Load) -> None:
        """Let time pass; these workers still announce themselves at its end."""
        self.clock.advance(seconds)
        for load in loads:
            self.roster.heard(load)
        self.roster.up_to_date(0.0)

    async def line_up(self, waiting: int) -> list[Job]:
        """Have so many portraits wait; return them in their order."""
        jobs = [accept(a_request(f"job-{n}"), n).job for n in range(1, waiting + 1)]
        self.lines.hear(Heard((), 0))
        for kind in Kind:
            await self.lines.check(kind)
        self.lines.hear(Heard([Entry(job.request, accept(a_request(), 1).fact, job) for job in jobs], waiting))
        return jobs

    def look(self, job: Job) -> Prospect:
        """Return what is to be expected of a job, explained alike to whoever polls and to whoever listens."""
        prospect = self.outlook.look_ahead(job)
        assert self.outlook.explainer()(job) == prospect.explanation
        return prospect

    def eta(self, job: Job) -> float | None:
        """Return the seconds until the job should be done."""
        eta = self.look(job).eta
        return (eta - self.clock.now()).total_seconds() if eta else None


def running(at: datetime = NOON, worker: str = "w1") -> Job:
    return start(accept(a_request(), 1).job, worker, "local", at).job
