"""The index of jobs in memory, over the fake bus's requests."""

from collections.abc import AsyncIterator

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events.codec import decode_request
from shared.ports.filings import Filing, Window
from tests.support.fakes.bus import MemoryBus, Message


class MemoryFilings:
    """:class:`shared.ports.filings.FilingIndex`, in windows of ``size`` requests. ``windows`` are those it gave."""

    def __init__(self, bus: MemoryBus, size: int = 4) -> None:
        self._bus = bus
        self._size = size
        self.windows: list[Window] = []

    async def newest_first(
        self, below: int | None, budget: int, kind: Kind | None = None, claim: str | None = None
    ) -> AsyncIterator[Window]:
        await self._bus.answer()
        top = self._bus.filed + 1 if below is None else min(below, self._bus.filed + 1)
        first = min(self._bus.requests, default=self._bus.filed + 1)
        while top > first and budget > 0:
            lying = [each for each in self._bus.requests.values() if each.sequence < top and _fits(each, kind, claim)]
            taken = sorted(lying, key=lambda each: -each.sequence)[: min(self._size, budget)]
            floor = first if len(taken) == len(lying) else taken[-1].sequence
            filings = [filing for each in taken if (filing := _filing(each)) is not None]
            self.windows.append(Window(filings, len(taken), floor, floor <= first))
            yield self.windows[-1]
            top, budget = floor, budget - len(taken)


def _fits(message: Message, kind: Kind | None, claim: str | None) -> bool:
    return kind in (None, message.kind) and claim in (None, message.claim)


def _filing(message: Message) -> Filing | None:
    if message.waiting is None:
        return None
    request = decode_request(message.body)
    job_id = JobId(message.waiting.job_id)
    return Filing(message.sequence, message.kind, job_id, request.owner, request.show_id, request.character_id)
