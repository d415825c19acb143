"""``make up`` as a newcomer has it: all of it at one address, gone after Ctrl-C, and there again the next time."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.support.app import App
from tests.support.eventually import eventually
from tests.support.local_run import READY, LocalRun, alive, local_run

PROGRAMS = {"make up", "nats", "gateway", "status", "portrait-worker", "video-worker"}
STOPS_WITHIN = 15.0


@asynccontextmanager
async def app_at(address: str) -> AsyncIterator[App]:
    async with httpx.AsyncClient(base_url=address, timeout=20, trust_env=False) as http:
        yield App(http)


def ctrl_c(run: LocalRun) -> None:
    """Press Ctrl-C: the terminal signals the run's own process group, in which none of its programs is."""
    os.killpg(run.process.pid, signal.SIGINT)


async def test_jobs_and_pictures_are_there_after_ctrl_c_and_another_start(tmp_path: Path) -> None:
    local = {"PROVIDER": "local"}
    with local_run(tmp_path / "data", variables={**local, "LOCAL_RENDER_SECONDS": "10"}) as run:
        async with app_at(run.wait_ready()) as app:
            url, picture = await app.output("portrait", await app.portrait("Mira", jobId="finished"))
            finished = await app.job("finished")
            await app.portrait("Juno", jobId="running")
            await eventually(lambda: is_processing(app, "running"), within=30)
            for number in range(3):
                await app.portrait(f"Extra {number}", jobId=f"queued-{number}")
        pids = run.pids()
        ctrl_c(run)
        assert run.ended(STOPS_WITHIN) == 0

    assert sum(line.startswith(READY) for line in run.lines) == 1
    assert pids.keys() == PROGRAMS
    assert not [name for name, pid in pids.items() if alive(pid)]
    assert "Traceback" not in run.output

    with local_run(tmp_path / "data", variables={**local, "LOCAL_RENDER_SECONDS": "0"}) as again:
        async with app_at(again.wait_ready()) as app:
            assert without_addresses(await app.job("finished")) == without_addresses(finished)
            assert (await app.http.get(httpx.URL(url).path)).content == picture
            for job_id in ("running", "queued-0", "queued-1", "queued-2"):
                assert (await app.end("portrait", job_id))["status"] == "succeeded"
        ctrl_c(again)
        assert again.ended(STOPS_WITHIN) == 0


async def is_processing(app: App, job_id: str) -> bool:
    return str((await app.status("portrait", job_id))["status"]) == "processing"


def without_addresses(job: dict[str, object]) -> dict[str, object]:
    """Return what two answers must agree on; they were given at different ports."""
    return {name: value for name, value in job.items() if name not in {"outputUrl", "urls"}}


def test_a_wrong_setting_is_said_by_its_service_and_ends_the_run(tmp_path: Path) -> None:
    with local_run(tmp_path / "data", variables={"LOCAL_RENDER_SECONDS": "slow"}) as run:
        assert run.ended() == 1
        pids = run.pids()

    assert any("| LOCAL_RENDER_SECONDS=slow: " in line for line in run.lines)
    assert run.lines[-1].endswith("-worker stopped by itself with exit code 2. Its lines above may say why.")
    assert "Traceback" not in run.output
    assert not [name for name, pid in pids.items() if alive(pid)]
