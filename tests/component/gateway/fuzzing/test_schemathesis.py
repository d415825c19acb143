"""The OpenAPI document against the gateway that serves it: schemathesis, with every check, finds nothing."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from nats.js import JetStreamContext

from gateway.config import Settings
from gateway.wiring import State, open_app
from shared.http.server import listen, serving
from shared.jetstream.topology import Topology
from status.config import Settings as StatusSettings
from status.wiring import Readiness, running
from tests.component.gateway.endings import hands
from tests.support.eventually import eventually
from tests.support.keys import ADA, bearing, keys_file
from tests.support.nats_server import NatsServer

HERE = Path(__file__).parent
HOOKS = {"SCHEMATHESIS_HOOKS": str(HERE / "valid_requests.py")}
SEED = os.environ.get("GREENROOM_SEED") or "4"
EXAMPLES = os.environ.get("GREENROOM_EXAMPLES") or "2"
_SIGNED = {"webhook_secret": "whsec_" + "c2VjcmV0" * 4, "public_url": "http://127.0.0.1:8000"}


@pytest.fixture
async def address(server: NatsServer, topology: Topology, js: JetStreamContext, tmp_path: Path) -> AsyncIterator[str]:
    """Where a gateway is served, over a status service and jobs in each of their states."""
    media, stop = tmp_path / "media", asyncio.Event()
    media.mkdir()
    common = {"nats_url": (server.url,), "media_url": media.as_uri(), **_SIGNED}
    secret, keys = (
        _SIGNED["webhook_secret"],
        keys_file(tmp_path, {"submitsPerMinute": 1_000_000, "activeJobs": 1_000_000}),
    )
    settings = Settings(**common, replicate_webhook_secret=secret, api_keys_file=keys)  # type: ignore[arg-type]
    async with (
        running(StatusSettings(**common), stop, topology, Readiness()),  # type: ignore[arg-type]
        open_app(settings, stop, topology, state := State()) as app,
        serving(app, listen("127.0.0.1", 0, "PORT")) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, headers=bearing(ADA)) as http,
    ):
        work = hands(http, js, media)
        for name in ("queued", "running", "succeeded", "failed", "canceled"):
            await work.portrait(jobId=f"{name}-1", showId="show", characterId=name)
        await work.take("ada=running-1")
        await work.succeed("ada=succeeded-1", "picture.png")
        await work.fail("ada=failed-1")
        await work.cancel("ada=canceled-1")
        await eventually(lambda: state.waiting_for() is None, within=20.0)
        yield f"http://127.0.0.1:{port}"


@pytest.mark.timeout(600)
async def test_schemathesis_finds_nothing(address: str, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml")]
    command += ["run", f"{address}/openapi.json", "--checks", "all", "--continue-on-failure", "--no-color"]
    command += ["--seed", SEED, "--max-examples", EXAMPLES, "--header", f"Authorization: Bearer {ADA}"]

    told = await asyncio.create_subprocess_exec(
        *command, cwd=tmp_path, env=os.environ | HOOKS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    words, _ = await told.communicate()

    print(words.decode())  # noqa: T201  # pytest shows it when the test fails; its seed and its calls are in it
    assert told.returncode == 0, "replay with GREENROOM_SEED; what was found is above"
