"""Fault 24: no worker for a while. The queue and the jobs say so, and what waited is made oldest first."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import app_of
from tests.support.app import App
from tests.support.eventually import eventually
from tests.support.stack import Stack, running_stack

SAID_WITHIN = 30.0


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A Greenroom that makes one thing of a kind at a time, and takes longer for it than its worker is there."""
    async with running_stack(tmp_path, LOCAL_RENDER_SECONDS="60", CONCURRENCY="1") as running:
        yield running


async def queues(app: App) -> dict[str, Any]:
    """Return what is said of the queues, once it is known."""

    async def look() -> dict[str, Any] | None:
        answer = await app.http.get("/v1/queue")
        return answer.json()["kinds"] if answer.status_code == 200 else None

    found: dict[str, Any] = await eventually(look, within=SAID_WITHIN)
    return found


async def portraits(app: App) -> dict[str, Any]:
    found: dict[str, Any] = (await queues(app))["portrait"]
    return found


async def only_worker(app: App) -> dict[str, Any]:
    """Return the worker that is there once one is."""

    async def look() -> list[dict[str, Any]]:
        workers: list[dict[str, Any]] = (await portraits(app))["workers"]
        return workers

    [worker] = await eventually(look, within=SAID_WITHIN)
    found: dict[str, Any] = worker
    return found


async def job_that(app: App, job_id: str, **wanted: Any) -> dict[str, Any]:
    """Return the job once it is as wanted."""

    async def look() -> dict[str, Any] | None:
        job = await app.job(job_id)
        return job if job.items() >= wanted.items() else None

    found: dict[str, Any] = await eventually(look, within=SAID_WITHIN, every=0.1)
    return found


async def test_the_jobs_of_a_stopped_worker_say_why_they_wait_and_then_go_on(stack: Stack) -> None:
    async with app_of(stack) as app:
        worker = await only_worker(app)
        assert worker["id"].startswith("portrait-worker-")
        assert (worker["running"], worker["capacity"]) == (0, 1)
        names = ["Mira", "Juno", "Oskar", "Wren"]
        jobs = [await app.portrait(name) for name in names[:2]]
        await job_that(app, jobs[0], status="processing")
        await job_that(app, jobs[1], queuePosition=1)

        await stack.services["portrait-worker"].stop()
        jobs += [await app.portrait(name) for name in names[2:]]

        await job_that(
            app,
            jobs[0],
            status="processing",
            detail="The worker that had this job stopped, and no portrait worker is running; "
            "the job goes on as soon as one does.",
        )
        for position, job_id in enumerate(jobs[1:], 1):
            said = "No portrait worker is running; the job starts as soon as one does."
            await job_that(app, job_id, status="starting", queuePosition=position, detail=said, eta=None)
        queue = await portraits(app)
        assert (queue["state"], queue["queued"], queue["running"], queue["workers"]) == ("no_workers", 3, 0, [])
        assert queue["stateDetail"].startswith("No portrait worker is running; ")
        assert (await queues(app))["video"]["state"] == "ok"

        stack.services["portrait-worker"].env["LOCAL_RENDER_SECONDS"] = "1"
        await stack.services["portrait-worker"].start()

        for job_id in jobs:
            assert (await app.end("portrait", job_id))["status"] == "succeeded"
        made = [await app.job(job_id) for job_id in jobs]
        assert [job["startedAt"] for job in made] == sorted(job["startedAt"] for job in made), "oldest first"
        assert [job["completedAt"] for job in made] == sorted(job["completedAt"] for job in made)
        assert {job["attempt"] for job in made} == {1}
        after = await portraits(app)
        assert (after["state"], after["stateDetail"], after["queued"]) == ("ok", None, 0)
        assert after["endedLastMinute"] == 4
        assert after["medianRunSeconds"] > 0
