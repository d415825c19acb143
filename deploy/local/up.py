"""What ``make up`` runs: nats-server, then the four services, until Ctrl-C.

    python -m deploy.local.up [--procfile PROCFILE]

Settings come from the environment, then from ``.env``; ``.env.example`` lists them. Its own are ``NATS_PORT`` and
``DATA_DIR``, where jobs and media are kept. With ``NATS_URL`` set, that server is used and none is started.
Exits 0 after Ctrl-C or SIGTERM, 1 when a program failed, 2 when nothing could be started.
"""

import argparse
import http.client
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from honcho.environ import parse, parse_procfile

from deploy.local.preflight import Folder, Refused, free_ports, port_number, require_free
from deploy.local.secret import FILE, kept_secret
from deploy.local.supervisor import Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]
NATS = "nats"
GATEWAY = "gateway"
STATUS = "status"
LOOPBACK = "127.0.0.1"


def main(arguments: list[str]) -> int:
    """Run everything and return the exit code."""
    options = argparse.ArgumentParser(prog="make up", description="Run NATS and the four services.")
    options.add_argument("--procfile", type=Path, default=ROOT / "Procfile")
    procfile = options.parse_args(arguments).procfile.resolve()
    os.chdir(ROOT)
    try:
        setup = Setup.of(read_dotenv(ROOT / ".env") | os.environ)
        folder = Folder(setup.data)
        setup.require_ports()
        setup = setup.signing()
        stages = plan(parse_procfile(procfile.read_text()).processes, setup)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    end = Supervisor(stages, folder.note).run(f"Greenroom is ready: {setup.address}")
    if str(end):
        print(end, file=sys.stderr)
    return end.code


@dataclass(frozen=True, slots=True)
class Setup:
    """One run's settings: where things are, and the variables every program gets.

    ``nats_port`` is None when the NATS server is not ours to run.
    """

    host: str
    port: int
    nats_port: int | None
    data: Path
    environ: Mapping[str, str]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Setup":
        """Read the settings and fill in what they leave open; raises :class:`Refused` for a port that is none."""
        port = port_number(given.get("PORT", "8000"), "PORT")
        nats_port = port_number(given.get("NATS_PORT", "4222"), "NATS_PORT")
        data = Path(given.get("DATA_DIR", ".data")).resolve()
        environ = {
            "HOST": LOOPBACK,
            "PORT": str(port),
            "NATS_URL": f"nats://{LOOPBACK}:{nats_port}",
            "MEDIA_URL": f"{data.as_uri()}/media",
            "LOG_FORMAT": "console",  # the services write to a pipe, but a person reads its other end
            "PYTHONUNBUFFERED": "1",
            **given,
            "NATS_PORT": str(nats_port),
            "DATA_DIR": str(data),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{given.get('PATH', os.defpath)}",
        }
        return cls(environ["HOST"], port, None if "NATS_URL" in given else nats_port, data, environ)

    @property
    def reachable_host(self) -> str:
        """Where this machine reaches the gateway: an address to listen on may stand for all of them."""
        return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.host, self.host)

    @property
    def address(self) -> str:
        """The gateway's address, for people."""
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}"

    def signing(self) -> "Setup":
        """Return this setup with a secret to sign webhooks with: the one given, else the data folder's own."""
        if self.environ.get("WEBHOOK_SECRET"):
            return self
        secret, new = kept_secret(self.data)
        if new:
            print(f"Made a secret that signs webhooks to clients: {self.data / FILE}", flush=True)
        return replace(self, environ={**self.environ, "WEBHOOK_SECRET": secret})

    def require_ports(self) -> None:
        """Raise :class:`Refused` unless our ports are free."""
        require_free(self.host, self.port, "the gateway", "PORT")
        if self.nats_port:
            require_free(LOOPBACK, self.nats_port, "nats-server", "NATS_PORT")


def read_dotenv(file: Path) -> dict[str, str]:
    """Return the variables of a ``.env`` file, none where there is no such file."""
    try:
        return dict(parse(file.read_text()))
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise Refused(f"{file.name} cannot be read: {problem}.") from None


def plan(commands: Mapping[str, str], setup: Setup) -> list[list[Program]]:
    """Return the stages to start: NATS, if it is ours to run, then the services."""
    names = [name for name in commands if name != NATS]
    health = free_ports(len(names))
    services = [_service(name, commands[name], port, setup) for name, port in zip(names, health, strict=True)]
    if setup.nats_port is None:
        return [services]
    port = setup.nats_port
    return [[Program(NATS, commands[NATS], setup.environ, lambda: nats_ready(port))], services]


def _service(name: str, command: str, health: int, setup: Setup) -> Program:
    if name == GATEWAY:
        return Program(name, command, setup.environ, lambda: http_ready(setup.reachable_host, setup.port))
    environ = {**setup.environ, "HEALTH_PORT": str(health)}
    if name == STATUS:
        # No request tells it where clients reach the gateway, and webhooks carry addresses.
        environ["PUBLIC_URL"] = environ.get("PUBLIC_URL") or setup.address
    return Program(name, command, environ, lambda: http_ready(LOOPBACK, health))


def nats_ready(port: int) -> bool:
    """Whether nats-server greets there with JetStream on: it listens only once its streams are recovered."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            return b'"jetstream":true' in connection.recv(4096)
    except OSError:
        return False


def http_ready(host: str, port: int) -> bool:
    """Whether ``/readyz`` answers 200 there."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
