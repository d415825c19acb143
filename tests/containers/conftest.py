"""A container engine, which these tests need: without one they are skipped and say so, unless one was promised."""

import os
import subprocess

import pytest


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
