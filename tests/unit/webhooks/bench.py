"""Deliverers over one server in memory and endpoints told how to behave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import Message
from shared.tasks import stop
from status.service import repeat
from status.webhooks.delivering import Deliverer
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.webhooks import CountingMeters, MemoryWebhooks, ScriptedEndpoints

LIVE, DEAD = "live.example", "dead.example"


class Bench:
    """What the deliverers of one test share."""

    def __init__(self) -> None:
        self.server = MemoryWebhooks()
        self.endpoints = ScriptedEndpoints()
        self.meters = CountingMeters()
        self.clock = FakeClock()

    async def announce(
        self, host: str, count: int = 1, prefix: str = "job", age: timedelta = timedelta()
    ) -> list[Message]:
        """Put one message each for so many jobs of one client, announced so long ago; return them."""
        made = [self._message(host, f"{prefix}-{n}", self.clock.now() - age) for n in range(1, count + 1)]
        for message in made:
            await self.server.put(message)
        return made

    def _message(self, host: str, job_id: str, at: datetime) -> Message:
        return Message(
            webhook_id=f"msg_{job_id}",
            job_id=JobId(job_id),
            request=1,
            status=Status.SUCCEEDED,
            url=f"https://{host}/in",
            body="{}",
            announced_at=at,
        )

    def deliverer(self, at_once: int = 128) -> Deliverer:
        """Return one more deliverer, whose pauses chance does not shorten."""
        return Deliverer(
            self.server, self.server, self.endpoints, self.clock, self.meters, lambda: 0.0, at_once=at_once
        )

    @asynccontextmanager
    async def delivering(self, count: int = 1, at_once: int = 128) -> AsyncIterator[None]:
        """Run so many deliverers; leaving drains them."""
        stopping = asyncio.Event()

        async def run() -> None:
            async with self.deliverer(at_once) as deliverer:
                await repeat(deliverer.once, 0.0, stopping)

        tasks = [asyncio.create_task(run()) for _ in range(count)]
        try:
            yield
        finally:
            stopping.set()
            await asyncio.gather(*tasks)

    async def killed_after(self, seconds: float) -> None:
        """Run a deliverer for so long, and then let it vanish without a word."""
        deliverer = self.deliverer()
        task = asyncio.create_task(repeat(deliverer.once, 0.0, asyncio.Event()))
        await asyncio.sleep(seconds)
        in_hand = [each for each in asyncio.all_tasks() if "_handled" in repr(each.get_coro())]
        await stop([task, *in_hand])

    async def over(self, within: float = 100_000.0) -> None:
        """Wait until nothing is left to deliver."""
        end = self.clock.monotonic() + within
        while not self.server.done():
            assert self.clock.monotonic() < end, self.server.waiting
            await asyncio.sleep(0.5)
