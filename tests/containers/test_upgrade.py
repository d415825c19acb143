"""An upgrade with jobs in flight: the release before this one runs, and this checkout takes its place part by part.

The older release is a commit, since it is older images that have to go on with new ones beside them, and older events
that new code has to read. It knew no users in NATS, no proxy and no owners of jobs.
"""

import asyncio
import io
import os
import subprocess
import tarfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.containers.conftest import Reached
from tests.support.app import App
from tests.support.compose import EMULATOR, Compose
from tests.support.eventually import eventually
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.client import Emulator
from tests.support.source_tree import ROOT
from tests.support.steadfast import TERMINAL, Steadfast

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900), pytest.mark.usefixtures("built")]

BEFORE = "b95c10ca26fd840585db5642c903e85a8ca698f1"
"""The last release that landed before this one's work began."""

SERVICES = ("status", "gateway", "portrait-worker")
# Names of their own, or the older images would take the newer ones' place
OLDER_IMAGES = "services:\n" + "".join(f"  {name}: {{ image: 'greenroom-before/{name}:0.1.0' }}\n" for name in SERVICES)


@pytest.fixture(scope="module")
def variables() -> dict[str, str]:
    ports = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port())}
    return {**ports, "CHECKOUT": str(ROOT), "REVISION": "tested"}


@pytest.fixture(scope="module")
def after(variables: dict[str, str]) -> Compose:
    """The project as this checkout has it."""
    return Compose(f"greenroom-upgrade-{os.getpid()}", variables, (EMULATOR,))


@pytest.fixture(scope="module")
def before(after: Compose, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    """The same project as the older release has it, running."""
    folder = tmp_path_factory.mktemp("before")
    unpack(BEFORE, folder)
    images = folder / "images.yml"
    images.write_text(OLDER_IMAGES)
    older = Compose(after.project, after.variables, (EMULATOR, images), folder)
    with after.gone_afterwards():
        older.run("build", *SERVICES)
        older.up(video_worker=0)
        yield older


def unpack(commit: str, folder: Path) -> None:
    """Write a commit's files to a folder. A checkout without that much history gives those of its own commit."""
    packed = archived(commit)
    if packed.returncode:
        print(f"No history back to {commit} here: this commit is upgraded to itself")  # noqa: T201  # shown on failure
        packed = archived("HEAD")
    assert packed.returncode == 0, packed.stderr.decode()
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")


def archived(commit: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, timeout=60, check=False)


@pytest.fixture
async def app(before: Compose, reached: Reached) -> AsyncIterator[App]:
    """A client of the published port, which both have."""
    async with reached(before) as client:
        yield client


async def test_new_images_take_over_from_old_ones_and_finish_their_jobs(
    app: App, after: Compose, before: Compose
) -> None:
    client = Steadfast(app)
    with Emulator(f"http://127.0.0.1:{after.variables['EMULATOR_PORT']}") as emulator:
        emulator.set(run={"*": (1, 1)})
        await client.portrait("done")
        await client.ends()
        record = await app.job("portrait-done")
        emulator.set(run={"*": (35, 45)})
        for number in range(6):
            await client.portrait(f"running-{number}")
        await eventually(lambda: len(emulator.creations()) == len(client.asked), within=60)

        await asyncio.to_thread(roll, after)

        known = await app.job("portrait-done")
        assert {name: known[name] for name in record} == record
        await client.portrait("running-0")
        await client.portrait("new")
        ends = await client.ends()
        created = len(emulator.creations())

    assert set(ends.values()) == {"succeeded"}, ends
    assert created == len(ends)
    facts_of = await client.facts()
    # old workers had them, new ones finished them
    assert sum(facts["handed_back"] for facts in facts_of.values())
    for job_id, facts in facts_of.items():
        assert facts["accepted"] == 1, job_id
        assert sum(facts[fact] for fact in TERMINAL) == 1, job_id


def roll(after: Compose) -> None:
    """Upgrade as the operations guide says: readers, writers, and NATS last."""
    after.run("up", "--detach", "--no-build", "credentials")
    for service in ("status", "gateway", "proxy", "portrait-worker", "nats"):
        after.upgrade(service)
