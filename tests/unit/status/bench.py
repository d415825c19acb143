"""The status service's parts over fakes: any number of services over one bus and one bucket."""

import random
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.domain.fold import Entry, fold
from shared.domain.ids import JobId
from shared.domain.job import Change, accept, fail, past_deadline, progressed, start, succeed
from shared.domain.request import JobRequest
from shared.domain.states import Stage
from shared.events.codec import encode_change
from shared.ports.records import Record
from status.deleting import Remover
from status.folding import Folder
from status.rebuilding import Rebuilder
from status.retention import Retention
from status.service import FoldLoop
from status.sweeping import Sweep
from tests.support.fakes.batches import MemoryBatches
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.records import MemoryBucket, MemoryRecords
from tests.support.jobs import a_request, an_output
from tests.unit.domain.moves import random_life

TTL = timedelta(minutes=30)


class Service:
    """One status service."""

    def __init__(self, bench: "Bench", name: str, ttl: timedelta = TTL) -> None:
        log = MemoryJobLog(bench.bus, name)
        self.events = MemoryBatches[Entry]()
        self.records = MemoryRecords(bench.bucket, bench.clock)
        self.folder = Folder(self.records, log, bench.deletions, bench.clock, Retention(ttl))
        self.rebuilder = Rebuilder(self.records, MemoryLogs(bench), bench.deletions, self.folder, ttl)
        self.loop = FoldLoop(self.events, self.folder, self.rebuilder)
        requests = MemoryRequests(bench.bus, name)
        self.sweep = Sweep(requests, requests, log, bench.clock, ttl)
        self.remover = Remover(bench.deletions, self.records, requests)


@dataclass
class MemoryLogs:
    """Every log's last entry; the bucket is lost in the midst of a pass when the bench says so."""

    bench: "Bench"

    async def last_entries(self) -> AsyncIterator[Entry]:
        passed = 0
        async for entry in MemoryJobLog(self.bench.bus, "scan").last_entries():
            passed += 1
            if passed == self.bench.lose_bucket_after:
                self.bench.lose_bucket_after = None
                self.bench.bucket.lose()
            yield entry


@dataclass
class Bench:
    """The world that the services share. ``lose_bucket_after`` so many logs of a pass the bucket is lost, once."""

    bus: MemoryBus = field(default_factory=MemoryBus)
    bucket: MemoryBucket = field(default_factory=MemoryBucket)
    clock: ManualClock = field(default_factory=ManualClock)
    deletions: MemoryDeletions = field(default_factory=MemoryDeletions)
    lose_bucket_after: int | None = None

    def __post_init__(self) -> None:
        self.requests = MemoryRequests(self.bus, "gateway")

    def service(self, name: str = "status-1", ttl: timedelta = TTL) -> Service:
        """Start a status service."""
        return Service(self, name, ttl)

    def life(self, job_id: str, chance: random.Random) -> list[Entry]:
        """Put a whole life of a job into its log, and return it."""
        return [self.say(Change(entry.fact, entry.job)) for entry in random_life(chance, job_id=job_id)]

    def say(self, change: Change) -> Entry:
        """Put one event into a log."""
        self.bus.put_event(change.job.job_id, encode_change(change, f"event-{self.bus.revisions}", "x").body)
        return self.bus.last(change.job.job_id)

    async def submit(self, job_id: str = "job-1", *, opened: bool = True, **changes: Any) -> JobRequest:
        """File a request, and open its log unless the gateway died before."""
        request = a_request(job_id, created_at=self.clock.now(), **changes)
        sequence = await self.requests.file(request, 0)
        if opened:
            self.say(accept(request, sequence))
        return request

    def take(self, job_id: str = "job-1") -> Entry:
        """A worker takes the job."""
        return self.say(start(self.bus.last(job_id).job, "w1", "local", self.clock.now()))

    def progress(self, job_id: str, percent: int) -> Entry:
        """Its provider got on."""
        return self.say(progressed(self.bus.last(job_id).job, Stage.RENDERING, percent, self.clock.now()))

    def finish(self, job_id: str = "job-1") -> Entry:
        """It succeeds."""
        return self.say(succeed(self.bus.last(job_id).job, an_output(), self.clock.now()))

    def fail(self, job_id: str = "job-1") -> Entry:
        """It fails."""
        job = self.bus.last(job_id).job
        return self.say(fail(job, past_deadline(job), self.clock.now()))

    def shown(self) -> dict[JobId, Record]:
        """Return the records that are in the bucket now."""
        now = self.clock.now()
        rows = self.bucket.rows or {}
        return {job_id: row.record for job_id, row in rows.items() if row.until is None or row.until > now}

    def expected(self, ttl: timedelta = TTL) -> dict[JobId, Record]:
        """Return the fold of every log, but for those whose time has passed."""
        ends = [fold(self.bus.entries(job_id)) for job_id in self.bus.logs]
        folded = [Retention(ttl).record(end) for end in ends if end is not None]
        now = self.clock.now()
        return {
            record.entry.job.job_id: record for record in folded if record.expires_at is None or record.expires_at > now
        }


def shuffled(entries: Iterable[Entry], chance: random.Random) -> list[Entry]:
    """Return the entries doubled here and there, in any order."""
    known = list(entries)
    mixed = known + chance.choices(known, k=len(known) // 2)
    chance.shuffle(mixed)
    return mixed
