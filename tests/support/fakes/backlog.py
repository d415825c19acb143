"""The backlog in memory: what the fakes' consumers have not delivered yet."""

import asyncio
from collections.abc import Mapping

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.events.codec import Unreadable, decode_request
from shared.ports.backlog import Progress, Queued, Snapshot
from tests.support.fakes.bus import MemoryBus, Message
from tests.support.fakes.queue import MemoryConsumer
from tests.support.jobs import NOON


class MemoryBacklog:
    """:class:`shared.ports.backlog.Backlog`. ``snapshots`` counts how often it was read whole."""

    def __init__(self, bus: MemoryBus, consumers: Mapping[Kind, MemoryConsumer]) -> None:
        self._bus = bus
        self._consumers = consumers
        self.snapshots = 0

    async def progress(self, kind: Kind) -> Progress:
        await self._bus.answer()
        delivered = self._delivered(kind)
        unfinished = [each for each in self._consumers[kind].pending.values() if each.delivered and not each.over]
        return Progress(delivered, len(self._beyond(kind, delivered)), len(unfinished))

    async def snapshot(self, kind: Kind) -> Snapshot:
        self.snapshots += 1
        await self._bus.answer()
        delivered = self._delivered(kind)
        beyond = self._beyond(kind, delivered)
        # The reading takes its time; what happens meanwhile may or may not be in it.
        await asyncio.sleep(0)
        ended = [message.sequence for message in beyond if self._is_over(message)]
        waiting = [Queued(each.sequence, NOON) for each in beyond if each.sequence not in ended]
        return Snapshot(delivered, waiting, ended)

    def _delivered(self, kind: Kind) -> int:
        pending = self._consumers[kind].pending.values()
        return max((each.message.sequence for each in pending if each.delivered), default=0)

    def _beyond(self, kind: Kind, delivered: int) -> list[Message]:
        return [each for each in self._bus.requests.values() if each.kind is kind and each.sequence > delivered]

    def _is_over(self, message: Message) -> bool:
        try:
            job_id = decode_request(message.body).job_id
        except Unreadable:
            return False
        entries: list[Entry] = self._bus.entries(JobId(job_id))
        if not entries:
            return False
        job = entries[-1].job
        return job.request != message.sequence or job.status is not Status.STARTING
