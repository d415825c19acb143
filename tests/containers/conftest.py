"""A container engine, which these tests need: without one they are skipped and say so, unless one was promised."""

import os
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest

from tests.support.app import App, PatientApp
from tests.support.compose import Compose
from tests.support.nats_server import free_port

Reached = Callable[[Compose], AbstractAsyncContextManager[App]]


@pytest.fixture(scope="session")
def engine() -> None:
    """Make sure of a container engine. With ``GREENROOM_REQUIRE_CONTAINERS=1`` its absence is a failure."""
    if reason := engine_missing():
        if os.environ.get("GREENROOM_REQUIRE_CONTAINERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def engine_missing() -> str | None:
    """Return why there is no engine with compose, or None."""
    for command in (["docker", "info"], ["docker", "compose", "version"]):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            return f"no container engine: {problem}"
        if done.returncode:
            return f"no container engine: `{' '.join(command)}` says {done.stderr.strip()}"
    return None


@pytest.fixture(scope="session")
def built(engine: None) -> Compose:
    """A project of this run's own, its images built."""
    variables = {"PORT": str(free_port()), "PROVIDER": "local", "LOCAL_RENDER_SECONDS": "1", "REVISION": "tested"}
    compose = Compose(f"greenroom-test-{os.getpid()}", variables)
    compose.run("build")
    return compose


@pytest.fixture
def reached() -> Reached:
    """How to reach a project: as an app does, at its published port."""

    @asynccontextmanager
    async def reach(compose: Compose) -> AsyncIterator[App]:
        async with httpx.AsyncClient(base_url=compose.base_url, timeout=20, trust_env=False) as http:
            yield PatientApp(http)

    return reach
