"""``docker compose`` over the project's own compose file, as a project of the test's own."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.source_tree import ROOT

PATIENCE = 480
"""Seconds for one command; the first build fetches everything."""

EMULATOR = ROOT / "tests" / "containers" / "replicate.yml"
"""Laid over the compose file, it adds an emulated Replicate on ``EMULATOR_PORT`` and has the workers use it."""


@dataclass(frozen=True, slots=True)
class Compose:
    """One project: its name, and the variables its file is read with. The machine's own settings do not reach it.

    ``folder`` is the checkout, whose compose file is read; ``over`` are files laid over that.
    """

    project: str
    variables: Mapping[str, str]
    over: tuple[Path, ...] = ()
    folder: Path = ROOT

    @property
    def base_url(self) -> str:
        """Where the gateway is published."""
        return f"http://127.0.0.1:{self.variables['PORT']}"

    def run(self, *arguments: str) -> str:
        """Run one command and return what it printed; fails with what it complained of."""
        files = [part for file in (self.folder / "docker-compose.yml", *self.over) for part in ("--file", str(file))]
        place = ["--project-directory", str(self.folder), "--env-file", os.devnull]
        needed = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "PIP_INDEX_URL", "UV_DEFAULT_INDEX")
        environ = {name: os.environ[name] for name in needed if name in os.environ} | dict(self.variables)
        if arguments[0] == "build":
            # side by side, builds of one machine's two cores are no sooner done, and overrun the engine's own deadlines
            environ["COMPOSE_PARALLEL_LIMIT"] = "1"
        command = ["docker", "compose", "--project-name", self.project, *place, *files, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        return done.stdout

    def config(self, *options: str) -> dict[str, Any]:
        """Return the file as compose understands it, with options of its own such as a profile."""
        found: dict[str, Any] = json.loads(self.run(*options, "config", "--format", "json"))
        return found

    def containers(self, service: str) -> list[dict[str, Any]]:
        """Return what compose says of a service's containers."""
        return [json.loads(line) for line in self.run("ps", "--all", "--format", "json", service).splitlines()]

    def names(self, service: str) -> list[str]:
        """Return the names of a service's containers."""
        return sorted(str(one["Name"]) for one in self.containers(service))

    def up(self, **scale: int) -> None:
        """Start everything, as built, and wait until all of it is healthy; ``scale`` has underscores for hyphens.

        What runs already goes on: only what has changed is made anew.
        """
        self.run("up", "--detach", "--wait", "--no-build", *_scaled(scale))

    def upgrade(self, service: str) -> None:
        """Replace one service by what this checkout makes of it, and wait until it is healthy."""
        self.run("up", "--detach", "--wait", "--no-build", "--no-deps", service)

    def lose(self, *containers: str) -> None:
        """Take containers away as a machine that dies does: off the network in mid-word, and never to come back."""
        for name in containers:
            docker("network", "disconnect", "--force", f"{self.project}_default", name)
        docker("rm", "--force", *containers)

    @contextmanager
    def gone_afterwards(self) -> Iterator[None]:
        """Remove everything at the end, volumes too; its logs are printed first."""
        try:
            yield
        finally:
            print(self.run("logs", "--no-color", "--tail", "200"))  # noqa: T201  # shown when the test fails
            self.run("--profile", "operator", "down", "--volumes", "--remove-orphans", "--timeout", "5")


def _scaled(scale: Mapping[str, int]) -> list[str]:
    return [part for name, count in scale.items() for part in ("--scale", f"{name.replace('_', '-')}={count}")]


def crash(container: str) -> None:
    """Kill a container's process from within, which is what its restart policy is for."""
    # killed along with what it kills, the shell cannot answer with success
    subprocess.run(
        ["docker", "exec", container, "sh", "-c", "kill -9 -1"], capture_output=True, timeout=30, check=False
    )


def docker(*arguments: str) -> str:
    """Run one command of the engine and return what it printed."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done.stdout
