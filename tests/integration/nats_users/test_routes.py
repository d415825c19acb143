"""Who is a server of the cluster: ``deploy/nats/cluster.conf`` as it is, but for its addresses and its folders."""

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.nats.credentials import CA, SERVER, make_certificates
from tests.support.eventually import eventually
from tests.support.nats_server import USERS_CONF, NatsServer, Users, free_port

DEPLOYED = USERS_CONF.parent
CLUSTER = (DEPLOYED / "cluster.conf").read_text()
REFUSED = "TLS route handshake error"


class Member(NatsServer):
    """One server of the deployed cluster; ``routes`` are the ports at which it and the other listen to servers."""

    def __init__(self, folder: Path, routes: tuple[int, int], certificates: Path, users: Users) -> None:
        super().__init__(folder, users=users)
        self._monitoring = free_port()
        self._conf = (
            re.sub(r"routes: .*", f"routes: [{', '.join(f'nats://127.0.0.1:{port}' for port in routes)}]", CLUSTER)
            .replace("port: 6222", f"listen: 127.0.0.1:{routes[0]}")
            .replace("include nats-server.conf", f'include "{os.path.relpath(DEPLOYED / "nats-server.conf", folder)}"')
            .replace("/run/greenroom", certificates.as_posix())
        )
        folder.mkdir(parents=True)

    def arguments(self) -> list[str]:
        """Return its command line; its configuration is written for it."""
        (self.folder / "cluster.conf").write_text(self._conf)
        here = ["--addr", "127.0.0.1", "--port", str(self.port), "--http_port", str(self._monitoring)]
        named = ["--name", self.folder.name, "--store_dir", str(self.folder / "js")]
        return ["--config", str(self.folder / "cluster.conf"), *here, *named]

    def in_the_clear(self) -> None:
        """Leave TLS out towards other servers."""
        head, cluster = self._conf.split("cluster {")
        self._conf = head + "cluster {" + re.sub(r"tls \{.*?\}", "", cluster, flags=re.DOTALL)

    def log(self) -> str:
        """Return what it has said."""
        return (self.folder / "server.log").read_text()

    def knows(self, other: "Member") -> bool:
        """Whether it has a route to the other; fails while its monitoring does not answer."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self._monitoring}/routez", timeout=5) as answer:
            return other.folder.name in {route["remote_name"] for route in json.load(answer).get("routes") or ()}

    def answers(self) -> bool:
        """Whether it has started."""
        try:
            return not self.knows(self)
        except urllib.error.URLError:
            return False


class Pair:
    """A server of the cluster that runs, and one that would like to belong to it."""

    def __init__(self, folder: Path) -> None:
        routes, users = (free_port(), free_port()), Users(folder / "users")
        make_certificates(folder / "ours", ["127.0.0.1"])
        make_certificates(folder / "theirs", ["127.0.0.1"])
        self.ours, self.theirs = folder / "ours" / SERVER, folder / "theirs" / SERVER
        self.member = Member(folder / "member", routes, self.ours, users)
        self._other = (folder / "other", routes[::-1], users)

    async def other(self, certificates: Path, *, clear: bool = False) -> Member:
        """Start the other."""
        folder, routes, users = self._other
        other = Member(folder, routes, certificates, users)
        if clear:
            other.in_the_clear()
        other.launch()
        try:
            await eventually(other.answers)
        except AssertionError:
            other.kill()
            raise
        return other


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    """The first of them runs."""
    made = Pair(tmp_path)
    made.member.launch()
    try:
        await eventually(made.member.answers)
        yield made
    finally:
        made.member.kill()


async def test_a_server_with_our_certificate_belongs_to_the_cluster(pair: Pair) -> None:
    other = await pair.other(pair.ours)
    try:
        await eventually(lambda: pair.member.knows(other), within=30)
    finally:
        other.kill()


async def test_a_server_that_knows_our_authority_but_is_not_signed_by_it_does_not(pair: Pair) -> None:
    # The authority's certificate is no secret: every client has it.
    (pair.theirs / CA).write_bytes((pair.ours / CA).read_bytes())
    other = await pair.other(pair.theirs)
    try:
        await eventually(lambda: pair.member.log().count(REFUSED) >= 3, within=30)
        assert not pair.member.knows(other)
    finally:
        other.kill()


async def test_a_server_that_speaks_in_the_clear_does_not(pair: Pair) -> None:
    other = await pair.other(pair.ours, clear=True)
    try:
        await eventually(lambda: pair.member.log().count(REFUSED) >= 3, within=30)
        assert not pair.member.knows(other)
    finally:
        other.kill()
