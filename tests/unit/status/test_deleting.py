"""A deleted job stays deleted, whatever is delivered again, folded late or rebuilt."""

import asyncio
import random

import pytest

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.ports.deletions import Deletion
from shared.ports.job_log import BusUnavailable
from shared.ports.records import RecordLost
from tests.unit.status.bench import Bench, Service

JOB = JobId("job-1")


async def ended(bench: Bench, service: Service, job_id: str = "job-1") -> Entry:
    """Bring a job to its end, folded."""
    await bench.submit(job_id)
    bench.take(job_id)
    entry = bench.finish(job_id)
    await service.folder.fold(entry)
    return entry


async def delete(bench: Bench, entry: Entry) -> None:
    """A gateway writes its deletion down."""
    await bench.deletions.add(Deletion(entry.job.job_id, entry.job.request, bench.clock.now()))


async def with_bucket(bench: Bench) -> Service:
    """Start a service whose bucket is there."""
    service = bench.service()
    await service.rebuilder.ensure()
    return service


async def test_a_deletion_takes_record_and_request_away_and_leaves_the_log(bench: Bench) -> None:
    service = await with_bucket(bench)
    entry, other = await ended(bench, service), await ended(bench, service, "job-2")
    await delete(bench, entry)

    await service.remover.once()

    assert list(bench.shown()) == [other.job.job_id]
    assert list(bench.bus.requests) == [other.job.request]
    assert [each.fact.value for each in bench.bus.entries(JOB)] == ["accepted", "started", "succeeded"]


async def test_an_end_delivered_again_brings_nothing_back(bench: Bench) -> None:
    service = await with_bucket(bench)
    entry = await ended(bench, service)
    await delete(bench, entry)
    await service.remover.once()

    await service.folder.fold_all(bench.bus.entries(JOB))
    bench.bucket.removed.clear()  # the removal is long ago
    await service.folder.fold_all(bench.bus.entries(JOB))

    assert bench.shown() == {}


async def test_a_rebuild_leaves_out_what_was_deleted(bench: Bench, seed: int) -> None:
    service = await with_bucket(bench)
    for n in range(30):
        bench.life(f"other-{n}", random.Random(seed + n))
    entry = await ended(bench, service)
    await delete(bench, entry)
    await service.remover.once()

    bench.bucket.lose()
    await bench.service("status-2").rebuilder.ensure()

    assert bench.shown().keys() == bench.expected().keys() - {JOB}


async def test_deleting_while_the_end_is_being_folded_leaves_no_record(bench: Bench) -> None:
    """Whichever of the two comes first, in every interleaving of their steps."""
    for late in range(12):
        world = Bench()
        service = await with_bucket(world)
        await world.submit()
        entry = world.fail()
        await delete(world, entry)

        async def folded(service: Service = service, entry: Entry = entry, late: int = late) -> None:
            for _ in range(late):
                await asyncio.sleep(0)
            await service.folder.fold(entry)

        await asyncio.gather(folded(), service.remover.once())

        assert world.shown() == {}, late


async def test_without_a_bucket_a_deletion_waits_until_there_is_one(bench: Bench) -> None:
    service = await with_bucket(bench)
    await delete(bench, await ended(bench, service))
    bench.bucket.lose()

    with pytest.raises(RecordLost):
        await service.remover.once()
    await service.rebuilder.ensure()
    await service.remover.once()

    assert bench.shown() == {}
    assert bench.bus.requests == {}


async def test_while_nats_is_away_a_deletion_is_handed_back(bench: Bench) -> None:
    service = await with_bucket(bench)
    await delete(bench, await ended(bench, service))
    bench.bus.away = True
    with pytest.raises(BusUnavailable):
        await service.remover.once()

    bench.bus.away = False
    await service.remover.once()

    assert bench.bus.requests == {}


async def test_a_job_under_the_id_of_a_deleted_one_keeps_its_record(bench: Bench) -> None:
    """A day later the id is free; a deletion delivered once more is not the new job's."""
    service = await with_bucket(bench)
    old = await ended(bench, service)
    await delete(bench, old)
    await service.remover.once()
    bench.bus.logs.pop(JOB)
    bench.bucket.removed.clear()
    new = await ended(bench, service)
    bench.deletions.waiting.append(Deletion(JOB, old.job.request, bench.clock.now()))

    await service.remover.once()

    assert bench.shown()[JOB].entry == new
