"""Gateways that submit over one bus in memory, and jobs that end there."""

from dataclasses import dataclass, field
from typing import Any

from gateway.submission import Submitter
from shared.domain.job import fail, past_deadline
from shared.domain.request import JobRequest
from shared.events.codec import encode_change
from shared.ports.answers import Answers
from shared.ports.job_log import BusUnavailable
from tests.support.fakes.answers import MemoryAnswers
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.jobs import NOON, a_request


@dataclass(slots=True)
class StumblingBus(MemoryBus):
    """A bus that is away for just one of its calls."""

    stumble_at: int = 0
    calls: int = field(default=0)

    async def answer(self) -> None:
        self.calls += 1
        if self.calls == self.stumble_at:
            raise BusUnavailable("stumbled")
        await MemoryBus.answer(self)


def gateway(bus: MemoryBus, name: str = "gateway-1", answers: Answers | None = None) -> Submitter:
    """One gateway's submitter."""
    return Submitter(MemoryRequests(bus, name), MemoryJobLog(bus, name), answers or MemoryAnswers(bus))


def end(bus: MemoryBus, job_id: str) -> None:
    """End a job."""
    last = bus.last(job_id)
    failed = fail(last.job, past_deadline(last.job), NOON)
    bus.put_event(job_id, encode_change(failed, "end", "x").body)


def asked(job_id: str, **changes: Any) -> JobRequest:
    """Ask for Mira's portrait, under any jobId."""
    changes.setdefault("character", {"character": "Mira"})
    return a_request(job_id, **changes)
