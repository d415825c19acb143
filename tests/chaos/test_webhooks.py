"""Fault 16, webhooks: twice, lost, early, badly signed, old. They only ever say "look now", and no job needs one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from shared.domain.job import Fact
from shared.domain.states import Status
from tests.support.chaos.evidence import Evidence
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Load, Planned
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.world import Settings

SECRET = Settings().webhook_secret
LOOKS_EVERY = 60.0
JOBS = 6


@asynccontextmanager
async def calling_back(
    folder: Path, seed: int, *, reachable: bool = True, looks_every: float | None = None
) -> AsyncIterator[Scene]:
    """Yield a scene whose provider is told where to call; ``reachable`` is False when nobody listens there."""
    async with scene(folder, seed, gateways=0, portrait_workers=0, video_workers=0, failing=False) as stage:
        await stage.add("gateway", REPLICATE_WEBHOOK_SECRET=SECRET).start()
        public_url = stage.urls[0] if reachable else f"http://127.0.0.1:{free_port()}"
        await stage.add("portrait-worker", looks_every=looks_every, PUBLIC_URL=public_url).start()
        yield stage


def some_portraits(stage: Scene, count: int = JOBS) -> Load:
    """Return portraits, one after the other."""
    load = stage.load(0, per_second=1)
    load.planned = [Planned(n, 0.1 * n, "portrait", f"hooked-{n}") for n in range(count)]
    return load


def lateness(evidence: Evidence) -> dict[str, float]:
    """Return how long after its prediction's end each job ended, seconds."""
    late = {}
    for made in evidence.creations:
        job_id = next(each for each in evidence.logs if f"mark-{each}-end" in made["prompt"])
        log = evidence.logs[job_id]
        assert log[-1].entry.job.status is Status.SUCCEEDED, evidence.show(job_id)
        late[job_id] = (log[-1].stored_at - datetime.fromisoformat(made["completedAt"])).total_seconds()
    return late


@pytest.mark.chaos
async def test_16_a_webhook_ends_a_job_well_before_the_next_look(tmp_path: Path, seed: int) -> None:
    """Each comes twice, to a worker that looks by itself so seldom that nothing else would end a job of this test."""
    async with calling_back(tmp_path, seed, looks_every=LOOKS_EVERY) as stage:
        stage.emulator.set(run={"*": (2.0, 4.0)}, webhook_copies=2)
        load = some_portraits(stage)
        async with stage.running(load, within=60):
            await load.all_submitted.wait()
        looks = stage.emulator.calls("get")
        evidence = await stage.assert_invariants(load)

    late = lateness(evidence)
    assert max(late.values()) <= LOOKS_EVERY / 4, late
    for made in evidence.creations:
        mine = [call["at"] for call in looks if call["path"].endswith(made["id"])]
        assert len(mine) <= 6, "two webhooks of each sort cost a look or two"
    assert all(sum(event.entry.job.done for event in log) == 1 for log in evidence.logs.values())


@pytest.mark.chaos
async def test_16_a_webhook_that_is_lost_is_not_missed(tmp_path: Path, seed: int) -> None:
    async with calling_back(tmp_path, seed, reachable=False) as stage:
        load = some_portraits(stage)
        async with stage.running(load, within=60):
            await load.all_submitted.wait()
        evidence = await stage.assert_invariants(load)

    assert max(lateness(evidence).values()) <= 6.0


@pytest.mark.chaos
async def test_16_a_webhook_before_its_prediction_is_recorded_does_no_harm(tmp_path: Path, seed: int) -> None:
    async with calling_back(tmp_path, seed) as stage:
        stage.emulator.set(boot={"*": [0.0, 0.0]}, run={"*": [0.0, 0.0]})
        load = some_portraits(stage, 20)
        async with stage.running(load, within=60):
            await load.all_submitted.wait()
        evidence = await stage.assert_invariants(load)

    assert all(event.entry.fact is not Fact.FAILED for log in evidence.logs.values() for event in log)
    assert len(evidence.creations) == 20


@pytest.mark.chaos
async def test_16_a_webhook_badly_signed_or_old_is_refused(tmp_path: Path, seed: int) -> None:
    async with calling_back(tmp_path, seed) as stage:
        stage.emulator.set(run={"*": [60.0, 60.0]})
        load = some_portraits(stage, 1)
        going = asyncio.create_task(load.run(60))
        async with httpx.AsyncClient(base_url=stage.urls[0], trust_env=False) as http:
            await load.all_submitted.wait()
            [job_id] = load.accepted
            body = json.dumps({"id": "whatever", "status": "succeeded", "output": ["https://example.com/evil.png"]})
            forged = {
                "other secret": signed(body, secret="whsec_" + "A" * 32),
                "other body": signed(body + " "),
                "six minutes old": signed(body, at=time.time() - 360),
                "from the future": signed(body, at=time.time() + 360),
                "unsigned": {},
            }
            for name, headers in forged.items():
                assert (await post(http, job_id, body, headers)).status_code == 401, name
            # Rightly signed it is taken, and believed in nothing: the job asks the provider and goes on.
            assert (await post(http, job_id, body, signed(body))).status_code == 204
            assert (await post(http, "nobody", body, signed(body))).status_code == 204
            assert (await post(http, job_id, "x" * 5_000_000, {})).status_code == 413
            assert (await http.get(f"/v1/jobs/{job_id}")).json()["status"] == "processing"
            assert (await http.post(f"/v1/jobs/{job_id}/cancel")).status_code == 202
            await going
        await stage.assert_invariants(load)


async def post(http: httpx.AsyncClient, job_id: str, body: str, headers: dict[str, str]) -> httpx.Response:
    return await http.post("/hooks/replicate", params={"job": job_id}, content=body, headers=headers)


def signed(body: str, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers of a delivery."""
    name, moment = f"msg_{time.monotonic_ns()}", time.time() if at is None else at
    signature = Webhook(secret).sign(name, datetime.fromtimestamp(moment).astimezone(), body)
    return {"webhook-id": name, "webhook-timestamp": str(int(moment)), "webhook-signature": signature}
