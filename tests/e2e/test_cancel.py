"""Canceling, from every state a job can be in."""

import asyncio
import signal

import httpx
from nats.aio.msg import Msg

from shared.events.subjects import hints_to
from tests.e2e.conftest import app_of
from tests.support.app import App
from tests.support.eventually import eventually
from tests.support.nats_barrier import read_by_server
from tests.support.nats_server import client_of
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack

LONG = 30.0


async def cancel(app: App, job_id: str) -> httpx.Response:
    return await app.http.post(f"/v1/jobs/{job_id}/cancel")


async def created(emulator: Emulator, count: int) -> None:
    await eventually(lambda: len(emulator.creations()) >= count, within=LONG)


async def stage(app: App, job_id: str, wanted: str) -> bool:
    return bool((await app.job(job_id))["stage"] == wanted)


async def portrait_worker(app: App) -> str | None:
    """Return the name of the only portrait worker, once it is known."""
    answer = await app.http.get("/v1/queue")
    workers = answer.json()["kinds"]["portrait"]["workers"] if answer.status_code == 200 else []
    return str(workers[0]["id"]) if len(workers) == 1 else None


async def test_a_queued_job_is_canceled_at_once_and_never_made(replicate_stack: Stack, emulator: Emulator) -> None:
    await replicate_stack.services["portrait-worker"].stop()
    async with app_of(replicate_stack) as app:
        job_id = await app.portrait("Mira")

        answer = await cancel(app, job_id)
        await replicate_stack.services["portrait-worker"].start()
        other = await app.portrait("Mira")
        await app.end("portrait", other)

        assert answer.status_code == 200
        assert answer.json()["status"] == "canceled"
        assert (await app.status("portrait", job_id))["status"] == "canceled"
        assert other != job_id, "a canceled job's claim is free"
        assert len(emulator.creations()) == 1


async def test_a_running_job_stops_at_the_provider_as_soon_as_its_worker_is_told(
    replicate_stack: Stack, emulator: Emulator
) -> None:
    """How many seconds a worker that is told may take is held by its unit tests, on a clock of their own."""
    emulator.set(run={"*": [600.0, 600.0]})
    told: list[tuple[str, str]] = []

    async def hear(hint: Msg) -> None:
        told.append((hint.subject, hint.data.decode()))

    async with app_of(replicate_stack) as app, client_of(replicate_stack.nats) as client:
        job_id = await app.portrait("Mira")
        await eventually(lambda: stage(app, job_id, "rendering"), within=LONG)
        worker = await eventually(lambda: portrait_worker(app), within=LONG)
        await client.subscribe(hints_to("*"), cb=hear)
        await read_by_server(client)

        answer = await cancel(app, job_id)
        await eventually(lambda: told == [(hints_to(worker), job_id)], within=LONG)
        await eventually(lambda: emulator.calls("cancel"), within=LONG)
        ended = await app.end("portrait", job_id)

        assert answer.status_code == 202
        assert (answer.json()["status"], answer.json()["stage"]) == ("processing", "canceling")
        assert ended["status"] == "canceled"


async def test_canceling_twice_or_too_late_is_no_error(replicate_stack: Stack, emulator: Emulator) -> None:
    async with app_of(replicate_stack) as app:
        job_id = await app.portrait("Mira")
        await app.end("portrait", job_id)
        before = await app.job(job_id)

        answers = [await cancel(app, job_id) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert [answer.json()["status"] for answer in answers] == ["succeeded"] * 2
        assert await app.job(job_id) == before
        assert (await cancel(app, "nobody")).status_code == 404


async def test_a_cancel_while_its_worker_is_dead_is_honoured_by_the_next(
    replicate_stack: Stack, emulator: Emulator
) -> None:
    emulator.set(run={"*": [600.0, 600.0]})
    async with app_of(replicate_stack) as app:
        job_id = await app.portrait("Mira")
        await eventually(lambda: stage(app, job_id, "rendering"), within=LONG)
        await replicate_stack.services["portrait-worker"].stop(signal.SIGKILL)

        answer = await cancel(app, job_id)
        await replicate_stack.services["portrait-worker"].start()
        ended = await app.end("portrait", job_id)

        assert answer.status_code == 202
        assert ended["status"] == "canceled"
        assert len(emulator.calls("cancel")) == 1
        assert len(emulator.creations()) == 1


async def test_a_job_that_waits_for_the_provider_is_canceled_all_the_same(
    replicate_stack: Stack, emulator: Emulator
) -> None:
    emulator.fail("create", status=429, headers={"retry-after": "30"}, times=None)
    async with app_of(replicate_stack) as app:
        job_id = await app.portrait("Mira")
        await eventually(lambda: stage(app, job_id, "throttled"), within=LONG)
        shown = await app.status("portrait", job_id)

        await cancel(app, job_id)
        ended = await app.end("portrait", job_id)

        assert "until" in shown["detail"]
        assert ended["status"] == "canceled"
        assert emulator.creations() == []


async def test_a_click_and_a_cancel_at_once_leave_one_end(replicate_stack: Stack, emulator: Emulator) -> None:
    emulator.set(boot={"*": [0.0, 0.0]}, run={"*": [0.0, 1.5]})
    async with app_of(replicate_stack) as app:
        ids = [await app.portrait(f"p{n}") for n in range(12)]
        answers = []
        for job_id in ids:
            await asyncio.sleep(0.1)
            answers.append(await cancel(app, job_id))
        ends = [(await app.end("portrait", job_id))["status"] for job_id in ids]
        again = [(await app.status("portrait", job_id))["status"] for job_id in ids]

        assert {answer.status_code for answer in answers} <= {200, 202}
        assert set(ends) <= {"succeeded", "canceled"}
        assert again == ends
        told = [answer.json()["status"] for answer in answers]
        assert all(end == said for end, said in zip(ends, told, strict=True) if said in ("succeeded", "canceled"))
