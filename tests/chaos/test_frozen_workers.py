"""Faults 4 and 5: a worker that stands still and then goes on as if nothing had been."""

import asyncio
import signal
from functools import partial
from pathlib import Path

import pytest

from shared.domain.job import Fact, Job
from tests.support.chaos.evidence import Evidence
from tests.support.chaos.process import Process
from tests.support.chaos.scene import Scene, scene
from tests.support.eventually import eventually

FROZEN_LEASES = 3
BLOCKED_LEASES = 2


async def frozen_while_waiting(stage: Scene, worker: Process) -> dict[str, Job] | None:
    """Freeze a worker that waits for predictions and is creating none; otherwise let it go on and return None.

    A freeze between the check of the lease and the create's first byte is the one thing no client can fence.
    """
    if not await waiting_only(stage, worker):
        return None
    worker.send(signal.SIGSTOP)
    held = await waiting_only(stage, worker)
    if held is None:
        worker.send(signal.SIGCONT)
    return held


async def waiting_only(stage: Scene, worker: Process) -> dict[str, Job] | None:
    """Return what a worker holds when that is some predictions to wait for and none to create."""
    held = await stage.held_by(worker)
    last = [stage.logs.by_job[job_id][-1].entry.fact for job_id in held]
    waiting = sum(job.prediction is not None for job in held.values())
    return held if waiting >= 2 and Fact.SUBMITTING not in last else None


def taken_by_others(evidence: Evidence, job_id: str, worker: Process) -> bool:
    log = evidence.logs[job_id]
    mine = [at for at, event in enumerate(log) if worker.wrote(event.source)]
    return any(event.entry.fact is Fact.STARTED for event in log[mine[-1] + 1 :])


@pytest.mark.chaos
async def test_4_a_frozen_worker_is_fenced_when_it_wakes(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed) as stage:
        # Long enough that both kinds still wait for some when the last are created, and there is nothing to create.
        stage.emulator.set(run={"*": [0.2, 6.0]})
        load = stage.load(300, per_second=20)
        victims: dict[str, Process] = {}
        fenced: dict[str, float] = {}
        chosen = [stage.draw.choice(stage.workers(kind)) for kind in ("portrait", "video")]

        async def all_frozen() -> bool:
            for worker in set(chosen) - set(victims.values()):
                held = await frozen_while_waiting(stage, worker)
                victims.update(dict.fromkeys(held or (), worker))
            return set(victims.values()) == set(chosen)

        async with stage.running(load, within=120):
            # The moment may not come before the last job is created, and comes to each kind at its own time.
            await eventually(all_frozen, within=90, every=0.05)
            await asyncio.sleep(FROZEN_LEASES * stage.ack_wait)  # the fault
            for worker in set(victims.values()):
                worker.send(signal.SIGCONT)
        for kind in ("portrait", "video"):
            fenced[kind] = sum([await worker.counted(kind, "fenced") for worker in stage.workers(kind)])
        evidence = await stage.assert_invariants(load)

    taken = [job_id for job_id, worker in victims.items() if taken_by_others(evidence, job_id, worker)]
    assert sorted(taken) == sorted(victims), "the other worker took over what the frozen one held"
    assert min(fenced.values()) >= 1, fenced
    assert len(evidence.creations) == len(load.planned)


@pytest.mark.chaos
async def test_5_a_blocked_loop_keeps_its_leases_or_is_fenced(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed) as stage:
        load = stage.load(200, per_second=20)
        victims: dict[str, Process] = {}
        fenced = 0.0
        async with stage.running(load, within=90):
            for kind in ("portrait", "video"):
                worker = stage.draw.choice(stage.workers(kind))
                await eventually(partial(holds_some, stage, worker), within=20)
                worker.send(signal.SIGUSR1)
                victims |= dict.fromkeys(await stage.held_by(worker), worker)
                await asyncio.sleep(BLOCKED_LEASES * stage.ack_wait)  # the fault
        for worker in stage.workers():
            fenced += sum([await worker.counted(kind, "fenced") for kind in ("portrait", "video")])
        evidence = await stage.assert_invariants(load)

    assert len(victims) >= 6
    moved = [job_id for job_id in victims if evidence.logs[job_id][-1].entry.job.deaths]
    assert len(moved) <= fenced, f"{len(moved)} jobs went to another worker and {fenced} runs were fenced"
    assert len(evidence.creations) == len(load.planned)


async def holds_some(stage: Scene, worker: Process) -> bool:
    return len(await stage.held_by(worker)) >= 3
