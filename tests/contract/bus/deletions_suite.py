"""What the deletions promise, as tests that run over every implementation."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.ids import JobId
from shared.domain.job import Job, accept
from shared.ports.deletions import Deletion, Deletions
from tests.contract.bus.bench import Later
from tests.support.jobs import NOON, a_request


def a_job(job_id: str = "job-1", request: int = 1) -> Job:
    """Return a job."""
    return accept(a_request(job_id), request).job


def deletion_of(job: Job) -> Deletion:
    """Return the deletion of a job."""
    return Deletion(job.job_id, job.request, NOON)


@dataclass(frozen=True)
class DeletionsBench:
    """The deletions, and the status service's batches of them."""

    deletions: Deletions
    next_batch: Callable[[], Later[Any]]


class DeletionsSuite:
    async def test_only_what_was_deleted_is(self, bench: DeletionsBench) -> None:
        await bench.deletions.add(deletion_of(a_job()))

        assert await bench.deletions.has(a_job())
        assert not await bench.deletions.has(a_job("job-2"))

    async def test_a_job_id_used_anew_is_another_job(self, bench: DeletionsBench) -> None:
        await bench.deletions.add(deletion_of(a_job(request=1)))

        assert not await bench.deletions.has(a_job(request=2))

    async def test_all_are_told_once(self, bench: DeletionsBench) -> None:
        assert await bench.deletions.all() == {}
        deletions = [deletion_of(a_job(f"job-{n}", n + 1)) for n in range(20)]
        for deletion in [*deletions, *deletions]:
            await bench.deletions.add(deletion)

        assert await bench.deletions.all() == {deletion.job_id: deletion for deletion in deletions}

    async def test_the_last_one_of_a_job_id_counts(self, bench: DeletionsBench) -> None:
        first, second = deletion_of(a_job()), replace(deletion_of(a_job()), request=7)
        await bench.deletions.add(first)
        await bench.deletions.add(second)

        assert await bench.deletions.all() == {JobId("job-1"): second}

    async def test_they_are_delivered_until_they_are_carried_out(self, bench: DeletionsBench) -> None:
        deletion = deletion_of(a_job())
        await bench.deletions.add(deletion)

        batch = await bench.next_batch()
        await batch.hand_back()
        while not (again := await bench.next_batch()).items:
            pass
        await again.ack()

        assert list(batch.items) == list(again.items) == [deletion]
