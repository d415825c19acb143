"""Telling the world how loaded a worker is: at once when that changes, every two seconds in any case."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from shared.domain.kinds import Kind
from shared.ports.clock import Clock
from shared.ports.provider import Provider
from shared.ports.workers import ANNOUNCED_EVERY, Announcer, Load
from shared.tasks import first, stop
from shared.worker.parts import Parts
from shared.worker.worker import Worker

_APART = 0.05
"""Least seconds between two announcements: a worker that takes hundreds of jobs a second is no chatterbox."""


class Announcing:
    """Announces one worker of one kind."""

    def __init__(self, kind: Kind, worker: Worker, parts: Parts, announcer: Announcer) -> None:
        self._worker = worker
        self._provider: Provider = parts.provider
        self._clock: Clock = parts.clock
        self._announcer = announcer
        self._always = Load(
            worker=parts.worker,
            kind=kind,
            provider=parts.provider.name,
            running=0,
            capacity=parts.limits.concurrency,
            since=parts.clock.now(),
        )

    def load(self) -> Load:
        """Return what there is to say now."""
        held_off = self._provider.held_off()
        until = self._clock.now() + timedelta(seconds=held_off) if held_off > 0 else None
        return replace(
            self._always, running=self._worker.running, throttled_until=until, draining=self._worker.draining
        )

    @asynccontextmanager
    async def announced(self) -> AsyncIterator[None]:
        """Be known as long as the context is open, and said goodbye to after it."""
        await self._announcer.tell(self.load())
        telling = asyncio.create_task(self._keep_telling(), name="announcing")
        try:
            yield
        finally:
            await stop([telling])
            await self._announcer.leave(self.load())

    async def _keep_telling(self) -> None:
        while True:
            await first(self._worker.changed.wait(), self._clock.sleep(ANNOUNCED_EVERY))
            self._worker.changed.clear()
            await self._announcer.tell(self.load())
            await self._clock.sleep(_APART)
