"""Announcements in memory: what workers said, passed on at once to whoever listens."""

from datetime import datetime

from shared.domain.kinds import Kind
from shared.ports.workers import Audience, Load
from tests.support.jobs import NOON


class MemoryAnnouncements:
    """:class:`shared.ports.workers.Announcer` of any number of workers. ``said`` is everything, None for a goodbye."""

    def __init__(self, *audiences: Audience) -> None:
        self.said: list[tuple[str, Load | None]] = []
        self._audiences = audiences

    async def tell(self, load: Load) -> None:
        self.said.append((load.worker, load))
        for audience in self._audiences:
            audience.heard(load)

    async def leave(self, load: Load) -> None:
        self.said.append((load.worker, None))
        for audience in self._audiences:
            audience.left(load.worker)


def a_load(
    worker: str = "w1",
    kind: Kind = Kind.PORTRAIT,
    *,
    running: int = 0,
    capacity: int = 2,
    throttled_until: datetime | None = None,
    draining: bool = False,
) -> Load:
    """Return what a worker that started at noon says of itself."""
    return Load(
        worker=worker,
        kind=kind,
        provider="local",
        running=running,
        capacity=capacity,
        since=NOON,
        throttled_until=throttled_until,
        draining=draining,
    )
