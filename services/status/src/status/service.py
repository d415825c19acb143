"""The service's loops: fold what comes, keep the bucket whole, sweep; each goes on through NATS being away."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.domain.fold import Entry
from shared.domain.retry import pause
from shared.ports.batches import Batches
from shared.ports.job_log import BusUnavailable
from shared.ports.records import RecordLost
from status.folding import Folder
from status.rebuilding import Rebuilder

log = structlog.get_logger()

_LONGEST_PAUSE = 2.0


class FoldLoop:
    """Folds events as they come. ``whole`` makes sure of the bucket when folding found it gone."""

    def __init__(self, events: Batches[Entry], folder: Folder, rebuilder: Rebuilder) -> None:
        self._events = events
        self._folder = folder
        self._rebuilder = rebuilder

    async def once(self) -> None:
        """Fold one batch."""
        batch = await self._events.next_batch()
        try:
            await self._folder.fold_all(batch.items)
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
