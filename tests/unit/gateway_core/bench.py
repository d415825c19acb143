"""What listing and retrying are tried on."""

from gateway.listing import Listing, Page, Wanted
from gateway.lookup import Lookup
from shared.domain.fold import Entry
from shared.domain.job import accept, fail, past_deadline, start, succeed
from tests.support.fakes.bus import MemoryBus, MemoryJobLog, MemoryRequests
from tests.support.fakes.clock import ManualClock
from tests.support.fakes.deletions import MemoryDeletions
from tests.support.fakes.filings import MemoryFilings
from tests.support.fakes.records import MemoryBucket, MemoryRecordReader
from tests.support.jobs import NOON, a_request, an_output


class Desk:
    """A gateway's lookup and listing, over a bus that the test fills."""

    def __init__(self, most_headers: int = 1_000, most_records: int = 1_000) -> None:
        self.bus, self.clock, self.deletions = MemoryBus(), ManualClock(), MemoryDeletions()
        self.index, self.log = MemoryFilings(self.bus), MemoryJobLog(self.bus, "gateway")
        reader = MemoryRecordReader(MemoryBucket(), self.clock)
        self.lookup = Lookup(reader, self.log, self.clock, self.deletions)
        self.listing = Listing(self.index, self.lookup, most_headers, most_records)

    async def accepted(self, job_id: str, *, failed: bool = False, owner: str = "") -> Entry:
        """Accept a job, and perhaps have it fail."""
        request = a_request(job_id, owner=owner)
        entry = await self.log.append(accept(request, await MemoryRequests(self.bus).file(request, 0)), None)
        return await self.fail(entry) if failed else entry

    async def fail(self, entry: Entry) -> Entry:
        """Have a job fail."""
        return await self.log.append(fail(entry.job, past_deadline(entry.job), NOON), entry)

    async def succeed(self, entry: Entry) -> Entry:
        """Have a worker take a job and end it well."""
        held = await self.log.append(start(entry.job, "w", "local", NOON), entry)
        return await self.log.append(succeed(held.job, an_output(), NOON), held)

    async def pages(self, wanted: Wanted, limit: int) -> list[Page]:
        """Return all pages."""
        pages = [await self.listing.page(wanted, limit)]
        while pages[-1].below is not None:
            pages.append(await self.listing.page(wanted, limit, pages[-1].below))
        return pages

    def looked(self) -> int:
        """How many headers were looked at so far."""
        return sum(window.looked for window in self.index.windows)
