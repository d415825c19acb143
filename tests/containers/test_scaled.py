"""The compose file with more of everything, under load: what comes, goes and dies meanwhile costs nobody a job.

Replicate is emulated, and its ledger says what would have been paid for.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.containers.conftest import Reached
from tests.support.app import App, portrait_body
from tests.support.compose import EMULATOR, Compose, crash, docker
from tests.support.eventually import eventually
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.client import Emulator
from tests.support.source_tree import ROOT
from tests.support.steadfast import TERMINAL, Steadfast

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900), pytest.mark.usefixtures("built")]

PORTRAIT_URL = "https://pictures.example.com/mira.png"


@pytest.fixture(scope="module")
def running(built: Compose) -> Iterator[Compose]:
    """One of each, and an emulated Replicate."""
    variables = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port()), "CHECKOUT": str(ROOT)}
    compose = Compose(f"greenroom-scaled-{os.getpid()}", {**variables, "REVISION": "tested"}, (EMULATOR,))
    with compose.gone_afterwards():
        compose.up()
        yield compose


@pytest.fixture
def emulator(running: Compose) -> Iterator[Emulator]:
    """Replicate's control, with a ledger that begins here."""
    with Emulator(f"http://127.0.0.1:{running.variables['EMULATOR_PORT']}") as control:
        control.reset()
        yield control


@pytest.fixture
async def app(running: Compose, reached: Reached) -> AsyncIterator[App]:
    async with reached(running) as client:
        yield client


async def paid_once_and_told_once(client: Steadfast, emulator: Emulator) -> None:
    """Hold every job against the two ledgers: Replicate's of what was created, and the log of what was said."""
    ends = await client.ends()
    assert set(ends.values()) == {"succeeded"}, ends
    assert len(emulator.creations()) == len(client.asked)
    for job_id, facts in (await client.facts()).items():
        assert facts["accepted"] == 1, job_id
        assert sum(facts[fact] for fact in TERMINAL) == 1, job_id


async def test_scaling_under_load_a_crash_and_a_lost_machine_lose_and_double_nothing(
    app: App, running: Compose, emulator: Emulator
) -> None:
    emulator.set(run={"*": (4, 10)})
    client, struck = Steadfast(app), asyncio.Event()

    async def load() -> None:
        """Ask for three jobs a second until everything has happened, and for a few more."""
        more = 12
        for number in count():
            await client.portrait(f"{number:03}")
            if number % 6 == 0:
                await client.video(f"{number:03}", PORTRAIT_URL)
            more -= struck.is_set()
            if not more:
                return
            # a machine that takes minutes for this is not to be buried in jobs
            await asyncio.sleep(0.3 if number < 150 else 3)

    async with asyncio.TaskGroup() as group:
        group.create_task(load())
        await asyncio.to_thread(lambda: running.up(portrait_worker=3, video_worker=2, gateway=2))
        workers, clips, gateways = (running.names(name) for name in ("portrait-worker", "video-worker", "gateway"))
        assert (len(workers), len(clips), len(gateways)) == (3, 2, 2)

        await asyncio.to_thread(crash, workers[0])
        # the machine that held one of each
        await asyncio.to_thread(running.lose, workers[1], clips[0], gateways[0])
        struck.set()

    await paid_once_and_told_once(client, emulator)
    assert sorted(await client.listed()) == sorted(job_id for _, job_id in client.asked)
    # both had jobs in hand, which others went on with
    assert len([job_id for _, job_id in client.asked if (await app.job(job_id))["attempt"] > 1]) > 1

    async def back() -> bool:
        (one,) = [each for each in running.containers("portrait-worker") if each["Name"] == workers[0]]
        return bool(one["Health"] == "healthy")

    await eventually(back, within=120, every=0.5)


async def test_a_gateway_that_stops_is_not_missed(app: App, running: Compose) -> None:
    await asyncio.to_thread(lambda: running.up(gateway=2))
    stopping = asyncio.create_task(asyncio.to_thread(docker, "stop", running.names("gateway")[0]))

    answered: list[int] = []
    while not stopping.done() or len(answered) < 20:
        answered.append((await app.http.get("/v1/models")).status_code)
        body = portrait_body("Pip", jobId="asked-again-and-again")
        answered.append((await app.http.post("/api/characters/portrait", json=body)).status_code)
    await stopping

    assert set(answered) <= {200, 202}


async def test_a_backup_taken_in_mid_work_brings_every_job_back(
    app: App, running: Compose, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.set(run={"*": (1, 1)})
    client = Steadfast(app)
    await client.portrait("before")
    await client.ends()
    emulator.set(run={"*": (12, 12)})
    for number in range(5):
        await client.portrait(f"running-{number}")
    await eventually(lambda: len(emulator.creations()) == 6, within=60)

    operator = ("--profile", "operator", "run", "--rm", "--no-deps", "--volume", f"{tmp_path}:/backup", "operator")
    running.run(*operator, "save", "/backup")
    running.run("rm", "--stop", "--force", "gateway", "status", "portrait-worker", "video-worker", "nats", "proxy")
    docker("volume", "rm", f"{running.project}_nats")
    running.run("up", "--detach", "--wait", "--no-build", "nats")
    running.run(*operator, "restore", "/backup")
    running.up()

    await paid_once_and_told_once(client, emulator)
