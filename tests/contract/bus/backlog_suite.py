"""What reading the backlog promises, as tests that run over every implementation."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from shared.domain.fold import Entry
from shared.domain.job import accept, cancel, start
from shared.domain.kinds import Kind
from shared.ports.backlog import Backlog
from shared.ports.bus import Delivery, RequestQueue, Requests
from shared.ports.job_log import JobLog
from tests.contract.bus.bench import Later
from tests.support.jobs import NOON, a_request


@dataclass(frozen=True)
class BacklogBench:
    """One bus. ``worker`` opens a worker's side of a kind; ``put_raw`` puts bytes among the portraits' requests."""

    backlog: Backlog
    requests: Requests
    log: JobLog
    worker: Callable[[Kind], AbstractAsyncContextManager[RequestQueue]]
    put_raw: Callable[[str, bytes], Later[int]]

    async def file(self, job_id: str, kind: Kind = Kind.PORTRAIT, *, opened: bool = True) -> tuple[int, Entry | None]:
        """File a request, and open its log as the gateway does."""
        request = a_request(job_id, kind)
        sequence = await self.requests.file(request, 0)
        return sequence, await self.log.append(accept(request, sequence), None) if opened else None

    async def canceled(self, job_id: str) -> int:
        """File a request whose job is canceled while it waits."""
        sequence, entry = await self.file(job_id)
        assert entry is not None
        await self.log.append(cancel(entry.job, NOON), entry)
        return sequence

    async def waiting(self, kind: Kind = Kind.PORTRAIT) -> list[int]:
        """Return the sequences of who waits."""
        return [queued.sequence for queued in (await self.backlog.snapshot(kind)).waiting]

    async def undelivered(self, kind: Kind = Kind.PORTRAIT) -> int:
        """Return how many were not delivered."""
        return (await self.backlog.progress(kind)).undelivered


async def taken(queue: RequestQueue) -> Delivery:
    """Pull one."""
    [delivery] = await queue.pull(1, 5.0)
    return delivery


class BacklogSuite:
    async def test_an_empty_one(self, bench: BacklogBench) -> None:
        for kind in Kind:
            snapshot = await bench.backlog.snapshot(kind)
            assert (list(snapshot.waiting), list(snapshot.ended)) == ([], [])
            assert await bench.undelivered(kind) == 0

    async def test_each_kind_waits_for_itself_in_order(self, bench: BacklogBench) -> None:
        portraits = [(await bench.file(f"p{n}"))[0] for n in range(3)]
        clips = [(await bench.file(f"v{n}", Kind.VIDEO))[0] for n in range(2)]

        assert await bench.waiting(Kind.PORTRAIT) == portraits
        assert await bench.waiting(Kind.VIDEO) == clips
        assert (await bench.undelivered(Kind.PORTRAIT), await bench.undelivered(Kind.VIDEO)) == (3, 2)

    async def test_what_a_worker_was_given_waits_no_more(self, bench: BacklogBench) -> None:
        first, second = [(await bench.file(f"job-{n}"))[0] for n in range(2)]
        async with bench.worker(Kind.PORTRAIT) as queue:
            held = await taken(queue)

            progress = await bench.backlog.progress(Kind.PORTRAIT)
            assert first <= progress.delivered < second
            assert (progress.undelivered, progress.unfinished) == (1, 1)
            assert await bench.waiting() == [second]

            await held.ack()
            assert (await bench.backlog.progress(Kind.PORTRAIT)).unfinished == 0

    async def test_what_was_handed_back_is_unfinished_rather_than_waiting(self, bench: BacklogBench) -> None:
        await bench.file("job-1")
        async with bench.worker(Kind.PORTRAIT) as queue:
            await (await taken(queue)).hand_back(delay=60.0)

        progress = await bench.backlog.progress(Kind.PORTRAIT)
        assert (progress.undelivered, progress.unfinished) == (0, 1)
        assert await bench.waiting() == []

    async def test_whose_job_ended_waits_no_more_though_its_request_lies_there(self, bench: BacklogBench) -> None:
        first, _ = await bench.file("job-1")
        ended = await bench.canceled("job-2")
        last, _ = await bench.file("job-3")

        snapshot = await bench.backlog.snapshot(Kind.PORTRAIT)

        assert [queued.sequence for queued in snapshot.waiting] == [first, last]
        assert list(snapshot.ended) == [ended]
        assert await bench.undelivered() == 3

    async def test_a_request_whose_log_is_not_opened_yet_waits(self, bench: BacklogBench) -> None:
        sequence, _ = await bench.file("job-1", opened=False)

        assert await bench.waiting() == [sequence]

    async def test_a_request_that_its_ids_log_does_not_name_is_nobodys(self, bench: BacklogBench) -> None:
        rival, _ = await bench.file("job-1", opened=False)
        own = a_request("job-1", custom_prompt="other")
        sequence = await bench.requests.file(own, 0)
        await bench.log.append(accept(own, sequence), None)

        assert await bench.waiting() == [sequence]
        assert rival in (await bench.backlog.snapshot(Kind.PORTRAIT)).ended

    async def test_a_job_that_a_worker_began_meanwhile_waits_no_more(self, bench: BacklogBench) -> None:
        _, entry = await bench.file("job-1")
        assert entry is not None
        await bench.log.append(start(entry.job, "w1", "local", NOON), entry)

        assert await bench.waiting() == []

    async def test_nonsense_among_the_requests_waits_for_a_worker_to_set_it_aside(self, bench: BacklogBench) -> None:
        odd = await bench.put_raw("claim", b"nonsense")

        assert await bench.waiting() == [odd]

    async def test_many(self, bench: BacklogBench) -> None:
        sequences = [(await bench.file(f"job-{n}"))[0] for n in range(230)]
        gone = {await bench.canceled(f"gone-{n}") for n in range(20)}

        snapshot = await bench.backlog.snapshot(Kind.PORTRAIT)

        assert [queued.sequence for queued in snapshot.waiting] == sequences
        assert set(snapshot.ended) == gone
