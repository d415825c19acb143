"""A thousand jobs, and about once a second some worker is killed and replaced."""

import asyncio
import signal
from pathlib import Path

import pytest

from shared.domain.states import Status
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Load

JOBS = 1_000
KILLS_A_SECOND = 1.0
MOST_DEATHS = 10
SPARED_FROM = 7
LEAST_KILLS = 30


async def spree(stage: Scene, load: Load) -> None:
    """Kill and replace while jobs arrive, sparing whoever has only just begun or holds a job near its tenth death."""
    kills = 0
    while kills < LEAST_KILLS or not load.all_submitted.is_set():
        await asyncio.sleep(stage.draw.expovariate(KILLS_A_SECOND))
        worker = stage.draw.choice(stage.workers())
        deaths = [job.deaths for job in (await stage.held_by(worker)).values()]
        if max(deaths, default=0) < SPARED_FROM and await worker.is_ready():
            await worker.stop(signal.SIGKILL)
            worker.begin()
            kills += 1


@pytest.mark.chaos
@pytest.mark.timeout(300)
async def test_a_thousand_jobs_with_a_worker_killed_every_second(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, portrait_workers=3, video_workers=3) as stage:
        load = stage.load(JOBS, per_second=25)
        async with stage.running(load, within=200):
            await spree(stage, load)
        await stage.start()
        evidence = await stage.assert_invariants(load)

    jobs = [log[-1].entry.job for log in evidence.logs.values()]
    assert len(jobs) == len(evidence.creations) == JOBS
    assert sum(job.deaths for job in jobs) >= JOBS / 20, "the killing had an effect"
    assert max(job.deaths for job in jobs) < MOST_DEATHS, "the tenth would have ended the job as worker_lost"
    assert {job.status for job in jobs} == {Status.SUCCEEDED}
