"""Listing, retrying and deleting over a real server: thousands of jobs, rivals, lost buckets, deliveries repeated."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.listing import Listing, Page, Wanted
from gateway.lookup import Lookup
from gateway.retrying import Retrier
from gateway.submission import Submitter
from gateway.wiring import State, open_app
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import accept, fail, past_deadline
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.jetstream.answers import JetStreamAnswers
from shared.jetstream.deletions import JetStreamDeletions
from shared.jetstream.filings import JetStreamFilings
from shared.jetstream.job_log import JetStreamJobLog
from shared.jetstream.record_cache import open_record_cache
from shared.jetstream.records import JetStreamRecords
from shared.jetstream.requests import JetStreamRequests
from shared.jetstream.topology import BUCKET_STREAM, DELETIONS, FOLDER, JOBS, REMOVER, STATUS, Topology, ensure
from shared.ports.deletions import Deletion
from shared.ports.filings import Window
from shared.runtime.clock import SystemClock
from tests.integration.jetstream.test_status_service import shown, status_services
from tests.support.eventually import eventually
from tests.support.jobs import a_request
from tests.support.nats_server import NatsServer, client_of

MANY = 1_200
FAILED = Wanted(statuses=frozenset({Status.FAILED}))


class Counted(JetStreamFilings):
    """The index, telling how many headers each page looked at."""

    def __init__(self, client: Client, js: JetStreamContext) -> None:
        super().__init__(client, js)
        self.pages: list[int] = []

    async def newest_first(
        self, below: int | None, budget: int, kind: Kind | None = None, claim: str | None = None
    ) -> AsyncIterator[Window]:
        self.pages.append(0)
        async for window in super().newest_first(below, budget, kind, claim):
            self.pages[-1] += window.looked
            yield window


class Writer:
    """Jobs, written as gateways and workers write them."""

    def __init__(self, js: JetStreamContext) -> None:
        self._requests, self._log = JetStreamRequests(js, "g"), JetStreamJobLog(js, "g")

    async def accepted(self, name: str, kind: Kind = Kind.PORTRAIT, *, failed: bool = False) -> Entry:
        """Accept a job, of show ``name``'s last two letters, and perhaps have it fail."""
        request = a_request(name, kind, show_id=f"show-{name[-2:]}", character_id=name, created_at=SystemClock().now())
        entry = await self._log.append(accept(request, await self._requests.file(request, 0)), None)
        return await self._failed(entry) if failed else entry

    async def _failed(self, entry: Entry) -> Entry:
        return await self._log.append(fail(entry.job, past_deadline(entry.job), entry.job.created_at), entry)

    async def fill(self, count: int) -> list[Entry]:
        """Accept so many: each tenth a clip, each hundredth failed; return them newest first."""
        made: list[Entry] = []
        for first in range(0, count, 200):
            numbers = range(first, min(count, first + 200))
            kinds = [Kind.PORTRAIT if n % 10 else Kind.VIDEO for n in numbers]
            made += await asyncio.gather(
                *(self.accepted(f"job-{n}", kind, failed=n % 100 == 50) for n, kind in zip(numbers, kinds, strict=True))
            )
        return sorted(made, key=lambda entry: -entry.job.request)

    async def remove(self, entry: Entry) -> None:
        """Take a job's request away, as when its time has passed."""
        await self._requests.remove(entry.job.request)


class Desk(Writer):
    """One gateway's listing, too."""

    def __init__(self, js: JetStreamContext, index: Counted, lookup: Lookup) -> None:
        super().__init__(js)
        self.index, self.lookup = index, lookup
        self.listing = Listing(index, lookup, most_headers=700, most_records=300)

    async def pages(self, wanted: Wanted, limit: int = 100) -> list[Page]:
        """Return every page, while a job is added before each."""
        pages: list[Page] = []
        below = None
        while not pages or below is not None:
            pages.append(await self.listing.page(wanted, limit, below))
            below = pages[-1].below
            await self.accepted(f"late-{id(wanted)}-{len(pages)}")
        return pages


@pytest.fixture
async def desk(client: Client, js: JetStreamContext, topology: Topology) -> AsyncIterator[Desk]:
    """A gateway's listing, with small bounds."""
    async with open_record_cache(client, js, topology) as cache:
        log = JetStreamJobLog(js, "g")
        lookup = Lookup(cache, log, SystemClock(), JetStreamDeletions(client, js, "g"))
        yield Desk(js, Counted(client, js), lookup)


async def test_thousands_of_jobs_are_paged_through_whole_in_order_and_within_bounds(
    desk: Desk, js: JetStreamContext, seed: int
) -> None:
    """There are holes of all sizes in the stream, and jobs are added between the pages."""
    chance = random.Random(seed)
    made = await desk.fill(MANY)
    first = chance.randrange(MANY // 2)
    gone = {entry.job.job_id for entry in [*made[first : first + 300], *chance.sample(made, 120)]}
    for entry in made:
        if entry.job.job_id in gone:
            await desk.remove(entry)
    left = [entry.job for entry in made if entry.job.job_id not in gone]
    expected = {
        Wanted(): left,
        Wanted(kind=Kind.VIDEO): [job for job in left if job.kind is Kind.VIDEO],
        Wanted(show_id="show-42"): [job for job in left if job.show_id == "show-42"],
        FAILED: [job for job in left if job.status is Status.FAILED],
        Wanted(kind=Kind.PORTRAIT, show_id=left[-1].show_id, character_id=left[-1].job_id): [
            job for job in left[-1:] if job.kind is Kind.PORTRAIT
        ],
    }

    for wanted, jobs in expected.items():
        desk.index.pages.clear()
        pages = await desk.pages(wanted)
        found = [record.entry.job for page in pages for record in page.records if record.entry.job.job_id[:4] == "job-"]
        assert found == jobs, wanted
        assert max(desk.index.pages) <= 700, wanted
    assert {info.name for info in await js.consumers_info(JOBS)} == {"portrait-worker", "video-worker"}


async def test_a_claim_is_found_without_looking_at_anything_else(desk: Desk) -> None:
    await desk.fill(600)
    desk.index.pages.clear()

    page = await desk.listing.page(Wanted(kind=Kind.PORTRAIT, show_id="show--7", character_id="job-7"), 10)

    assert [record.entry.job.job_id for record in page.records] == ["job-7"]
    assert (page.below, desk.index.pages) == (None, [1])


async def test_retries_at_once_on_two_gateways_are_one_job(
    desk: Desk, js: JetStreamContext, server: NatsServer
) -> None:
    failed = await desk.accepted("job-1", failed=True)
    async with client_of(server) as second:
        retriers = []
        for name, context in (("a", js), ("b", second.jetstream(timeout=5))):
            requests, log = JetStreamRequests(context, name), JetStreamJobLog(context, name)
            submitter = Submitter(requests, log, JetStreamAnswers(context, name))
            retriers.append(Retrier(requests, submitter, log, desk.lookup, desk.listing, SystemClock()))

        answers = await asyncio.gather(*(retriers[n % 2].retry(failed.job, None) for n in range(20)))
        all_failed = await asyncio.gather(*(retrier.retry_failed(Wanted(), None) for retrier in retriers))

    [again] = {answer.entry.job.job_id for answer in answers}
    assert [answer.deduplicated for answer in answers].count(False) == 1
    assert [list(retried.entries) for retried in all_failed] == [[], []]
    assert (await js.stream_info(JOBS)).state.messages == 2
    assert answers[0].entry.job.retry_of == "job-1"
    assert again != "job-1"


async def test_what_was_deleted_survives_neither_a_lost_bucket_nor_a_repeated_delivery(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology, tmp_path: Path
) -> None:
    (tmp_path / "media").mkdir()
    settings = Settings(nats_url=(server.url,), media_url=(tmp_path / "media").as_uri())
    records = JetStreamRecords(js, topology)
    async with (
        status_services(server, topology, 2),
        open_app(settings, asyncio.Event(), topology, State()) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://greenroom.test") as http,
    ):
        jobs = {name: await Writer(js).accepted(name, failed=True) for name in ("kept", "gone")}
        assert await eventually(lambda: shown(js, topology, jobs), within=20)

        assert (await http.delete("/v1/jobs/gone")).status_code == 204

        async def only_kept() -> bool:
            listed = (await http.get("/v1/jobs")).json()["jobs"]
            return [job["jobId"] for job in listed] == ["kept"]

        async def settled() -> bool:
            infos = [await js.consumer_info(STATUS, FOLDER), await js.consumer_info(DELETIONS, REMOVER)]
            return not any(info.num_pending or info.num_ack_pending for info in infos)

        async def stays_gone() -> None:
            assert await eventually(settled, within=20)
            assert await eventually(lambda: shown(js, topology, {"kept": jobs["kept"]}), within=20)
            assert await records.get(JobId("gone")) is None
            assert (await http.get("/v1/jobs/gone")).status_code == 410
            assert await eventually(only_kept)

        await stays_gone()
        await js.delete_stream(BUCKET_STREAM)
        await stays_gone()
        for stream, consumer in ((STATUS, FOLDER), (DELETIONS, REMOVER)):
            # A new consumer is given everything again, as after the loss of what the old one had acknowledged.
            await js.delete_consumer(stream, consumer)
        await ensure(js, topology)
        await stays_gone()

        ends = await JetStreamJobLog(js, "reader").last(JobId("gone"))
        assert ends == jobs["gone"], "its log is as it was: one end, and nothing after it"
        assert (await js.stream_info(STATUS)).state.messages == 4


async def test_a_deletion_the_status_service_has_not_carried_out_is_carried_out_when_it_is_back(
    client: Client, js: JetStreamContext, server: NatsServer, topology: Topology
) -> None:
    deletions = JetStreamDeletions(client, js, "g")
    async with status_services(server, topology, 1):
        entry = await Writer(js).accepted("gone", failed=True)
        assert await eventually(lambda: shown(js, topology, {"gone": entry}), within=20)
    await deletions.add(deletion := Deletion(entry.job.job_id, entry.job.request, SystemClock().now()))
    assert await deletions.all() == {deletion.job_id: deletion}

    async with status_services(server, topology, 1):

        async def removed() -> bool:
            gone = await JetStreamRecords(js, topology).get(JobId("gone")) is None
            return gone and (await js.stream_info(JOBS)).state.messages == 0

        assert await eventually(removed, within=20)
