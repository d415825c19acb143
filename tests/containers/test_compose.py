"""The compose file as it stands: brought up, and used over HTTP through its proxy."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import av
import httpx
import pytest
from PIL import Image

from tests.containers.conftest import Reached
from tests.support.app import App
from tests.support.compose import Compose, docker

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900), pytest.mark.usefixtures("engine")]

SERVICES = ("gateway", "status", "portrait-worker", "video-worker")
RUNNING = {"nats", "proxy", *SERVICES}


@pytest.fixture(scope="module")
def running(built: Compose) -> Iterator[Compose]:
    """All of it up, as one service each."""
    with built.gone_afterwards():
        built.up()
        yield built


@pytest.fixture
async def app(running: Compose, reached: Reached) -> AsyncIterator[App]:
    """A client of the published port."""
    async with reached(running) as client:
        yield client


def test_everything_runs_and_is_well(running: Compose) -> None:
    found = {service: running.containers(service) for service in RUNNING}
    assert {service: [one["Health"] for one in them] for service, them in found.items()} == {
        service: ["healthy"] for service in RUNNING
    }


async def test_a_portrait_then_a_clip_from_it(app: App) -> None:
    portrait_url, png = await app.output("portrait", await app.portrait("Mira"), within=120)
    clip_url, mp4 = await app.output("video", await app.video("Mira", portrait_url, seconds=4), within=240)
    piece = await app.http.get(clip_url, headers={"Range": "bytes=4-7"})

    picture = Image.open(io.BytesIO(png))
    picture.load()
    assert picture.format == "PNG"
    with av.open(io.BytesIO(mp4), "r") as clip:
        frames = sum(1 for _ in clip.decode(video=0))
        assert frames > 24
        assert abs(float(clip.duration or 0) / av.time_base - 4) < 0.2
    assert (piece.status_code, piece.content) == (206, b"ftyp")


async def test_the_proxy_lets_events_through_as_they_come_and_waits_as_long_as_a_client(
    app: App, running: Compose
) -> None:
    [worker] = running.names("portrait-worker")
    with ExitStack() as paused:
        docker("pause", worker)
        paused.callback(docker, "unpause", worker)
        job_id = await app.portrait("Wren")
        waiting = asyncio.create_task(app.http.get(f"/v1/jobs/{job_id}?wait=60", timeout=90))
        seen: list[str] = []
        async with app.http.stream("GET", f"/v1/jobs/{job_id}/events", timeout=httpx.Timeout(90)) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line.removeprefix("data: "))["status"])
                    # Were events held back to be sent together, the first would not have come: nothing moves till then.
                    await asyncio.to_thread(paused.close)
    ended = (await waiting).json()

    assert ended["status"] == "succeeded"
    assert (seen[0], seen[-1]) == ("starting", "succeeded")


async def test_the_proxy_keeps_to_itself_how_a_gateway_is(app: App) -> None:
    for path in ("/metrics", "/readyz", "/%6detrics", "/metrics?name=x", "/metrics/"):
        answer = await app.http.get(path, follow_redirects=True)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
        assert answer.headers["x-request-id"]
    assert (await app.http.get("/healthz")).status_code == 200


async def test_a_client_that_dawdles_over_its_headers_is_cut_off(running: Compose) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(running.variables["PORT"]))
    writer.write(b"GET /v1/models HTTP/1.1\r\nHost: greenroom\r\n")
    said = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    assert said.startswith(b"HTTP/1.1 408 ")


async def test_after_down_and_up_the_jobs_are_where_they_were(app: App, running: Compose) -> None:
    job_id = await app.portrait("Juno")
    url, picture = await app.output("portrait", job_id, within=120)
    record = await app.job(job_id)
    waiting = [await app.portrait(name) for name in ("Oskar", "Tamsin", "Bolt")]

    running.run("down")
    running.up()

    assert await app.job(job_id) == record
    assert (await app.http.get(url)).content == picture
    for one in waiting:
        assert (await app.end("portrait", one, within=120))["status"] == "succeeded"


def test_the_file_is_hardened_and_keeps_no_secret(built: Compose) -> None:
    config = built.config("--profile", "operator")["services"]
    assert set(config) == RUNNING | {"credentials", "operator"}
    assert not [name for name, one in config.items() if re.search(r":latest$|^[^:]+$", one["image"])]
    assert not [name for name, one in config.items() if "container_name" in one]
    assert [name for name, one in config.items() if "ports" in one] == ["proxy"]
    for name, one in config.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert int(one["mem_limit"]) <= 2 << 30, name
        assert one["cpus"] == 1, name
        assert one["pids_limit"] <= 256, name
        variables = (one.get("environment") or {}).items()
        assert not [key for key, value in variables if value and re.search("TOKEN|SECRET|PASSWORD", key)], name
    for name in RUNNING:
        one = config[name]
        assert one["restart"] == "unless-stopped", name
        assert one["logging"]["options"]["max-size"] == "10m", name
    for service in SERVICES:
        assert config[service]["depends_on"]["nats"]["condition"] == "service_healthy"
    # four fifths of what it may take, as on Kubernetes
    assert config["nats"]["environment"]["GOMEMLIMIT"] == "1600MiB"


def test_settings_come_from_the_env_file_and_the_environment_wins(built: Compose, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "PORT=8123\nREPLICATE_API_TOKEN=r8_filed\nAPI_KEYS_FILE=/run/keys/keys.json\nWORKER_CPUS=0.5\n#LOG_LEVEL=x\n"
    )
    config = Compose(built.project, {"API_KEYS_FILE": "/run/keys/others.json"}, env_file=file).config()["services"]

    assert [port["published"] for port in config["proxy"]["ports"]] == ["8123"]
    assert config["portrait-worker"]["environment"]["REPLICATE_API_TOKEN"] == "r8_filed"
    assert config["portrait-worker"]["cpus"] == 0.5
    assert config["gateway"]["environment"]["API_KEYS_FILE"] == "/run/keys/others.json"
    assert config["gateway"]["environment"].get("LOG_LEVEL") is None


def test_a_token_is_all_that_real_models_need(built: Compose) -> None:
    with_token = Compose(built.project, {"PORT": "1", "REPLICATE_API_TOKEN": "r8_mine"})
    config = with_token.config()["services"]

    for worker in ("portrait-worker", "video-worker"):
        assert config[worker]["environment"]["REPLICATE_API_TOKEN"] == "r8_mine"
        assert config[worker]["environment"].get("PROVIDER") is None
    assert not [name for name in ("gateway", "status") if "REPLICATE_API_TOKEN" in config[name]["environment"]]
