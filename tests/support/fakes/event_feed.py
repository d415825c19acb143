"""The feed of all jobs' logs in memory, over the fake bus."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import NoReturn

from shared.domain.fold import Entry
from shared.events.codec import Unreadable, decode_event
from shared.ports.event_feed import Heard
from tests.support.fakes.bus import Logged, MemoryBus


class MemoryEventFeed:
    """:class:`shared.ports.event_feed.EventFeed`. ``hearing`` is cleared while it stalls, ``fault`` breaks it."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus
        self.hearing = asyncio.Event()
        self.hearing.set()
        self.fault: Exception | None = None

    async def follow(self, hear: Callable[[Heard], Awaitable[None]]) -> NoReturn:
        seen = self._bus.revisions
        await hear(Heard((), seen))
        while True:
            await self.hearing.wait()
            if self.fault is not None:
                raise self.fault
            changed = self._bus.changed
            if self._bus.revisions < seen:
                seen = 0
                await hear(Heard((), seen))
            if fresh := self._logged(seen, self._bus.revisions):
                seen = fresh[-1].revision
                await hear(Heard([entry for each in fresh if (entry := _read(each)) is not None], seen))
            else:
                await changed.wait()

    async def last(self) -> int:
        await self._bus.answer()
        return self._bus.revisions

    async def replay(self, after: int, until: int) -> AsyncGenerator[Entry, None]:
        await self._bus.answer()
        for each in self._logged(after, until):
            entry = _read(each)
            if entry is not None:
                yield entry

    def _logged(self, after: int, until: int) -> list[Logged]:
        found = [each for log in self._bus.logs.values() for each in log if after < each.revision <= until]
        return sorted(found, key=lambda each: each.revision)


def _read(logged: Logged) -> Entry | None:
    try:
        return decode_event(logged.body, logged.revision).entry
    except Unreadable:
        return None
