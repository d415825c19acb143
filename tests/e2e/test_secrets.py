"""What is secret is said nowhere: no log, event, record, file of NATS or answer has it, whatever goes wrong."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import app_of
from tests.support.app import App, portrait_body
from tests.support.eventually import eventually
from tests.support.keys import ADA, WRONG, bearing, keys_file
from tests.support.moto_server import moto_server
from tests.support.nats_server import free_port
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack, running_stack

TOKEN = "r8_tokenthatisneversaid"
SIGNING, REPLICATES = b"signs-what-clients-are-told", b"signs-what-replicate-says"
WEBHOOK_SECRET, REPLICATE_WEBHOOK_SECRET = (f"whsec_{base64.b64encode(key).decode()}" for key in (SIGNING, REPLICATES))
SECRETS = (TOKEN, ADA, WRONG, *(each.removeprefix("whsec_") for each in (WEBHOOK_SECRET, REPLICATE_WEBHOOK_SECRET)))


@pytest.mark.timeout(240)
async def test_no_secret_is_said_when_all_goes_well_nor_when_all_goes_wrong(tmp_path: Path, emulator: Emulator) -> None:
    with moto_server(tmp_path) as moto:
        bucket, user = await moto.bucket(), await moto.user()
        settings = {
            "PROVIDER": "replicate",
            "REPLICATE_API_TOKEN": TOKEN,
            "REPLICATE_BASE_URL": emulator.url,
            "REPLICATE_WEBHOOK_SECRET": REPLICATE_WEBHOOK_SECRET,
            "WEBHOOK_SECRET": WEBHOOK_SECRET,
            "WEBHOOK_ALLOW_PRIVATE": "true",
            "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
            "API_KEYS_FILE": str(keys_file(tmp_path)),
            "MEDIA_URL": f"s3://{bucket}/outputs",
            "LOG_LEVEL": "debug",
            **moto.environment(user),
        }
        async with running_stack(tmp_path, False, **settings) as stack, app_of(stack) as app:
            app.http.headers.update(bearing(ADA))
            codes, told = {}, list[str]()
            codes["well"] = await ended(app, "well", told)
            emulator.fail("create", status=401, body={"detail": "You did not pass a valid authentication token"})
            codes["refused"] = await ended(app, "refused", told)
            await moto.guard(True)
            codes["unkept"] = await ended(app, "unkept", told)
            told += [answer.text async for answer in refusals(app, stack)]
            await moto.guard(False)
            written = {path: path.read_bytes() for path in files(tmp_path)}

    assert codes == {"well": None, "refused": "provider_unavailable", "unkept": "storage_failed"}
    # what was said went where it is looked for
    logs = {path.name for path, said in written.items() if path.suffix == ".log" and said}
    assert {f"{service}.log" for service in stack.services} <= logs
    assert any(b"provider_unavailable" in said for path, said in written.items() if path.suffix == ".blk")
    for secret in (*SECRETS, user.secret):
        assert not [path for path, said in written.items() if secret.encode() in said], secret
        assert not [text for text in told if secret in text], secret


async def ended(app: App, name: str, told: list[str]) -> str | None:
    """Have a portrait made, and note all that a client is told of it; return why it failed."""
    webhook = {"url": f"http://127.0.0.1:{free_port()}/nobody"}
    asked = await app.http.post("/v1/jobs/portrait", json=portrait_body(name, jobId=name, webhook=webhook))
    assert asked.status_code == 202, asked.text
    done = await app.http.get(f"/v1/jobs/{name}", headers={"Prefer": "wait=60"}, timeout=90)

    async def tried() -> bool:
        return bool((await app.http.get(f"/v1/jobs/{name}/deliveries")).json()["deliveries"])

    await eventually(tried, within=60, every=0.2)
    told += [done.text]
    told += [(await app.http.get(f"/v1/jobs/{name}/{more}")).text for more in ("timeline", "deliveries")]
    error = done.json()["error"]
    return str(error["code"]) if error else None


async def refusals(app: App, stack: Stack) -> AsyncIterator[httpx.Response]:
    """Yield the answers of calls that touch what is secret, and fail."""
    signed = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,bm8="}
    yield await app.http.post("/hooks/replicate", content=b"{}", headers=signed)
    yield await app.http.get("/media/0123456789abcdef.png")
    yield await app.http.get("/v1/jobs/well", headers=bearing(WRONG))
    for service in stack.services.values():
        yield await app.http.get(f"http://127.0.0.1:{service.ready_port}/metrics", headers=bearing(WRONG))


def files(folder: Path) -> Iterator[Path]:
    """Yield what the services and NATS wrote: logs, and the streams' files."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("keys.json", "moto.log"):
            yield path
