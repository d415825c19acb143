"""NATS that will not have us: the log says once what is wrong and what to do, and shows no secret."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats.errors
import pytest
from structlog.testing import capture_logs

from deploy.nats.credentials import CA, SERVER, make_certificates
from shared.jetstream.connection import connected
from shared.jetstream.refusals import Refusals, explain
from shared.jetstream.server import LoginUnusable, Server
from shared.tasks import StopRequested
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer, Users


@asynccontextmanager
async def tls_server(folder: Path) -> AsyncIterator[NatsServer]:
    """Yield a server that begins with TLS, as those of the cluster do; its authority is beside it."""
    make_certificates(folder, ["127.0.0.1"])
    cert, key = ((folder / SERVER / name).as_posix() for name in ("cert.pem", "key.pem"))
    more = f'tls {{ cert_file: "{cert}", key_file: "{key}", handshake_first: true }}\n'
    server = NatsServer(folder, more=more, ca=folder / SERVER / CA)
    await server.start()
    try:
        yield server
    finally:
        server.kill()


async def refusal(server: Server) -> str:
    """Try to connect until the log says what is wrong; return that."""
    stop = asyncio.Event()

    async def connect() -> None:
        async with connected(server, "refused", stop):
            raise AssertionError("let in")

    with capture_logs() as logs:
        connecting = asyncio.create_task(connect())
        await eventually(lambda: any(entry["action"] == "nats_refuses" for entry in logs), within=20)
        stop.set()
        with pytest.raises(StopRequested):
            await connecting
    [told] = [entry for entry in logs if entry["action"] == "nats_refuses"]
    assert told["log_level"] == "error"
    return str(told["event"])


async def test_a_key_that_nats_does_not_know(server: NatsServer, tmp_path: Path) -> None:
    other = Users(tmp_path / "others").seed("gateway")

    told = await refusal(Server((server.url,), nkey_file=other))

    assert f"does not know the key in NATS_NKEY_FILE ({other})" in told


async def test_a_password_is_not_shown(server: NatsServer) -> None:
    url = server.url.replace("//", "//gateway:hush-hush@")

    told = await refusal(Server((url,)))

    assert "the user gateway of NATS_URL with this password" in told
    assert f"NATS at {server.url} has" in told
    assert "hush-hush" not in told + repr(Server((url,), user="gateway", password="hush-hush"))


async def test_what_a_user_may_not_is_said_by_name(server: NatsServer) -> None:
    assert server.users
    seed = server.users.seed("portrait-worker")
    with capture_logs() as logs:
        async with connected(Server((server.url,), nkey_file=seed), "forward", asyncio.Event()) as client:
            await client.publish("jobs.portrait.claim", b"")
            await eventually(lambda: [entry for entry in logs if entry["action"] == "nats_refuses"])
    [told] = [str(entry["event"]) for entry in logs if entry["action"] == "nats_refuses"]
    assert "does not allow" in told
    assert "to publish to jobs.portrait.claim" in told
    assert "deploy/nats/users.conf" in told


async def test_tls_whose_authority_we_have(tmp_path: Path) -> None:
    async with tls_server(tmp_path) as server:
        address = server.url.replace("nats://", "tls://")
        async with connected(Server((address,), ca_file=server.ca), "trusting", asyncio.Event()) as client:
            await client.flush()


def test_the_certificates_are_good_enough_for_the_strictest_python(tmp_path: Path) -> None:
    make_certificates(tmp_path, ["nats", "127.0.0.1"])
    authority, certificate = (str(tmp_path / SERVER / name) for name in (CA, "cert.pem"))
    strictly = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "nats"]
    subprocess.run([*strictly, "-CAfile", authority, certificate], check=True)


async def test_tls_of_an_authority_we_do_not_trust(tmp_path: Path) -> None:
    make_certificates(tmp_path / "others", ["127.0.0.1"])
    async with tls_server(tmp_path) as server:
        told = await refusal(Server((server.url,), ca_file=tmp_path / "others" / SERVER / CA))

    assert "NATS_CA_FILE must be the authority" in told


async def test_tls_nobody_told_us_of(tmp_path: Path) -> None:
    async with tls_server(tmp_path) as server:
        told = await refusal(Server((server.url,)))

    assert "if it begins with TLS, set NATS_CA_FILE" in told


@pytest.mark.parametrize("hangs_up", [False, True])
async def test_a_server_that_does_not_greet_may_want_tls(hangs_up: bool) -> None:
    """A server that begins with TLS gives up on us after as long as we give up on it."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not hangs_up:
            await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        told = await refusal(Server((f"nats://127.0.0.1:{port}",)))

    assert "if it begins with TLS, set NATS_CA_FILE" in told


async def test_a_server_in_the_clear_is_not_spoken_to(server: NatsServer, tmp_path: Path) -> None:
    assert server.users
    make_certificates(tmp_path / "authority", ["127.0.0.1"])
    seed, ca = server.users.seed("gateway"), tmp_path / "authority" / SERVER / CA

    told = await refusal(Server((server.url,), nkey_file=seed, ca_file=ca))

    assert "does not begin with TLS" in told


@pytest.mark.parametrize("text", ["", "SUnotreally", "-----BEGIN CERTIFICATE-----\n"])
def test_a_file_that_logs_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text)
    urls, file, gone = ("nats://n:4222",), tmp_path / "file", tmp_path / "gone"
    with pytest.raises(LoginUnusable, match=r"NATS_NKEY_FILE=.* holds no"):
        Server(urls, nkey_file=file).options()
    with pytest.raises(LoginUnusable, match=r"NATS_CA_FILE=.* holds no"):
        Server(urls, ca_file=file).options()
    for missing in (Server(urls, nkey_file=gone), Server(urls, ca_file=gone)):
        with pytest.raises(LoginUnusable, match="cannot be read: No such file"):
            missing.options()


@pytest.mark.parametrize(
    ("server", "named"),
    [
        (Server(("nats://n:4222",), credentials="/etc/my.creds"), "the credentials in NATS_CREDS (/etc/my.creds)"),
        (Server(("nats://n:4222",), user="gateway", password="hush"), "NATS_USER gateway with this NATS_PASSWORD"),
        (Server(("nats://n:4222",)), "a client that does not say who it is"),
    ],
)
def test_who_was_refused(server: Server, named: str) -> None:
    told = explain(nats.errors.AuthorizationError(), server)
    assert told is not None
    assert named in told
    assert "hush" not in told


def test_what_nats_refuses_twice_a_second_is_said_once_for_each_connection() -> None:
    refusals, error = Refusals(Server(("nats://n:4222",))), nats.errors.AuthorizationError()
    with capture_logs() as logs:
        for _ in range(3):
            refusals.hear(error)
        refusals.forget()
        refusals.hear(error)
    assert [entry["action"] for entry in logs] == ["nats_refuses"] * 2


def test_what_is_no_refusal_is_nobodys_to_mend() -> None:
    assert explain(ConnectionRefusedError(111, "refused"), Server(("nats://n:4222",))) is None
