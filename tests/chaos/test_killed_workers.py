"""Faults 1 to 3: a worker is killed, and whatever it had in hand is finished by another, paid for once."""

import asyncio
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from shared.domain.job import Fact
from shared.domain.states import Status
from tests.support.chaos.crash import Crash
from tests.support.chaos.evidence import Event, Evidence
from tests.support.chaos.process import Process
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Load
from tests.support.eventually import eventually

RESUMED_AFTER = 5.0

EVERY_POINT = (
    Crash("before", "log", "append", Fact.STARTED),
    Crash("after", "log", "append", Fact.STARTED),
    Crash("before", "log", "append", Fact.SUBMITTING),
    Crash("after", "log", "append", Fact.SUBMITTING),
    Crash("before", "provider", "start"),
    Crash("after", "provider", "start"),
    Crash("after", "register", "own"),
    Crash("before", "log", "append", Fact.SUBMITTED),
    Crash("after", "log", "append", Fact.SUBMITTED),
    Crash("before", "provider", "poll"),
    Crash("after", "provider", "poll"),
    Crash("before", "media", "put"),
    Crash("after", "media", "put"),
    Crash("before", "log", "append", Fact.SUCCEEDED),
    Crash("after", "log", "append", Fact.SUCCEEDED),
    Crash("before", "delivery", "ack"),
    Crash("after", "delivery", "ack"),
)


def assert_all_made_once(load: Load, evidence: Evidence) -> None:
    assert len(evidence.creations) == len(load.planned)
    ends = {job_id: log[-1].entry.job.status for job_id, log in evidence.logs.items()}
    unmade = [job_id for job_id, status in ends.items() if status is not Status.SUCCEEDED]
    assert not unmade, "\n".join(evidence.show(job_id) for job_id in unmade[:5])


async def waits_for(stage: Scene, worker: Process, count: int) -> bool:
    """Whether a worker waits for at least ``count`` predictions."""
    held = await stage.held_by(worker)
    return sum(job.prediction is not None for job in held.values()) >= count


def taken_over(log: Sequence[Event], dead: str) -> Event | None:
    """Return the event by which another worker took over from the one named ``dead``."""
    held = [at for at, event in enumerate(log) if event.entry.job.holder == dead]
    later = log[held[-1] + 1 :] if held else []
    return next((event for event in later if event.entry.fact is Fact.STARTED and event.source != dead), None)


@pytest.mark.chaos
async def test_1_a_worker_killed_while_it_waits_is_replaced(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed) as stage:
        load = stage.load(200, per_second=20)
        deaths: list[tuple[str, datetime, str]] = []
        async with stage.running(load, within=90):
            for kind in ("portrait", "video"):
                worker = stage.draw.choice(stage.workers(kind))
                await eventually(partial(waits_for, stage, worker, 3), within=20)
                await worker.stop(signal.SIGKILL)
                died = datetime.now(UTC)
                deaths += [(job.holder or "", died, job_id) for job_id, job in (await stage.held_by(worker)).items()]
                worker.begin()
        evidence = await stage.assert_invariants(load)

    assert len(deaths) >= 6
    for dead, died, job_id in deaths:
        resumed = taken_over(evidence.logs[job_id], dead)
        assert resumed is not None, evidence.show(job_id)
        took = (resumed.stored_at - died).total_seconds()
        assert took <= stage.ack_wait + RESUMED_AFTER, evidence.show(job_id)
    assert_all_made_once(load, evidence)


@pytest.mark.chaos
async def test_2_a_create_whose_worker_died_before_recording_it_is_adopted(tmp_path: Path, seed: int) -> None:
    """The provider creates the prediction and takes its time to answer; its worker never hears the answer."""
    async with scene(tmp_path, seed) as stage:
        load = stage.load(200, per_second=20)
        unanswered = sorted(stage.draw.sample(load.planned, 8), key=lambda each: each.at)
        for each in unanswered:
            stage.emulator.fail("create", do="hang", after=True, seconds=60, match=each.marker)
        async with stage.running(load, within=120):
            for each in unanswered:
                await eventually(partial(stage.emulator.creations, each.marker), within=60, every=0.2)
                await kill_before_recording(stage, each.job_id)
        evidence = await stage.assert_invariants(load)

    for each in unanswered:
        log = evidence.logs[each.job_id]
        facts = [event.entry.fact for event in log]
        submitted = log[facts.index(Fact.SUBMITTED)]
        assert submitted.entry.job.deaths >= 1, evidence.show(each.job_id)
        assert facts.index(Fact.SUBMITTING) < facts.index(Fact.SUBMITTED)
    assert_all_made_once(load, evidence)


async def kill_before_recording(stage: Scene, job_id: str) -> None:
    """Kill the worker of a job that has been created and not recorded, unless it died with another one already."""
    job = (await stage.jobs())[job_id]
    holder = next((each for each in stage.workers() if each.alive and each.wrote(job.holder)), None)
    if job.prediction is None and holder is not None:
        await holder.stop(signal.SIGKILL)
        holder.begin()


@pytest.mark.chaos
async def test_3_a_redelivery_after_the_end_adds_nothing(tmp_path: Path, seed: int) -> None:
    """At first every worker dies when it is about to acknowledge; then there are two that are well."""
    unheard = Crash("before", "delivery", "ack")
    async with scene(tmp_path, seed, portrait_workers=0, video_workers=0) as stage:
        deadly = [stage.add(f"{kind}-worker", crash=unheard) for kind in ("portrait", "video")]
        load = stage.load(200, per_second=20)
        ended: list[tuple[str, int]] = []
        async with stage.running(load, within=90):
            for _ in range(4):
                for worker in deadly:
                    worker.begin()
                assert [await worker.ended(within=30) for worker in deadly] == [-signal.SIGKILL] * 2
            seen = await stage.evidence()
            ended += [(job_id, len(log)) for job_id, log in seen.logs.items() if log[-1].entry.job.done]
            assert [queue.in_hand > 0 for queue in seen.queues[:2]] == [True, True], seen.queues
            for kind in ("portrait", "video"):
                await stage.add(f"{kind}-worker").start()
        evidence = await stage.assert_invariants(load)

    assert len(ended) >= 2, "jobs that ended and were not acknowledged"
    for job_id, events in ended:
        assert len(evidence.logs[job_id]) == events, evidence.show(job_id)
    assert_all_made_once(load, evidence)


@pytest.mark.parametrize("kind", ["portrait", pytest.param("video", marks=pytest.mark.chaos)])
async def test_1_to_3_a_worker_may_die_at_any_point_of_a_job(tmp_path: Path, seed: int, kind: str) -> None:
    """A worker for each point where a process can die; each takes one job and dies there with it."""
    async with scene(tmp_path, seed, portrait_workers=0, video_workers=0, failing=False) as stage:
        deadly = [stage.add(f"{kind}-worker", f"dies {point}", crash=point, CONCURRENCY="1") for point in EVERY_POINT]
        load = stage.load(4 * len(EVERY_POINT), per_second=200)
        load.planned = [each for each in load.planned if each.kind == kind][: len(EVERY_POINT) + 3]
        async with stage.running(load, within=60):
            await load.all_submitted.wait()
            for worker in deadly:
                worker.begin()
            codes = await asyncio.gather(*(each.ended(within=30) for each in deadly))
            stage.add(f"{kind}-worker", "well")
            await stage.processes["well"].start()
        evidence = await stage.assert_invariants(load)

    survivors = [each.name for each, code in zip(deadly, codes, strict=True) if code != -signal.SIGKILL]
    assert not survivors
    assert_all_made_once(load, evidence)
