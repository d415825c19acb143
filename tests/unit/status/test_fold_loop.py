"""Events are acknowledged when they are in the bucket, and not before."""

import random

import pytest

from shared.ports.job_log import BusUnavailable
from tests.unit.status.bench import Bench, shuffled


async def test_what_is_folded_is_acknowledged(bench: Bench) -> None:
    await bench.submit()
    service = bench.service()
    await service.rebuilder.ensure()
    service.events.waiting = [bench.take()]

    await service.loop.once()

    assert service.events.batches[-1].said == "ack"
    assert bench.shown() == bench.expected()


async def test_what_is_not_is_handed_back(bench: Bench) -> None:
    await bench.submit()
    service = bench.service()
    await service.rebuilder.ensure()
    service.events.waiting = [bench.take()]
    bench.bucket.away = True
    with pytest.raises(BusUnavailable):
        await service.loop.once()
    assert service.events.batches[-1].said == "hand_back"

    bench.bucket.away = False
    await service.loop.once()

    assert bench.shown() == bench.expected()


async def test_a_bucket_found_gone_is_made_again_at_once(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    entries = [entry for n in range(20) for entry in bench.life(f"job-{n}", chance)]
    service = bench.service()
    await service.rebuilder.ensure()
    bench.bucket.lose()
    service.events.waiting = shuffled(entries, chance)

    await service.loop.once()
    await service.loop.once()

    assert [batch.said for batch in service.events.batches] == ["hand_back", "ack"]
    assert bench.shown() == bench.expected()


async def test_an_empty_batch_is_no_trouble(bench: Bench) -> None:
    service = bench.service()
    await service.rebuilder.ensure()

    await service.loop.once()

    assert bench.shown() == {}
