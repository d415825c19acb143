"""How long things stay, and that records can always be made again."""

from collections.abc import Awaitable

from nats.js import JetStreamContext

from tests.e2e.conftest import app_of
from tests.support.app import App
from tests.support.eventually import eventually
from tests.support.nats_server import client_of
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack


async def messages(js: JetStreamContext, stream: str) -> int:
    return (await js.stream_info(stream)).state.messages


async def unknown(app: App, job_id: str) -> bool:
    return (await app.status("portrait", job_id))["status"] is None


async def test_finished_records_vanish_and_a_queued_job_never_does(replicate_stack: Stack) -> None:
    stack = replicate_stack
    stack.services["status"].env["STATUS_TTL_SECONDS"] = "15"
    await stack.services["status"].restart()
    async with app_of(stack) as app, client_of(stack.nats) as client:
        js = client.jetstream()
        done = await app.portrait("Mira")
        assert (await app.end("portrait", done))["status"] == "succeeded"
        await stack.services["portrait-worker"].stop()
        queued = await app.portrait("Juno")

        await eventually(lambda: unknown(app, done), within=60, every=0.2)
        gone = await app.http.get(f"/v1/jobs/{done}")
        await eventually(lambda: _is(messages(js, "JOBS"), 1), within=60)

        assert (gone.status_code, gone.json()["code"]) == (410, "job_pruned")
        assert (await app.status("portrait", queued))["status"] == "starting"
        await stack.services["portrait-worker"].start()
        assert (await app.end("portrait", queued))["status"] == "succeeded"


async def _is(count: Awaitable[int], expected: int) -> bool:
    return await count == expected


async def test_a_deleted_bucket_comes_back_equal(replicate_stack: Stack, emulator: Emulator) -> None:
    stack = replicate_stack
    emulator.go("fails", status="failed", error="no")
    async with app_of(stack) as app, client_of(stack.nats) as client:
        js = client.jetstream()
        ids = [await app.portrait(f"p{n}") for n in range(5)]
        ids += [await app.portrait("bad", customPrompt="fails")]
        for job_id in ids:
            await app.end("portrait", job_id)
        await stack.services["portrait-worker"].stop()
        ids += [await app.portrait("queued")]
        await eventually(lambda: _is(messages(js, "KV_job_status"), len(ids) + 1))
        before = [await app.job(job_id) for job_id in ids]

        await stack.services["status"].stop()
        await js.delete_stream("KV_job_status")
        without = [await app.job(job_id) for job_id in ids]
        await stack.services["status"].start()
        await eventually(lambda: _is(messages(js, "KV_job_status"), len(ids) + 1))
        after = [await app.job(job_id) for job_id in ids]

        assert [_told(job) for job in without] == [_told(job) for job in before], "the logs answer meanwhile"
        assert after == before


def _told(job: dict[str, object]) -> dict[str, object]:
    # While there is no bucket, nobody says when an ended job's record will go.
    return {name: value for name, value in job.items() if name != "expiresAt"}


async def test_a_bucket_lost_under_a_running_status_service_comes_back(replicate_stack: Stack) -> None:
    stack = replicate_stack
    async with app_of(stack) as app, client_of(stack.nats) as client:
        js = client.jetstream()
        job_id = await app.portrait("Mira")
        await app.end("portrait", job_id)
        before = await app.job(job_id)

        await js.delete_stream("KV_job_status")

        async def back() -> bool:
            streams = [info.config.name for info in await js.streams_info()]
            return "KV_job_status" in streams and await messages(js, "KV_job_status") == 2

        await eventually(back, within=15)
        assert await app.job(job_id) == before


async def test_a_job_nobody_takes_ends_at_its_deadline(replicate_stack: Stack, emulator: Emulator) -> None:
    stack = replicate_stack
    await stack.services["portrait-worker"].stop()
    stack.services["gateway"].env["JOB_DEADLINE_SECONDS"] = "10"
    await stack.services["gateway"].restart()
    async with app_of(stack) as app:
        ended = await app.end("portrait", job_id := await app.portrait("Mira"), within=40)
        job = await app.job(job_id)
        await stack.services["portrait-worker"].start()
        assert (await app.end("portrait", await app.portrait("Mira")))["status"] == "succeeded"

    assert ended["status"] == "failed"
    assert "waiting for a worker" in ended["detail"]
    assert job["error"]["code"] == "deadline_exceeded"
    assert len(emulator.creations()) == 1, "the expired job never reached the provider"
