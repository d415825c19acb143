"""The record is a pure fold, whoever folds it, however often and in whatever order."""

import asyncio
import random
from datetime import timedelta

import pytest

from shared.domain.job import progressed, start
from shared.domain.states import Stage, Status, rank
from shared.ports.job_log import BusUnavailable
from shared.ports.records import RecordLost
from tests.unit.status.bench import TTL, Bench, shuffled


async def test_any_order_doubled_and_in_any_parts_gives_the_fold(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    entries = [entry for n in range(60) for entry in bench.life(f"job-{n}", chance)]
    service = bench.service()
    await service.records.make()

    mixed = shuffled(entries, chance)
    while mixed:
        part, mixed = mixed[: (size := chance.randint(1, 40))], mixed[size:]
        await service.folder.fold_all(part)

    assert bench.shown() == bench.expected()


async def test_a_record_never_steps_back_on_the_way(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    service = bench.service()
    await service.records.make()
    for n in range(20):
        for entry in shuffled(bench.life(f"job-{n}", chance), chance):
            await service.folder.fold(entry)

    seen: dict[str, tuple[int, int]] = {}
    for record in bench.bucket.puts:
        job = record.entry.job
        now = (rank(job.status), record.entry.revision)
        assert now >= seen.get(job.job_id, (-1, -1)), job.job_id
        seen[job.job_id] = now


async def test_replaying_everything_changes_nothing(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    entries = [entry for n in range(20) for entry in bench.life(f"job-{n}", chance)]
    service = bench.service()
    await service.records.make()
    await service.folder.fold_all(entries)
    written = len(bench.bucket.puts)

    await service.folder.fold_all(entries)
    for entry in entries:
        await service.folder.fold(entry)

    assert len(bench.bucket.puts) == written


async def test_an_ended_record_carries_its_time_and_vanishes_then(bench: Bench) -> None:
    await bench.submit()
    bench.take()
    service = bench.service()
    await service.records.make()
    await service.folder.fold_all(bench.bus.all_entries())
    assert bench.shown()[bench.bus.last("job-1").job.job_id].expires_at is None

    ended = bench.finish()
    await service.folder.fold(ended)

    [record] = bench.shown().values()
    assert record.expires_at == ended.job.updated_at + TTL
    bench.clock.advance(TTL.total_seconds() + 1)
    assert bench.shown() == {}


async def test_an_old_event_delivered_after_pruning_raises_no_dead_record(bench: Bench) -> None:
    await bench.submit()
    bench.take()
    bench.finish()
    entries = bench.bus.all_entries()
    service = bench.service()
    await service.records.make()
    await service.folder.fold_all(entries)
    bench.clock.advance(TTL.total_seconds() + 1)

    for entry in entries:
        await service.folder.fold(entry)

    assert bench.shown() == {}


async def test_an_old_event_of_a_running_job_shows_the_newest(bench: Bench) -> None:
    """It came late, its record is not there yet, and the log is further on."""
    await bench.submit()
    first = bench.bus.last("job-1")
    bench.take()
    last = bench.progress("job-1", 40)
    service = bench.service()
    await service.records.make()

    await service.folder.fold(first)

    [record] = bench.shown().values()
    assert record.entry == last


async def test_an_end_folded_when_its_time_has_passed_takes_the_running_record_away(bench: Bench) -> None:
    """Status was away for longer than records live: the record may not say "processing" for ever."""
    await bench.submit()
    bench.take()
    service = bench.service()
    await service.records.make()
    await service.folder.fold_all(bench.bus.all_entries())
    ended = bench.finish()
    bench.clock.advance(TTL.total_seconds() + 60)

    await service.folder.fold(ended)
    bench.clock.advance(2)

    assert bench.shown() == bench.expected() == {}


async def test_two_services_folding_the_same_events_agree(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    entries = [entry for n in range(40) for entry in bench.life(f"job-{n}", chance)]
    services = [bench.service(f"status-{n}") for n in range(2)]
    await services[0].records.make()

    parts = [shuffled(entries, chance) for _ in services]
    await asyncio.gather(
        *(service.folder.fold_all(part[n::7]) for service, part in zip(services, parts, strict=True) for n in range(7))
    )

    assert bench.shown() == bench.expected()


async def test_a_record_written_by_a_rival_meanwhile_is_not_overwritten(bench: Bench) -> None:
    await bench.submit()
    opened = bench.bus.last("job-1")
    service, rival = bench.service("a"), bench.service("b")
    await service.records.make()
    await service.folder.fold(opened)
    newer = bench.take()
    newest = bench.progress("job-1", 50)

    await asyncio.gather(service.folder.fold(newer), rival.folder.fold(newest))

    [record] = bench.shown().values()
    assert record.entry == newest


async def test_a_batch_of_one_jobs_events_is_one_write(bench: Bench) -> None:
    await bench.submit()
    bench.take()
    for percent in range(0, 90, 10):
        bench.progress("job-1", percent)
    service = bench.service()
    await service.records.make()

    await service.folder.fold_all(bench.bus.all_entries())

    assert len(bench.bucket.puts) == 1


@pytest.mark.parametrize("into_empty", [True, False])
async def test_without_a_bucket_folding_says_so(bench: Bench, into_empty: bool) -> None:
    await bench.submit()

    with pytest.raises(RecordLost):
        await bench.service().folder.fold_all(bench.bus.all_entries(), into_empty=into_empty)


async def test_one_record_that_cannot_be_written_does_not_stop_the_others(bench: Bench) -> None:
    """The batch is folded again as a whole; but what could be folded is shown by then."""
    for n in range(10):
        await bench.submit(f"job-{n}")
    service = bench.service()
    await service.records.make()
    bench.bus.logs[bench.bus.last("job-3").job.job_id].clear()
    entries = [entry for n in range(10) if n != 3 for entry in bench.bus.entries(f"job-{n}")]
    bench.bucket.away = True
    with pytest.raises(BusUnavailable):
        await service.folder.fold_all(entries)
    bench.bucket.away = False

    await service.folder.fold_all(entries)

    assert len(bench.shown()) == 9


async def test_times_come_from_the_events(bench: Bench) -> None:
    """Folded a day later by a machine whose clock is wrong, the record tells the same times."""
    await bench.submit()
    job = bench.bus.last("job-1").job
    bench.say(start(job, "w1", "local", job.created_at + timedelta(seconds=3)))
    held = bench.bus.last("job-1").job
    bench.say(progressed(held, Stage.RENDERING, 5, job.created_at + timedelta(seconds=5)))
    bench.clock.advance(-86_400)
    service = bench.service()
    await service.records.make()

    await service.folder.fold_all(bench.bus.all_entries())

    [record] = bench.shown().values()
    shown = record.entry.job
    assert shown.status is Status.PROCESSING
    assert (shown.started_at, shown.updated_at) == (
        job.created_at + timedelta(seconds=3),
        job.created_at + timedelta(seconds=5),
    )
