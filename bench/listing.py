"""How long a page of jobs takes among a hundred thousand, and how much memory paging through them all takes.

    python -m bench.listing [--jobs 100000]

A real nats-server over the loopback, and the gateway's own listing. The jobs are written as they lie there: a request
of 2 KiB, and the record in the bucket. A hundredth are clips, a thousandth failed, and a fiftieth of the requests were
removed again. A gateway's cache holds 20,000 records: most of what is paged through is read from the bucket.
"""

import argparse
import asyncio
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from gateway.listing import Listing, Wanted
from gateway.lookup import Lookup
from shared.domain.claims import claim_of
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, accept, fail, past_deadline
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.events import subjects
from shared.events.codec import encode_request
from shared.events.records import encode_record
from shared.jetstream.deletions import JetStreamDeletions
from shared.jetstream.filing_headers import headers_of
from shared.jetstream.filings import JetStreamFilings
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.record_cache import open_record_cache
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.topology import JOBS, Topology, bucket_subject, ensure
from shared.ports.records import BucketState, Record
from shared.runtime.clock import SystemClock
from tests.support.jobs import a_request
from tests.support.nats_server import client_of, nats_server

TARGET_MS = 100.0
_IN_FLIGHT = 2_000
_AT_ONCE = 64
_SHOWS = 1_000


class Filler:
    """Publishes with many in flight, and waits for every acknowledgement."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._inbox = client.new_inbox()
        self._room = asyncio.Semaphore(_IN_FLIGHT)

    async def __call__(self, count: int, publish: Callable[[int, str], Awaitable[None]]) -> None:
        """Publish so many; ``publish`` is given the number and where the acknowledgement goes."""
        subscription = await self._client.subscribe(self._inbox, cb=self._acknowledged)
        for number in range(count):
            await self._room.acquire()
            await publish(number, self._inbox)
        for _ in range(_IN_FLIGHT):
            await self._room.acquire()
        for _ in range(_IN_FLIGHT):
            self._room.release()
        await subscription.unsubscribe()

    async def _acknowledged(self, _: Msg) -> None:
        self._room.release()


async def fill(client: Client, js: JetStreamContext, jobs: int) -> None:
    """Write the jobs: requests first, whose sequences then are their numbers, and their records."""
    now = SystemClock().now()
    like = {kind: a_request("like", kind, created_at=now, show={"text": "x" * 1_500}) for kind in Kind}
    filler = Filler(client)

    def request_of(number: int) -> JobRequest:
        kind = Kind.PORTRAIT if number % 100 else Kind.VIDEO
        name = f"job-{number}"
        show = f"show-{number % _SHOWS}"
        return replace(
            like[kind], job_id=JobId(name), claim=claim_of("", kind, show, name, ""), show_id=show, character_id=name
        )

    async def request(number: int, reply: str) -> None:
        asked = request_of(number)
        body = encode_request(asked, "0" * 32, "bench").body
        await client.publish(subjects.request(asked.kind, asked.claim), body, reply=reply, headers=headers_of(asked))

    async def record(number: int, reply: str) -> None:
        change: Change = accept(request_of(number), number + 1)
        if number % 1_000 == 500:
            change = fail(change.job, past_deadline(change.job), now)
        row = Record(Entry(number + 1, change.fact, change.job), now + timedelta(hours=1) if change.job.done else None)
        await client.publish(bucket_subject(change.job.job_id), encode_record(row), reply=reply)

    await filler(jobs, request)
    await filler(jobs, record)
    holes = random.Random(7).sample(range(1, jobs + 1), jobs // 50)
    for at in range(0, len(holes), _AT_ONCE):
        await asyncio.gather(*(js.delete_msg(JOBS, sequence) for sequence in holes[at : at + _AT_ONCE]))


def resident() -> float:
    """Return the most memory this process has ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def page_through(listing: Listing, name: str, wanted: Wanted) -> list[float]:
    """Page through everything wanted; print and return what each page took, in milliseconds."""
    times: list[float] = []
    found = 0
    below = None
    while not times or below is not None:
        started = time.perf_counter()
        page = await listing.page(wanted, 100, below)
        times.append((time.perf_counter() - started) * 1000)
        found, below = found + len(page.records), page.below
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(
        f"{name:<22}{found:>8} jobs {len(times):>6} pages   median {statistics.median(times):6.1f} ms"
        f"   p99 {p99:6.1f} ms   max {ordered[-1]:6.1f} ms   memory {resident():5.0f} MiB"
    )
    return times


async def measure(jobs: int) -> int:
    """Run once; return the exit code: 0 when the median page is within the target and memory stayed flat."""
    topology = Topology()
    with tempfile.TemporaryDirectory() as folder:
        async with nats_server(Path(folder)) as server, client_of(server) as client:
            js = client.jetstream(timeout=20)
            await ensure(js, topology)
            records = JetStreamRecords(js, topology)
            await records.make()
            started = time.perf_counter()
            await fill(client, js, jobs)
            await records.complete(BucketState(3600.0))
            print(f"{jobs} jobs written in {time.perf_counter() - started:.0f} s")
            async with open_record_cache(client, js, topology) as cache:
                log = JetStreamJobLog(js, "bench")
                lookup = Lookup(cache, log, SystemClock(), JetStreamDeletions(client, js, "bench"))
                listing = Listing(JetStreamFilings(client, js), lookup)
                times = await page_through(listing, "everything", Wanted())
                full = resident()
                await page_through(listing, "everything, again", Wanted())
                await page_through(listing, "clips, 1 in 100", Wanted(kind=Kind.VIDEO))
                await page_through(listing, "one show, 1 in 1000", Wanted(show_id="show-7"))
                await page_through(listing, "failed, 1 in 1000", Wanted(statuses=frozenset({Status.FAILED})))
                one = Wanted(kind=Kind.PORTRAIT, show_id="show-7", character_id="job-7")
                await page_through(listing, "one character", one)
                grown = resident() - full
    median = statistics.median(times)
    met = median <= TARGET_MS and grown < 20
    print(f"target: median page ≤ {TARGET_MS:.0f} ms, memory flat (+{grown:.0f} MiB): {'met' if met else 'MISSED'}")
    return 0 if met else 1


def main() -> None:
    """Read the command line and measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jobs", type=int, default=100_000)
    raise SystemExit(asyncio.run(measure(options.parse_args().jobs)))


if __name__ == "__main__":
    main()
