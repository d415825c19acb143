"""The service's loops: fold what comes, keep the bucket whole, sweep; each goes on through NATS being away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from shared.domain.fold import Entry
from shared.domain.retry import pause
from shared.ports.job_log import BusUnavailable
from shared.ports.records import RecordLost
from status.folding import Folder
from status.rebuilding import Rebuilder

log = structlog.get_logger()

_LONGEST_PAUSE = 2.0


class EventBatch(Protocol):
    """Events delivered to this service and not yet acknowledged."""

    @property
    def entries(self) -> list[Entry]:
        """The readable ones."""
        ...

    async def ack(self) -> None:
        """They are in the bucket; deliver them no more."""
        ...

    async def hand_back(self) -> None:
        """They are not; deliver them again soon."""
        ...


class Events(Protocol):
    """Where events come from."""

    async def next_batch(self) -> EventBatch:
        """Return what has come, possibly nothing after a while; raises ``BusUnavailable``."""
        ...


class FoldLoop:
    """Folds events as they come. ``whole`` makes sure of the bucket when folding found it gone."""

    def __init__(self, events: Events, folder: Folder, rebuilder: Rebuilder) -> None:
        self._events = events
        self._folder = folder
        self._rebuilder = rebuilder

    async def once(self) -> None:
        """Fold one batch."""
        batch = await self._events.next_batch()
        try:
            await self._folder.fold_all(batch.entries)
        except RecordLost:
            await batch.hand_back()
            await self._rebuilder.ensure()
        except BusUnavailable:
            await batch.hand_back()
            raise
        else:
            await batch.ack()


async def repeat(once: Callable[[], Awaitable[object]], every: float, stopping: asyncio.Event) -> None:
    """Call ``once`` every ``every`` seconds until ``stopping``; while NATS is away, with growing pauses."""
    tries = 0
    while not stopping.is_set():
        wait = every
        try:
            await once()
            tries = 0
        except (BusUnavailable, RecordLost) as error:
            tries += 1
            wait = max(every, min(_LONGEST_PAUSE, pause(tries)))
            log.debug("NATS is away; trying again", action="bus_waiting", error=str(error))
        if wait > 0:
            await _sleep(wait, stopping)


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
