"""``docker compose`` over the project's own compose file, as a project of the test's own."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

from tests.support.source_tree import ROOT

PATIENCE = 480
"""Seconds for one command; the first build fetches everything."""

EMULATOR = ROOT / "tests" / "containers" / "replicate.yml"
"""Laid over the compose file, it adds an emulated Replicate on ``EMULATOR_PORT`` and has the workers use it."""


@dataclass(frozen=True, slots=True)
class Compose:
    """One project: its name, and the variables its file is read with. The machine's own settings do not reach it.

    ``folder`` is the checkout, whose compose file is read; ``over`` are files laid over that. ``env_file`` is read as
    a user's ``.env`` is; the machine's own is not.
    """

    project: str
    variables: Mapping[str, str]
    over: tuple[Path, ...] = ()
    folder: Path = ROOT
    env_file: Path = Path(os.devnull)

    @property
    def base_url(self) -> str:
        """Where the gateway is published."""
        return f"http://127.0.0.1:{self.variables['PORT']}"

    @property
    def files(self) -> tuple[Path, ...]:
        """The compose files, the one with the services first."""
        return self.folder / "docker-compose.yml", *self.over

    def environ(self) -> dict[str, str]:
        """Return the variables that a command is run with."""
        needed = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "PIP_INDEX_URL", "UV_DEFAULT_INDEX")
        return {name: os.environ[name] for name in needed if name in os.environ} | dict(self.variables)

    def run(self, *arguments: str) -> str:
        """Run one command and return what it printed; fails with what it complained of."""
        files = [part for file in self.files for part in ("--file", str(file))]
        place = ["--project-directory", str(self.folder), "--env-file", str(self.env_file)]
        environ = self.environ()
        if arguments[0] == "build":
            # side by side, builds of one machine's two cores are no sooner done, and overrun the engine's own deadlines
            environ["COMPOSE_PARALLEL_LIMIT"] = "1"
        command = ["docker", "compose", "--project-name", self.project, *place, *files, *arguments]
        return _run(command, environ)

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

    def upgrade(self) -> dict[str, float]:
        """Replace what runs by what this checkout makes of it, with the guide's script.

        Returns when each service's turn came, in their order, by ``time.monotonic``.
        """
        named = {
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_FILE": os.pathsep.join(map(str, self.files)),
            "COMPOSE_ENV_FILES": str(self.env_file),
        }
        script, said, turns = str(self.folder / "deploy/container/upgrade.sh"), "", dict[str, float]()
        with subprocess.Popen(
            [script], cwd=self.folder, env=self.environ() | named, stdout=PIPE, stderr=STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if line.startswith("upgrade: "):
                    turns[line.removeprefix("upgrade: ").strip()] = time.monotonic()
        assert process.returncode == 0, said[-8000:]
        return turns

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
    """Kill a container's process from within, which is what its restart policy is for, and see that it is back."""
    before = _restarts(container)
    # killed along with what it kills, the shell cannot answer with success
    kill = ["docker", "exec", container, "sh", "-c", "kill -9 -1"]
    said = subprocess.run(kill, capture_output=True, text=True, timeout=60, check=False)
    end = time.monotonic() + 60
    while _restarts(container) == before:
        assert time.monotonic() < end, f"{container} was not restarted, so it did not die: {said}"
        time.sleep(0.2)


def _restarts(container: str) -> int:
    """Return how often the engine restarted a container by itself."""
    return int(json.loads(docker("inspect", container))[0]["RestartCount"])


def docker(*arguments: str) -> str:
    """Run one command of the engine and return what it printed."""
    return _run(["docker", *arguments])


def _run(command: list[str], environ: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done.stdout
