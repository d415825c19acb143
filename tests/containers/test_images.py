"""The images: what is in them, what they say of themselves, and how they start and end."""

import importlib.metadata
import json
import re
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.compose import Compose, docker
from tests.support.source_tree import ROOT

pytestmark = [pytest.mark.containers, pytest.mark.timeout(900), pytest.mark.usefixtures("engine")]

SERVICES = ("gateway", "status", "portrait-worker", "video-worker")
OURS = {"shared", *SERVICES}
OWN_MIB = {"gateway": 120, "status": 100, "portrait-worker": 260, "video-worker": 260, "proxy": 40}
"""What an image may add to its base, a good deal more than it does: to notice what does not belong there."""

WORKERS_OWN = {"replicate", "av", "pillow"}


def image(compose: Compose, service: str) -> str:
    return str(compose.config()["services"][service]["image"])


def installed(compose: Compose, service: str) -> dict[str, str]:
    """Return the packages in a service's image with their versions."""
    listing = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"
    found = json.loads(docker("run", "--rm", image(compose, service), "python", "-c", listing))
    return {canonicalize_name(name): version for name, version in found.items()}


def settings_of(compose: Compose, service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("image", "inspect", image(compose, service)))[0]["Config"]
    return found


def asked_for(service: str) -> set[str]:
    """Return everything that a service asks for, and what that asks for in turn, as this environment resolves it."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(service, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for text in importlib.metadata.requires(name) or []:
            wanted = Requirement(text)
            if any(wanted.marker is None or wanted.marker.evaluate({"extra": extra}) for extra in extras | {""}):
                waiting.append((canonicalize_name(wanted.name), frozenset(wanted.extras)))
    return {name for name, _ in seen}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_what_its_service_asks_for_as_the_lock_pins_it(built: Compose, service: str) -> None:
    found = installed(built, service)
    locked = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)

    assert found.keys() & OURS == {"shared", service}
    # pip is the base image's own; what only an older Python needs is not there
    assert found.keys() - {"pip"} <= asked_for(service)
    assert found.keys() & WORKERS_OWN == (WORKERS_OWN if service.endswith("-worker") else set())
    assert {(name, version) for name, version in found.items() if name not in OURS | {"pip"}} <= {
        (canonicalize_name(name), version) for name, version in locked
    }


@pytest.mark.parametrize("name", OWN_MIB)
def test_an_image_is_as_small_as_what_is_in_it(built: Compose, name: str) -> None:
    size = int(json.loads(docker("image", "inspect", image(built, name)))[0]["Size"])
    base = "" if name == "proxy" else settings_of(built, name)["Labels"]["org.opencontainers.image.base.name"]
    own = size - (int(json.loads(docker("image", "inspect", base))[0]["Size"]) if base else 0)

    assert 0 < own < OWN_MIB[name] * 1024 * 1024, own


def test_only_the_gateways_image_has_the_page(built: Compose) -> None:
    pages = {
        service: docker("run", "--rm", image(built, service), "find", "/opt/code", "-name", "*.js").split()
        for service in SERVICES
    }
    assert "/opt/code/gateway/web/client/index.js" in pages.pop("gateway")
    assert not any(pages.values())


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_runs_as_nobody_special_and_says_what_it_is(built: Compose, service: str) -> None:
    settings = settings_of(built, service)
    assert settings["User"] == "greenroom"
    assert docker("run", "--rm", image(built, service), "id", "-u").strip() == "10001"
    assert settings["Healthcheck"]["Test"][0] == "CMD"
    assert settings["StopSignal"] == "SIGTERM"
    assert not [pair for pair in settings["Env"] if re.search("TOKEN|SECRET|PASSWORD|INDEX", pair)]
    labels = {name.removeprefix("org.opencontainers.image."): text for name, text in settings["Labels"].items()}
    assert labels["title"] == f"Greenroom {service}"
    assert (labels["version"], labels["revision"]) == ("0.1.0", "tested")


@pytest.fixture
def started(built: Compose) -> Iterator[dict[str, str]]:
    """Every service in a container of its own that cannot write to its image and has no network, by its id."""
    alone = ("--read-only", "--network", "none", "--tmpfs", "/var/lib/greenroom/media:uid=10001")
    ids = {service: docker("run", "--detach", *alone, image(built, service)).strip() for service in SERVICES}
    try:
        yield ids
    finally:
        docker("rm", "--force", *ids.values())


def test_as_the_first_process_each_waits_for_nats_and_ends_when_told(started: dict[str, str]) -> None:
    end = time.monotonic() + 240
    for container in started.values():
        while "waiting" not in (said := log_of(container)):
            assert time.monotonic() < end, said
            time.sleep(0.2)

    docker("stop", "--time", "60", *started.values())

    states = {service: json.loads(docker("inspect", one))[0]["State"] for service, one in started.items()}
    assert {service: state["ExitCode"] for service, state in states.items()} == dict.fromkeys(SERVICES, 0)


def log_of(container: str) -> str:
    """Return what a container wrote to its error stream, where logs go."""
    done = subprocess.run(["docker", "logs", container], capture_output=True, text=True, timeout=60, check=True)
    return done.stderr


def test_the_proxys_image_is_little_more_than_the_proxy(built: Compose) -> None:
    name = image(built, "proxy")
    files = docker("run", "--rm", "--entrypoint", "/bin/busybox", name, "find", "/", "-xdev", "-type", "f").split()
    programs = {path for path in files if "/bin/" in path or "/sbin/" in path}
    assert programs == {"/usr/sbin/haproxy", "/bin/busybox"}
    assert json.loads(docker("image", "inspect", name))[0]["Config"]["User"] == "10002:10002"
