"""Two thousand predictions in one worker's hands: what that costs in calls, time, memory and processor.

    python -m bench.two_thousand [--jobs 2000] [--reads 3000] [--creates 600] [--run 240 270]

Real processes on loopback: nats-server, the status service, one portrait worker, and an emulated Replicate that counts
its calls and refuses those beyond the budget. At 600 creates a minute it takes 200 s until all are running, and so the
predictions take longer than that. Exit status 1 unless all were held at once, within both budgets, and succeeded. The
emulator takes one second's worth at once and refuses the rest: where a disk stalls for longer than that, calls arrive
together that were not sent so. One in a hundred of the jobs may meet that, and waits a second.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nats.js import JetStreamContext

from shared.domain.states import Status
from shared.jetstream.requests import JetStreamRequests
from shared.runtime.clock import SystemClock
from tests.support.chaos.evidence import Evidence
from tests.support.chaos.process import Process
from tests.support.chaos.scene import Scene, scene
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import client_of

MINUTE = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
_READS = frozenset({"get", "list", "cancel", "upload", "file"})


@dataclass(frozen=True)
class Numbers:
    """What was measured. ``late`` is how long after its prediction's end each job ended, in seconds."""

    jobs: int
    succeeded: int
    created: int
    held: int
    creates_at_most: int
    reads_at_most: int
    refused: Sequence[str]
    late: Sequence[float]
    resident: int
    grown: int
    busy: float

    def rows(self, reads: int, creates: int) -> list[str]:
        """Say them, ``reads`` and ``creates`` being the budget a minute."""
        mib = 1024 * 1024
        median, p95 = statistics.median(self.late), sorted(self.late)[int(len(self.late) * 0.95) - 1]
        return [
            f"{self.jobs} jobs: {self.succeeded} succeeded, {self.created} predictions made, {self.held} held at once",
            f"in the busiest minute {self.creates_at_most} creates of {creates}, {self.reads_at_most} reads of {reads}",
            f"calls the provider refused: {len(self.refused)} {', '.join(self.refused[:20])}".rstrip(),
            f"from a prediction's end to its job's: median {median:.2f} s, p95 {p95:.2f} s, max {max(self.late):.2f} s",
            f"the worker: {self.resident / mib:.0f} MiB resident at most, {self.grown / mib:.0f} more than when idle, "
            f"{self.busy:.0%} of a core while it held all",
        ]

    def holds(self, reads: int, creates: int) -> bool:
        """Whether all were held at once and ended well, each paid once, within the budget and hardly ever refused."""
        whole = self.succeeded == self.created == self.held == self.jobs
        within = self.creates_at_most <= creates and self.reads_at_most <= reads
        return whole and within and len(self.refused) <= self.jobs // 100


async def measure(jobs: int, reads: int, creates: int, run: tuple[float, float], seed: int = 0) -> Numbers:
    """Run once."""
    with tempfile.TemporaryDirectory() as folder:
        async with scene(
            Path(folder), seed, ack_wait=20.0, gateways=0, portrait_workers=0, video_workers=0, failing=False
        ) as stage:
            # The emulator holds the worker to the budget as Replicate would, with a burst of a second's worth.
            stage.emulator.set(run={"*": list(run)}, reads_per_minute=reads * 1.02, creates_per_minute=creates * 1.02)
            worker = stage.add(
                "portrait-worker",
                CONCURRENCY=str(jobs),
                PROVIDER_READS_PER_MINUTE=str(reads),
                PROVIDER_CREATES_PER_MINUTE=str(creates),
            )
            await worker.start()
            return await _measured(stage, worker, jobs, run)


async def _measured(stage: Scene, worker: Process, jobs: int, run: tuple[float, float]) -> Numbers:
    idle = memory(worker.pid, "VmRSS")
    async with client_of(stage.nats) as client:
        await _file(client.jetstream(timeout=10), jobs)
    await eventually(lambda: len(stage.emulator.creations()) >= jobs, within=600, every=1.0)
    before, began = processor(worker.pid), time.monotonic()
    held = sum(each["status"] in ("starting", "processing") for each in stage.emulator.creations())
    await asyncio.sleep(run[0] / 4)
    busy = (processor(worker.pid) - before) / (time.monotonic() - began)
    await eventually(lambda: _all_ended(stage, jobs), within=run[1] + 120, every=2.0)
    resident, calls, evidence = memory(worker.pid, "VmHWM"), stage.emulator.calls(), await stage.evidence()
    return Numbers(
        jobs=jobs,
        succeeded=sum(log[-1].entry.job.status is Status.SUCCEEDED for log in evidence.logs.values()),
        created=len(evidence.creations),
        held=held,
        creates_at_most=busiest_minute([call["at"] for call in calls if call["call"] == "create"]),
        reads_at_most=busiest_minute([call["at"] for call in calls if call["call"] in _READS]),
        refused=[
            f"{each['call']} after {each['at'] - calls[0]['at']:.0f} s" for each in calls if each["status"] == 429
        ],
        late=_late(evidence),
        resident=resident,
        grown=resident - idle,
        busy=busy,
    )


async def _file(js: JetStreamContext, jobs: int) -> None:
    requests, now = JetStreamRequests(js, "bench"), SystemClock().now()
    for start in range(0, jobs, 100):
        numbers = range(start, min(start + 100, jobs))
        await asyncio.gather(*(requests.file(a_request(f"job-{n}", created_at=now), 0) for n in numbers))


async def _all_ended(stage: Scene, jobs: int) -> bool:
    return sum(job.done for job in (await stage.jobs()).values()) == jobs


def _late(evidence: Evidence) -> list[float]:
    ended = {log[-1].entry.job.prediction: log[-1].stored_at for log in evidence.logs.values()}
    done = {made["id"]: datetime.fromisoformat(made["completedAt"]) for made in evidence.creations}
    return [(ended[each] - at).total_seconds() for each, at in done.items() if each in ended]


def busiest_minute(moments: Sequence[float]) -> int:
    """Return the most moments that any sixty seconds hold."""
    ordered, start, most = sorted(moments), 0, 0
    for end, at in enumerate(ordered):
        while at - ordered[start] >= MINUTE:
            start += 1
        most = max(most, end - start + 1)
    return most


def memory(pid: int, what: str) -> int:
    """Return a process's memory, ``VmRSS`` now or ``VmHWM`` at its most, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:"))


def processor(pid: int) -> float:
    """Return the seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main() -> None:
    """Read the command line and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=2000)
    options.add_argument("--reads", type=int, default=3000)
    options.add_argument("--creates", type=int, default=600)
    options.add_argument("--run", type=float, nargs=2, default=(240.0, 270.0))
    given = options.parse_args()
    numbers = asyncio.run(measure(given.jobs, given.reads, given.creates, tuple(given.run)))
    print("\n".join(numbers.rows(given.reads, given.creates)))
    raise SystemExit(0 if numbers.holds(given.reads, given.creates) else 1)


if __name__ == "__main__":
    main()
