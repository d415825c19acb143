"""Delete the bucket, and every record comes back equal."""

import asyncio
import random
from datetime import timedelta

import pytest

from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, RecordLost
from status.service import repeat
from tests.unit.status.bench import TTL, Bench, Service


async def filled(bench: Bench, seed: int, jobs: int = 120) -> Service:
    """A service whose bucket is whole, over logs of many lives."""
    chance = random.Random(seed)
    for n in range(jobs):
        bench.life(f"job-{n}", chance)
    service = bench.service()
    assert await service.rebuilder.ensure()
    return service


async def until_whole(service: Service) -> None:
    """Ensure as the service's loop does: again after every loss."""
    for _ in range(5):
        try:
            await service.rebuilder.ensure()
        except (BusUnavailable, RecordLost):
            continue
        return


async def test_a_lost_bucket_is_made_again_equal(bench: Bench, seed: int) -> None:
    service = await filled(bench, seed)
    before = bench.shown()
    assert before == bench.expected()
    bench.bucket.lose()

    assert await service.rebuilder.ensure()

    assert bench.shown() == before
    assert bench.bucket.state == BucketState(TTL.total_seconds())


async def test_a_whole_bucket_is_left_alone(bench: Bench, seed: int) -> None:
    service = await filled(bench, seed)
    written = len(bench.bucket.puts)

    assert not await service.rebuilder.ensure()

    assert len(bench.bucket.puts) == written


async def test_records_whose_time_has_passed_do_not_come_back(bench: Bench, seed: int) -> None:
    service = await filled(bench, seed)
    bench.clock.advance(TTL.total_seconds() + 3_600)
    bench.bucket.lose()

    await service.rebuilder.ensure()

    assert bench.shown() == bench.expected()
    assert not any(record.entry.job.done for record in bench.shown().values())


async def test_a_bucket_lost_in_the_midst_of_it_is_made_again_whole(bench: Bench, seed: int) -> None:
    service = await filled(bench, seed)
    bench.bucket.lose()
    bench.lose_bucket_after = 50

    await until_whole(service)

    assert bench.shown() == bench.expected()
    assert bench.bucket.state is not None


async def test_two_services_rebuild_at_once(bench: Bench, seed: int) -> None:
    first = await filled(bench, seed)
    second = bench.service("status-2")
    bench.bucket.lose()

    await asyncio.gather(until_whole(first), until_whole(second))

    assert bench.shown() == bench.expected()


async def test_events_that_come_while_it_is_made_again_are_kept(bench: Bench, seed: int) -> None:
    service = await filled(bench, seed)
    bench.bucket.lose()
    await bench.submit("new")
    bench.take("new")
    service.events.waiting = bench.bus.entries("new")

    await asyncio.gather(until_whole(service), service.loop.once())
    await service.loop.once()

    assert bench.shown() == bench.expected()


async def test_a_bucket_is_not_called_whole_before_it_is(bench: Bench, seed: int) -> None:
    service = await filled(bench, seed)
    bench.bucket.lose()
    bench.bus.away = True

    with pytest.raises(BusUnavailable):
        await service.rebuilder.ensure()

    assert bench.bucket.state is None
    bench.bus.away = False
    assert await service.rebuilder.ensure()
    assert bench.shown() == bench.expected()


async def test_another_time_to_live_is_told_and_kept(bench: Bench, seed: int) -> None:
    """Deployed anew with a longer one: ended records live as long as the new one says."""
    await filled(bench, seed)
    longer = timedelta(hours=4)
    service = bench.service("status-2", ttl=longer)

    assert await service.rebuilder.ensure()

    assert bench.bucket.state == BucketState(longer.total_seconds())
    assert bench.shown() == bench.expected(longer)
    assert not await service.rebuilder.ensure()


async def test_the_loops_go_on_through_nats_being_away(bench: Bench, seed: int) -> None:
    """Running, not restarted, the service makes the bucket again."""
    service = await filled(bench, seed, jobs=10)
    stopping = asyncio.Event()
    looping = asyncio.create_task(repeat(service.rebuilder.ensure, 0.01, stopping))
    bench.bus.away = bench.bucket.away = True
    bench.bucket.lose()
    await asyncio.sleep(0.05)
    bench.bus.away = bench.bucket.away = False

    async with asyncio.timeout(5):
        while bench.bucket.state is None:
            await asyncio.sleep(0.01)
    stopping.set()
    await looping

    assert bench.shown() == bench.expected()
