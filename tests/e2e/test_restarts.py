"""Services and the server going away in the middle of work: nothing lost, nothing made twice."""

import asyncio
import signal

import httpx
import pytest

from tests.e2e.conftest import app_of
from tests.support.app import App, portrait_body, video_body
from tests.support.eventually import eventually
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack

PORTRAIT = "https://example.com/p.png"


async def ten_running(app: App, emulator: Emulator) -> list[tuple[str, str]]:
    """Start ten jobs over both kinds; return them once every one has its prediction."""
    jobs = [("portrait", await app.portrait(f"p{n}")) for n in range(5)]
    jobs += [("video", await app.video(f"v{n}", PORTRAIT)) for n in range(5)]

    await eventually(lambda: len(emulator.creations()) == 10, within=30)
    return jobs


async def assert_all_made_once(app: App, jobs: list[tuple[str, str]], emulator: Emulator, within: float) -> None:
    ends = await asyncio.gather(*(app.end(kind, job_id, within) for kind, job_id in jobs))
    assert [end["status"] for end in ends] == ["succeeded"] * len(jobs), ends
    assert len(emulator.creations()) == len(jobs)


@pytest.mark.parametrize("name", ["gateway", "status", "portrait-worker", "video-worker"])
async def test_restarting_a_service_loses_nothing(replicate_stack: Stack, emulator: Emulator, name: str) -> None:
    emulator.set(run={"*": [4.0, 6.0]})
    async with app_of(replicate_stack) as app:
        jobs = await ten_running(app, emulator)

        code = await replicate_stack.services[name].stop(within=10)
        await replicate_stack.services[name].start()

        assert code == 0
        await assert_all_made_once(app, jobs, emulator, within=30)
        attempts = [(await app.job(job_id))["attempt"] for _, job_id in jobs]
    assert attempts == [1] * 10, "a job handed back has burned no attempt"


@pytest.mark.parametrize("name", ["portrait-worker", "video-worker"])
async def test_a_killed_workers_jobs_are_taken_over(replicate_stack: Stack, emulator: Emulator, name: str) -> None:
    emulator.set(run={"*": [600.0, 600.0]})
    async with app_of(replicate_stack) as app:
        jobs = await ten_running(app, emulator)

        await replicate_stack.services[name].restart(signal.SIGKILL)
        emulator.finish()

        # The lease of a dead worker lasts 20 s.
        await assert_all_made_once(app, jobs, emulator, within=60)
        attempts = {
            kind: [(await app.job(j))["attempt"] for k, j in jobs if k == kind] for kind in ("portrait", "video")
        }
    died, lived = ("portrait", "video") if name == "portrait-worker" else ("video", "portrait")
    assert attempts[died] == [2] * 5
    assert attempts[lived] == [1] * 5


async def test_a_killed_status_service_goes_on_where_it_was(replicate_stack: Stack, emulator: Emulator) -> None:
    emulator.set(run={"*": [2.0, 4.0]})
    async with app_of(replicate_stack) as app:
        jobs = await ten_running(app, emulator)

        await replicate_stack.services["status"].restart(signal.SIGKILL)

        await assert_all_made_once(app, jobs, emulator, within=30)


async def test_nats_away_and_back(replicate_stack: Stack, emulator: Emulator) -> None:
    emulator.set(run={"*": [3.0, 5.0]})
    async with app_of(replicate_stack) as app:
        jobs = await ten_running(app, emulator)

        replicate_stack.nats.kill()
        refused = await app.http.post("/api/characters/portrait", json=portrait_body("late"))
        polled = await app.http.get("/api/characters/portrait/status", params={"jobId": jobs[0][1]})
        await replicate_stack.nats.start()
        await replicate_stack.services["gateway"].ready()

        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["retryable"] is True
        assert polled.status_code in (200, 503)
        await assert_all_made_once(app, jobs, emulator, within=40)
        accepted = await eventually(lambda: _accepted(app), within=10)
        assert (await app.end("portrait", accepted))["status"] == "succeeded"
        for name, service in replicate_stack.services.items():
            assert service.alive, f"{name} died:\n{service.tail()}"


async def _accepted(app: App) -> str | None:
    answer = await app.http.post("/api/characters/portrait", json=portrait_body("late"))
    return str(answer.json()["jobId"]) if answer.status_code == 202 else None


async def test_services_wait_for_nats_rather_than_die(replicate_stack: Stack) -> None:
    for service in replicate_stack.services.values():
        await service.stop()
    replicate_stack.nats.stop()
    for service in replicate_stack.services.values():
        service.launch()

    async def answering() -> httpx.Response | None:
        async with httpx.AsyncClient(base_url=replicate_stack.base_url, trust_env=False) as http:
            try:
                return await http.post("/api/characters/video", json=video_body("Mira", PORTRAIT))
            except httpx.TransportError:
                return None

    early = await eventually(answering, within=30)
    await replicate_stack.nats.start()
    for service in replicate_stack.services.values():
        await service.ready()

    assert early is not None
    assert early.status_code == 503
    async with app_of(replicate_stack) as app:
        assert (await app.end("portrait", await app.portrait("Mira")))["status"] == "succeeded"
