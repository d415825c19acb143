"""moto's S3 server as a process of its own: what the media store meets in production, but for the bill."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from tests.support.nats_server import free_port

REGION = "us-east-1"
_START_WITHIN = 100.0


@dataclass(frozen=True, slots=True)
class Keys:
    """One user's pair."""

    access: str = "test"
    secret: str = "test"


@dataclass(slots=True)
class Moto:
    """A running server. By default it takes everyone's word; ``guard`` has it check keys, signatures and rights."""

    url: str
    _numbers: Iterator[int] = field(default_factory=count)

    def environment(self, keys: Keys | None = None) -> dict[str, str]:
        """Return the variables that send S3's clients here as that user."""
        keys = keys or Keys()
        return {
            "AWS_ENDPOINT": self.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": keys.access,
            "AWS_SECRET_ACCESS_KEY": keys.secret,
        }

    async def bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"media-{next(self._numbers)}"
        async with self._client() as http:
            (await http.put(f"/{name}", headers=_as_asked_of("s3"))).raise_for_status()
        return name

    async def user(self, policy: str | None = None) -> Keys:
        """Make a user who may do what the JSON policy says, nothing without one; return the keys."""
        name = f"user-{next(self._numbers)}"
        await self._identity(Action="CreateUser", UserName=name)
        if policy is not None:
            await self._identity(Action="PutUserPolicy", UserName=name, PolicyName="media", PolicyDocument=policy)
        made = await self._identity(Action="CreateAccessKey", UserName=name)
        found = [re.search(f"<{tag}>(.+?)</{tag}>", made) for tag in ("AccessKeyId", "SecretAccessKey")]
        access, secret = (one[1] for one in found if one is not None)
        return Keys(access, secret)

    async def guard(self, on: bool) -> None:
        """Check everyone from now on, or nobody."""
        async with self._client() as http:
            (await http.post("/moto-api/reset-auth", content="0" if on else "inf")).raise_for_status()

    async def headers_of(self, bucket: str, key: str) -> httpx.Headers:
        """Return what S3 says of an object to whoever asks for it without us."""
        async with self._client() as http:
            return (await http.head(f"/{bucket}/{key}", headers=_as_asked_of("s3"))).headers

    async def _identity(self, **form: str) -> str:
        async with self._client() as http:
            answer = await http.post("/", data={"Version": "2010-05-08", **form}, headers=_as_asked_of("iam"))
        answer.raise_for_status()
        return answer.text

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=60)


def _as_asked_of(service: str) -> dict[str, str]:
    """Return the header by which the server knows which of Amazon's services is meant."""
    scope = f"test/20260101/{REGION}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"}


@contextmanager
def moto_server(folder: Path) -> Iterator[Moto]:
    """Run a server on a free port of the loopback; its log is ``folder/moto.log``."""
    port, said = free_port(), folder / "moto.log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with said.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(process, port, said)
        yield Moto(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, said: Path) -> None:
    end = time.monotonic() + _START_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < end, f"moto does not answer after {_START_WITHIN} s:\n{said.read_text()}"
            time.sleep(0.05)
        else:
            return
