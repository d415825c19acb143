"""Telling a prediction's webhook when it starts and when it is over, signed as Replicate signs."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid

import httpx

from tests.support.replicate_emulator.predictions import Prediction, document
from tests.support.replicate_emulator.world import World


class Webhooks:
    """Delivers webhooks; a receiver that does not answer is tried three times."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()

    def watch(self, prediction: Prediction, base: str) -> None:
        """Deliver the prediction's webhooks when they are due."""
        if prediction.webhook:
            task = asyncio.create_task(self._follow(prediction, prediction.webhook, base))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _follow(self, prediction: Prediction, url: str, base: str) -> None:
        if "start" in prediction.webhook_events:
            await prediction.started()
            await self._deliver(prediction, url, base)
        if "completed" in prediction.webhook_events:
            await prediction.over(float("inf"))
            await self._deliver(prediction, url, base)

    async def _deliver(self, prediction: Prediction, url: str, base: str) -> None:
        body = json.dumps(document(prediction, time.time(), base, self._world.output(prediction, base))).encode()
        headers = self._signed(body)
        async with httpx.AsyncClient(timeout=5) as client:
            for _ in range(self._world.settings.webhook_copies):
                for pause in (0.0, 0.2, 0.5):
                    await asyncio.sleep(pause)
                    if await _sent(client, url, body, headers):
                        break

    def _signed(self, body: bytes) -> dict[str, str]:
        name, at = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
        secret = base64.b64decode(self._world.settings.webhook_secret.removeprefix("whsec_"))
        digest = hmac.new(secret, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
        return {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }


async def _sent(client: httpx.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> bool:
    try:
        return (await client.post(url, content=body, headers=headers)).status_code < 500
    except httpx.HTTPError:
        return False
