"""Faults 14 and 15: cancels at random moments, while their worker is dead, and while NATS is away."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.domain.job import Fact
from shared.domain.states import Status
from tests.support.chaos.crash import Crash
from tests.support.chaos.evidence import Evidence
from tests.support.chaos.provider import IN_PASSING
from tests.support.chaos.scene import Scene, scene
from tests.support.chaos.workload import Planned
from tests.support.eventually import eventually

EFFECT_WITHIN = 2.0
ENDED = ("succeeded", "failed", "canceled")


@asynccontextmanager
async def front(stage: Scene, number: int = 0) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of one of the gateways."""
    async with httpx.AsyncClient(base_url=stage.urls[number % len(stage.urls)], timeout=20, trust_env=False) as http:
        yield http


Answer = tuple[float, dict[str, Any]]
"""When an answer came, on this machine's monotonic clock, and what it said."""


async def cancel(http: httpx.AsyncClient, job_id: str) -> Answer:
    """Ask until NATS is there; return the answer that counted."""
    while True:
        answer = await http.post(f"/v1/jobs/{job_id}/cancel")
        if answer.status_code != 503:
            assert answer.status_code in (200, 202), answer.text
            said: dict[str, Any] = answer.json()
            assert (answer.status_code == 202) == (said["status"] not in ENDED), said
            return time.monotonic(), said
        told = int(answer.headers["retry-after"])
        assert told >= 1
        await asyncio.sleep(told)


def canceled_at(stage: Scene) -> Mapping[str, float]:
    """Return when the provider was first asked to stop each prediction, on this machine's monotonic clock."""
    asked: dict[str, float] = {}
    for call in stage.emulator.calls("cancel"):
        asked.setdefault(call["path"].split("/")[-2], call["at"])
    return asked


def assert_honoured(evidence: Evidence, job_id: str) -> None:
    """It ended canceled, once, and nothing of it runs on or was made twice."""
    log = evidence.logs[job_id]
    assert log[-1].entry.job.status is Status.CANCELED, evidence.show(job_id)
    made = evidence.made_for(f"mark-{job_id}-end")
    assert len(made) <= 1, evidence.show(job_id)
    assert all(each["status"] != "processing" for each in made), evidence.show(job_id)


@pytest.mark.chaos
async def test_14_cancels_at_random_moments_take_effect_or_come_too_late(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, gateways=2, failing=False) as stage:
        # A create that leaves in doubt whether it took effect is no cancel's to end within two seconds
        for fault in IN_PASSING:
            if fault["on"] != "create":
                stage.emulator.fail(**fault, times=None)
        stage.emulator.set(run={"*": [0.2, 6.0]})
        load = stage.load(200, per_second=20)
        answers: dict[str, tuple[Answer, Answer]] = {}

        async def ask_for(planned: Planned, after: float, one: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
            await asyncio.sleep(planned.at + after)
            await eventually(lambda: planned.job_id in load.accepted, within=30, every=0.1)
            answers[planned.job_id] = await asyncio.gather(cancel(one, planned.job_id), cancel(other, planned.job_id))

        async with stage.running(load, within=60), front(stage, 0) as one, front(stage, 1) as other:
            waits = [stage.draw.uniform(0.0, 6.0) for _ in load.planned]
            asking = (ask_for(each, wait, one, other) for each, wait in zip(load.planned, waits, strict=True))
            await asyncio.gather(*asking)
        stopped = canceled_at(stage)
        evidence = await stage.assert_invariants(load)

    ends = {job_id: log[-1].entry.job for job_id, log in evidence.logs.items()}
    assert {job.status for job in ends.values()} == {Status.CANCELED, Status.SUCCEEDED}
    for job_id, told in answers.items():
        job = ends[job_id]
        for _, said in told:
            if said["status"] in ENDED:
                assert said["status"] == job.status, evidence.show(job_id)
        if job.status is Status.CANCELED and job.prediction is not None:
            took = stopped[job.prediction] - min(at for at, _ in told)
            assert took <= EFFECT_WITHIN, evidence.show(job_id)


@pytest.mark.chaos
async def test_15_cancels_while_every_worker_is_dead_are_honoured_by_the_next(tmp_path: Path, seed: int) -> None:
    async with scene(tmp_path, seed, portrait_workers=1, video_workers=1, failing=False) as stage:
        stage.emulator.set(run={"*": [60.0, 60.0]})
        load = stage.load(200, per_second=20)
        enough = stage.draw.randrange(20, 150)
        async with stage.running(load, within=90), front(stage) as http:
            await load.all_submitted.wait()
            # Some wait in the queue, some are with a worker, some with the provider.
            await eventually(lambda: len(stage.emulator.creations()) >= enough, within=20)
            for worker in stage.workers():
                await worker.stop(signal.SIGKILL)
            for job_id in load.accepted:
                await cancel(http, job_id)
            await stage.start()
        evidence = await stage.assert_invariants(load)

    for job_id in load.accepted:
        assert_honoured(evidence, job_id)


@pytest.mark.chaos
@pytest.mark.parametrize(
    "point",
    [
        Crash("after", "log", "append", Fact.SUBMITTING),
        Crash("after", "provider", "start"),
        Crash("after", "register", "own"),
    ],
    ids=str,
)
async def test_15_a_cancel_between_the_intent_and_the_record_stops_the_orphan(
    tmp_path: Path, seed: int, point: Crash
) -> None:
    async with scene(tmp_path, seed, portrait_workers=0, video_workers=0, failing=False) as stage:
        stage.emulator.set(run={"*": [60.0, 60.0]})
        load = stage.load(8, per_second=100)
        load.planned = [each for each in load.planned if each.kind == "portrait"][:1]
        dying = stage.add("portrait-worker", crash=point)
        async with stage.running(load, within=60), front(stage) as http:
            await load.all_submitted.wait()
            dying.begin()
            assert await dying.ended(within=20) == -signal.SIGKILL
            [job_id] = load.accepted
            _, said = await cancel(http, job_id)
            await stage.add("portrait-worker", "well").start()
        evidence = await stage.assert_invariants(load)

    assert said["stage"] == "canceling"
    assert_honoured(evidence, job_id)
    assert [each["status"] for each in evidence.creations] in ([], ["canceled"])
    assert bool(evidence.creations) == (point.port != "log")


@pytest.mark.chaos
async def test_15_cancels_around_an_outage_of_nats_are_honoured(tmp_path: Path, seed: int) -> None:
    """Some are accepted just before the server is killed, some are refused while it is away and asked again."""
    async with scene(tmp_path, seed, portrait_workers=1, video_workers=1, failing=False) as stage:
        stage.emulator.set(run={"*": [60.0, 60.0]})
        load = stage.load(200, per_second=20)
        async with stage.running(load, within=90), front(stage) as http:
            await load.all_submitted.wait()
            await eventually(lambda: len(stage.emulator.creations()) >= 100, within=20)
            ids = stage.draw.sample(sorted(load.accepted), 200)
            early = await asyncio.gather(*(cancel(http, job_id) for job_id in ids[:60]))
            stage.nats.kill()
            refused = await http.post(f"/v1/jobs/{ids[60]}/cancel")
            asking = [asyncio.create_task(cancel(http, job_id)) for job_id in ids[60:]]
            await asyncio.sleep(2.0)
            await stage.nats.start()
            back = time.monotonic()
            late = await asyncio.gather(*asking)
            stopped = await eventually(lambda: all_stopped(stage), within=20)
        evidence = await stage.assert_invariants(load)

    assert refused.status_code == 503
    assert len(early) + len(late) == 200
    for job_id in ids:
        assert_honoured(evidence, job_id)
    assert max(stopped.values()) - back <= 10.0


def all_stopped(stage: Scene) -> Mapping[str, float] | None:
    """Return when each prediction was asked to stop, once all were."""
    stopped = canceled_at(stage)
    return stopped if all(each["id"] in stopped for each in stage.emulator.creations()) else None
