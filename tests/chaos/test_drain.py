"""Fault 6: every worker is told to stop, one after the other, three times over, under load."""

import asyncio
import time
from pathlib import Path

import pytest

from shared.domain.job import Fact
from shared.domain.states import Status
from tests.support.chaos.process import Process
from tests.support.chaos.scene import scene

ROUNDS = 3
EXITS_WITHIN = 10.0
LEASE = 20.0


async def rolling_restart(workers: list[Process]) -> list[tuple[int | None, float]]:
    """Restart each in turn; return the exit codes and the seconds each exit took."""
    exits = []
    for worker in workers:
        began = time.monotonic()
        code = await worker.stop(within=2 * EXITS_WITHIN)
        exits.append((code, time.monotonic() - began))
        await worker.start()
    return exits


@pytest.mark.chaos
async def test_6_a_rolling_restart_loses_nothing_and_burns_no_attempt(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, ack_wait=LEASE) as stage:
        load = stage.load(500, per_second=20)
        exits: list[tuple[int | None, float]] = []
        async with stage.running(load, within=110):
            for _ in range(ROUNDS):
                both = await asyncio.gather(*(rolling_restart(stage.workers(kind)) for kind in ("portrait", "video")))
                exits += [each for kind in both for each in kind]
        evidence = await stage.assert_invariants(load)

    assert [code for code, _ in exits] == [0] * ROUNDS * 4
    assert max(took for _, took in exits) <= EXITS_WITHIN, exits
    jobs = {job_id: log[-1].entry.job for job_id, log in evidence.logs.items()}
    assert {job.status for job in jobs.values()} == {Status.SUCCEEDED}
    burned = [job_id for job_id, job in jobs.items() if (job.attempt, job.deaths) != (1, 0)]
    assert not burned, "\n".join(evidence.show(job_id) for job_id in burned[:5])
    handed_back = sum(event.entry.fact is Fact.HANDED_BACK for log in evidence.logs.values() for event in log)
    assert handed_back >= ROUNDS * 4
    assert len(evidence.creations) == len(load.planned)
