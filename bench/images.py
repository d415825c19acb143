"""How large the images are, and how long a container takes from ``docker run`` to being ready.

    python -m bench.images [--runs 5]

The images are those of docker-compose.yml, built if need be. Each service is started that often in a new container, on
a network with one NATS server whose streams are there already; the time is from before ``docker run`` to the first 200
of ``/readyz``, asked every 10 ms. The size is the image's unpacked; its own is what the base image does not have.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.support.compose import Compose, docker
from tests.support.nats_server import free_port

MIB = 1024 * 1024
BASE = "python:3.13-slim-bookworm"
SERVICES = ("status", "gateway", "portrait-worker", "video-worker")
_PATIENCE = 120.0


@dataclass(frozen=True)
class Numbers:
    """One image: bytes in all, bytes of its own, and the seconds of each start."""

    name: str
    size: int
    own: int
    starts: tuple[float, ...]

    def row(self) -> str:
        """Return its row of the table."""
        median, most = statistics.median(self.starts), max(self.starts)
        return f"| {self.name} | {self.size / MIB:.0f} MiB | {self.own / MIB:.0f} MiB | {median:.1f} s | {most:.1f} s |"


def size_of(image: str) -> int:
    """Return an image's bytes."""
    return int(json.loads(docker("image", "inspect", image))[0]["Size"])


@contextmanager
def container(*arguments: str) -> Iterator[str]:
    """Run a container while the context is open; yields its id."""
    name = docker("run", "--detach", *arguments).strip()
    try:
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


def ready_after(network: str, image: str) -> float:
    """Return the seconds from ``docker run`` to ready."""
    port = free_port()
    settings = ("--env", "NATS_URL=nats://nats:4222", "--read-only", "--volume", "/var/lib/greenroom/media")
    begun = time.monotonic()
    with container("--network", network, "--publish", f"127.0.0.1:{port}:8000", *settings, image) as name:
        while not answers(port):
            if time.monotonic() - begun > _PATIENCE:
                raise SystemExit(f"{image} is not ready after {_PATIENCE} s:\n{docker('logs', name)}")
            time.sleep(0.01)
        return time.monotonic() - begun


def answers(port: int) -> bool:
    """Whether the service on a port is ready."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def measure(runs: int) -> Iterator[Numbers]:
    """Yield the numbers of each service's image."""
    compose = Compose("greenroom-bench", {"PORT": "8000"})
    compose.run("build")
    images = {service: str(compose.config()["services"][service]["image"]) for service in SERVICES}
    network, base = f"greenroom-bench-{os.getpid()}", size_of(BASE)
    docker("network", "create", network)
    try:
        with container("--network", network, "--network-alias", "nats", "nats:2-alpine", "nats-server", "--jetstream"):
            # the status service makes the streams that the others wait for
            ready_after(network, images["status"])
            for service, image in images.items():
                size = size_of(image)
                yield Numbers(service, size, size - base, tuple(ready_after(network, image) for _ in range(runs)))
    finally:
        docker("network", "rm", network)


def main() -> None:
    """Print the table that the README has."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        print("there is no container engine here: nothing to measure")
        return
    print("| image | size | of that its own | ready after | at most |\n|---|---|---|---|---|")
    for numbers in measure(given.runs):
        print(numbers.row(), flush=True)


if __name__ == "__main__":
    main()
