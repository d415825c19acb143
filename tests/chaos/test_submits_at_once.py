"""Fault 17: the same submit a hundred times at once on two gateways is one job, made once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.domain.job import Fact
from shared.jetstream.topology import JOBS
from tests.support.app import portrait_body
from tests.support.chaos.scene import Scene, scene
from tests.support.eventually import eventually
from tests.support.nats_server import client_of

PORTRAIT = "/api/characters/portrait"
TIMES = 100
IDS = {"showId": "low-tide", "characterId": "mira"}


def one_id(number: int) -> dict[str, Any]:
    """A client that sends again because it heard nothing: the same jobId, the same content."""
    return portrait_body("Mira", jobId="portrait-00000", customPrompt="mark-portrait-00000-end")


def one_character(number: int) -> dict[str, Any]:
    """A hundred devices that each chose a jobId of their own for the same character."""
    return portrait_body("Mira", jobId=f"device-{number}", customPrompt="mark-any-end", **IDS)


def one_content(number: int) -> dict[str, Any]:
    """A hundred clicks without any id."""
    return portrait_body("Mira", customPrompt="mark-any-end")


@pytest.mark.chaos
@pytest.mark.parametrize("body", [one_id, one_character, one_content])
async def test_17_a_hundred_submits_at_once_are_one_job(
    tmp_path: Path, seed: int, body: Callable[[int], dict[str, Any]]
) -> None:
    async with scene(tmp_path, seed, gateways=2, portrait_workers=2, video_workers=0, failing=False) as stage:
        # Long enough that the job is not over before the last of them comes.
        stage.emulator.set(run={"*": [6.0, 6.0]})
        async with client(stage.urls[0]) as one, client(stage.urls[1]) as other:
            bodies = [body(number) for number in range(TIMES)]
            stage.draw.shuffle(bodies)
            sends = [(one, other)[number % 2].post(PORTRAIT, json=each) for number, each in enumerate(bodies)]
            answers = await asyncio.gather(*sends)
            [job_id] = {answer.json()["jobId"] for answer in answers}
            ends = [await eventually(partial(ended, http, job_id), within=30, every=0.1) for http in (one, other)]
        evidence = await stage.evidence()
        requests = await stream_length(stage, JOBS)

    codes = Counter((answer.status_code, answer.json().get("deduplicated", False)) for answer in answers)
    assert codes == {(202, False): 1, (202, True): TIMES - 1}
    assert ends == ["succeeded"] * 2
    assert list(evidence.logs) == [job_id]
    assert [event.entry.fact for event in evidence.logs[job_id]].count(Fact.ACCEPTED) == 1
    assert len(evidence.creations) == 1
    assert requests == 1, "the others' requests were never filed, or were withdrawn"


def client(url: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=TIMES)
    return httpx.AsyncClient(base_url=url, timeout=20, limits=limits, trust_env=False)


async def ended(http: httpx.AsyncClient, job_id: str) -> str | None:
    """Return how the job ended, once it has."""
    status = (await http.get(f"{PORTRAIT}/status", params={"jobId": job_id})).json()["status"]
    assert status is not None
    return status if status not in ("starting", "processing") else None


async def stream_length(stage: Scene, stream: str) -> int:
    async with client_of(stage.nats) as connection:
        return int((await connection.jetstream(timeout=5).stream_info(stream)).state.messages)
