"""Workers who say that they are there and do nothing else: with them, no job has a reason to explain its wait."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from shared.domain.kinds import Kind
from shared.jetstream.announcements import NatsAnnouncer, answering_roll_calls
from shared.ports.workers import ANNOUNCED_EVERY, Load
from shared.tasks import first, stop
from tests.support.fakes.workers import a_load
from tests.support.nats_server import NatsServer, client_of


def one_of_each() -> list[Load]:
    """Return a worker of each kind."""
    return [a_load(f"{kind}-worker-idle", kind) for kind in Kind]


class Attendance:
    """The workers that are there; ``be`` makes them others."""

    def __init__(self) -> None:
        self.loads: Sequence[Load] = ()
        self.asked = asyncio.Event()

    def be(self, *loads: Load) -> None:
        """Be these workers from now on; whoever is not among them any more was killed."""
        self.loads = loads
        self.asked.set()


@asynccontextmanager
async def attended(server: NatsServer, *loads: Load) -> AsyncIterator[Attendance]:
    """Have workers announce themselves while the context is open, and answer those who ask."""
    attendance = Attendance()
    attendance.be(*loads)
    async with client_of(server) as client:
        announcer = NatsAnnouncer(client)

        async def announce() -> None:
            while True:
                await first(attendance.asked.wait(), asyncio.sleep(ANNOUNCED_EVERY))
                attendance.asked.clear()
                for load in attendance.loads:
                    await announcer.tell(load)

        announcing = asyncio.create_task(announce())
        try:
            async with answering_roll_calls(client, attendance.asked.set):
                yield attendance
        finally:
            await stop([announcing])
