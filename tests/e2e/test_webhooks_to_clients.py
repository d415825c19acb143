"""A client that never polls: a webhook tells it that its picture is there, though the teller was stopped midway."""

import base64
import signal
from pathlib import Path
from time import monotonic

import httpx

from tests.e2e.conftest import app_of
from tests.support.app import portrait_body
from tests.support.eventually import eventually
from tests.support.nats_server import nats_server
from tests.support.receiver import Received, receiving
from tests.support.stack import Stack

SECRET = "whsec_" + base64.b64encode(b"e" * 32).decode()
DRAINS_WITHIN = 10.0


def only_the_second(received: Received) -> int | None:
    """Leave the first try without an answer."""
    return 200 if received.number > 1 else None


async def test_a_client_is_told_once_its_picture_is_there(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    async with nats_server(tmp_path / "nats") as nats, receiving(SECRET) as receiver:
        receiver.answers = only_the_second
        stack = Stack(tmp_path, nats, {"WEBHOOK_SECRET": SECRET, "WEBHOOK_ALLOW_PRIVATE": "true"})
        del stack.services["video-worker"]
        for service in stack.services.values():
            service.env["PUBLIC_URL"] = stack.base_url
        try:
            await stack.start()
            async with app_of(stack) as app:
                body = portrait_body("Mira", jobId="mira-1", webhook={"url": receiver.url}, metadata={"order": "12"})
                accepted = await app.http.post("/v1/jobs/portrait", json=body)
                assert accepted.status_code == 202, accepted.text
                await eventually(lambda: len(receiver.received) == 1, within=60)
                began = monotonic()
                assert await stack.services["status"].stop(signal.SIGTERM) == 0
                assert monotonic() - began < DRAINS_WITHIN

                await stack.services["status"].start()
                await eventually(lambda: len(receiver.received) == 2, within=60)

                async def told() -> list[dict[str, object]]:
                    answer = await app.http.get("/v1/jobs/mira-1/deliveries")
                    found: list[dict[str, object]] = answer.json()["deliveries"]
                    return found

                (delivery,) = await eventually(told)
                polled = await app.job("mira-1")
                metrics = await counted(stack)
                assert (await app.http.get(receiver.received[1].data["outputUrl"])).status_code == 200
        finally:
            stack.kill()
            print(stack.logs())  # noqa: T201  # pytest shows it when the test fails

    assert len(set(receiver.ids())) == 1
    assert receiver.received[1].data == polled
    assert polled["metadata"] == {"order": "12"}
    assert (delivery["type"], delivery["outcome"], delivery["httpStatus"]) == ("job.succeeded", "delivered", 200)
    assert 'greenroom_webhook_tries_total{outcome="delivered"} 1.0' in metrics


async def counted(stack: Stack) -> str:
    """Return what the status service counted."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"http://127.0.0.1:{stack.services['status'].ready_port}/metrics")).text
