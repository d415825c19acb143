"""An upgrade with jobs in flight: the release before this one runs, and this checkout takes its place part by part.

The older release is a commit, since it is older images that have to go on with new ones beside them, and older events
that new code has to read. What replaces it is the script that the operations guide names.
"""

import asyncio
import io
import os
import subprocess
import tarfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.containers.conftest import Reached
from tests.support.app import App, portrait_body
from tests.support.compose import EMULATOR, Compose
from tests.support.eventually import eventually
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.client import Emulator
from tests.support.source_tree import ROOT
from tests.support.steadfast import TERMINAL, Steadfast

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900), pytest.mark.usefixtures("built")]

BEFORE = "0f4bc767b2c05d97ddfbb4b90c243e1047db58da"
"""A release with all that stands between a client and its job now: users in NATS, owners and their keys, the proxy."""

SERVICES = ("status", "gateway", "portrait-worker", "video-worker")
IMAGES = {**{service: service for service in (*SERVICES, "proxy")}, "credentials": "status", "operator": "status"}
# Names of their own, or the older images would take the newer ones' place
OLDER_IMAGES = "services:\n" + "".join(
    f"  {service}: {{ image: 'greenroom-before/{image}:0.1.0' }}\n" for service, image in IMAGES.items()
)
GATEWAYS = 2
ASK_AGAIN = ("502 ", "503 ")
PORTRAIT_URL = "https://pictures.example.com/mira.png"


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
        older.run("build", *SERVICES, "proxy")
        older.up(gateway=GATEWAYS)
        yield older


def unpack(commit: str, folder: Path) -> None:
    """Write a commit's files to a folder. A checkout without that much history has nothing to upgrade from."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, timeout=60, check=False)
    if packed.returncode:
        reason = f"there is no release before this one: {packed.stderr.decode().strip()} (a shallow clone?)"
        if os.environ.get("GREENROOM_REQUIRE_CONTAINERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")


@pytest.fixture
async def app(before: Compose, reached: Reached) -> AsyncIterator[App]:
    """A client of the published port, which both have."""
    async with reached(before) as client:
        yield client


@asynccontextmanager
async def asking_once(compose: Compose) -> AsyncIterator[list[tuple[float, str]]]:
    """Yield what goes wrong, and when, for a client that never asks twice: it reads, and submits a job that runs."""
    wrong: list[tuple[float, str]] = []

    async def ask() -> None:
        body = portrait_body("running-0", jobId="portrait-running-0")
        # no connection is used again: httpx would quietly take another for one that was closed
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=compose.base_url, timeout=20, trust_env=False, limits=limits) as http:
            while True:
                for method, path, sent in (
                    ("GET", "/v1/jobs/portrait-running-0", None),
                    ("POST", "/api/characters/portrait", body),
                ):
                    try:
                        answer = await http.request(method, path, json=sent)
                        if answer.status_code not in (200, 202):
                            wrong.append((time.monotonic(), f"{method} {path}: {answer.status_code} {answer.text}"))
                    except httpx.TransportError as error:
                        wrong.append((time.monotonic(), f"{method} {path}: {error!r}"))
                await asyncio.sleep(0.1)

    asking = asyncio.create_task(ask())
    try:
        yield wrong
        assert not asking.done()
    finally:
        asking.cancel()


async def test_new_images_take_over_from_old_ones_and_finish_their_jobs(
    app: App, after: Compose, before: Compose
) -> None:
    client = Steadfast(app)
    with Emulator(f"http://127.0.0.1:{after.variables['EMULATOR_PORT']}") as emulator:
        emulator.set(run={"*": (1, 1)})
        await client.portrait("done")
        await client.ends()
        record = await app.job("portrait-done")
        emulator.set(run={"*": (900, 900)})
        for number in range(4):
            await client.portrait(f"running-{number}")
        await client.video("running", PORTRAIT_URL)
        await eventually(lambda: len(emulator.creations()) == len(client.asked), within=60)
        old = {service: before.names(service) for service in SERVICES}

        async with asking_once(after) as wrong:
            turns = await asyncio.to_thread(after.upgrade)
        emulator.finish()

        known = await app.job("portrait-done")
        assert {name: known[name] for name in record} == record
        emulator.set(run={"*": (1, 1)})
        await client.portrait("running-0")
        await client.portrait("new")
        ends = await client.ends()
        created = len(emulator.creations())

    # what stands alone, the proxy and the one NATS server, is not to be had without a pause
    assert list(turns) == [*SERVICES, "proxy", "nats"]
    missed = [said for when, said in wrong if when < turns["proxy"]]
    # a gateway was there for every call; but the release before let go of NATS before it had answered its last ones,
    # and of connections on which it had not been asked yet: an answer that says to ask again, each time
    assert not [said for said in missed if not said.partition(": ")[2].startswith(ASK_AGAIN)], missed
    assert not [said for said in missed if '"retryable":true' not in said], missed
    assert len(missed) <= 2, missed
    new = {service: after.names(service) for service in SERVICES}
    assert {service: len(names) for service, names in new.items()} == dict.fromkeys(SERVICES, 1) | {"gateway": GATEWAYS}
    assert not [name for service in SERVICES for name in old[service] if name in new[service]]
    assert set(ends.values()) == {"succeeded"}, ends
    assert created == len(ends)
    facts_of = await client.facts()
    # old workers of both kinds had them, new ones finished them
    assert {job_id.partition("-")[0] for job_id, facts in facts_of.items() if facts["handed_back"]} == {
        "portrait",
        "video",
    }
    for job_id, facts in facts_of.items():
        assert facts["accepted"] == 1, job_id
        assert sum(facts[fact] for fact in TERMINAL) == 1, job_id
