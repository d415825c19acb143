"""What waits for a service, in memory, and comes to it in batches."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


class MemoryBatch(Generic[T]):
    """:class:`shared.ports.batches.Batch`. ``said`` is how it was answered; what is handed back goes ``back``."""

    def __init__(self, items: list[T], back: list[T]) -> None:
        self.items = items
        self.said: str | None = None
        self._back = back

    async def ack(self) -> None:
        self.said = "ack"

    async def hand_back(self) -> None:
        self.said = "hand_back"
        self._back.extend(self.items)


@dataclass
class MemoryBatches(Generic[T]):
    """:class:`shared.ports.batches.Batches`: all that is ``waiting`` at once; what is handed back comes again."""

    waiting: list[T] = field(default_factory=list)
    batches: list[MemoryBatch[T]] = field(default_factory=list)

    async def next_batch(self) -> MemoryBatch[T]:
        taken, self.waiting = self.waiting, []
        self.batches.append(MemoryBatch(taken, self.waiting))
        return self.batches[-1]
