"""``docker compose`` over the project's own compose file, as a project of the test's own."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.source_tree import ROOT

PATIENCE = 480
"""Seconds for one command; the first build fetches everything."""


@dataclass(frozen=True, slots=True)
class Compose:
    """One project: its name, and the variables its file is read with. The machine's own settings do not reach it."""

    project: str
    variables: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """Run one command and return what it printed; fails with what it complained of."""
        command = ["docker", "compose", "--project-name", self.project, "--env-file", os.devnull, *arguments]
        needed = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "PIP_INDEX_URL", "UV_DEFAULT_INDEX")
        environ = {name: os.environ[name] for name in needed if name in os.environ} | dict(self.variables)
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done.stdout

    def config(self) -> dict[str, Any]:
        """Return the file as compose understands it."""
        found: dict[str, Any] = json.loads(self.run("config", "--format", "json"))
        return found

    def containers(self, service: str) -> list[dict[str, Any]]:
        """Return what compose says of a service's containers."""
        return [json.loads(line) for line in self.run("ps", "--all", "--format", "json", service).splitlines()]

    def up(self) -> None:
        """Start everything and wait until all of it is healthy."""
        self.run("up", "--detach", "--wait", "--scale", "portrait-worker=3")


def docker(*arguments: str) -> str:
    """Run one command of the engine and return what it printed."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done.stdout
