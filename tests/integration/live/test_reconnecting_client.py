"""Two hundred jobs, and clients that are cut and come back, to one gateway or to the other, at random moments."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nats.js import JetStreamContext

from shared.domain.fold import Entry
from shared.domain.job import Change
from shared.domain.states import Status, rank
from shared.jetstream.topology import Topology
from tests.component.gateway.live import Gateway, Jobs, gateway, jobs_over, now
from tests.support.nats_server import NatsServer
from tests.support.sse import Event, listening
from tests.unit.domain.moves import random_life

JOBS = 200
HANDS = 16
CONNECTIONS = 15


@dataclass
class Client:
    """Reads everything, remembers the last id it read, and is cut again and again."""

    gateways: list[Gateway]
    chance: random.Random
    last: str | None = None
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    connections: int = 0
    greeted: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_until(self, over: asyncio.Event) -> None:
        """Come back until ``over``, and often enough."""
        while not over.is_set() or self.connections < CONNECTIONS:
            # Sometimes before anything came, sometimes in the midst of much.
            with suppress(TimeoutError):
                async with asyncio.timeout(self.chance.choice((0.005, 0.02, 0.1, 0.3)) if self.last else 10):
                    await self._read(self.chance.choice((1, 5, 20, 100)))

    async def catch_up(self, revision: int) -> None:
        """Come back for the last time, and read on until everything up to ``revision`` was told."""
        async with asyncio.timeout(60):
            while int(self.last or 0) < revision:
                await self._read(10_000, revision)

    async def _read(self, most: int, until: int | None = None) -> None:
        self.connections += 1
        before = -1
        here = self.chance.choice(self.gateways)
        async with listening(here.http, "/v1/events", self.last) as listener:
            async for event in listener.events():
                position = int(event.id or -1)
                assert position > before or event.name == "hello", "the ids of a stream go up"
                before = position
                self._take(event)
                most -= 1
                if most == 0 or (until is not None and position >= until):
                    return

    def _take(self, event: Event) -> None:
        self.last = event.id
        self.greeted.set()
        if event.name == "job":
            self.seen.setdefault(event.data["jobId"], []).append(event.data)


async def live_out(jobs: Jobs, lives: list[list[Entry]], chance: random.Random) -> None:
    """Write lives one after the other, each in its own time."""
    for life in lives:
        last: Entry | None = None
        for entry in life:
            last = await jobs.say(Change(entry.fact, entry.job), last)
            if chance.random() < 0.2:
                await asyncio.sleep(chance.random() * 0.02)


async def test_every_end_is_told_once_however_often_a_client_is_cut(
    server: NatsServer, js: JetStreamContext, topology: Topology, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    lives = [random_life(chance, 12, job_id=f"job-{n}", created_at=now()) for n in range(JOBS)]
    jobs = jobs_over(js, topology)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with gateway(server, topology, tmp_path / "one") as one, gateway(server, topology, tmp_path / "two") as two:
        clients = [Client([one, two], random.Random(chance.random())) for _ in range(2)]
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.run_until(over))
            await asyncio.gather(*(client.greeted.wait() for client in clients))
            async with asyncio.TaskGroup() as writing:
                for hand in range(HANDS):
                    writing.create_task(live_out(jobs, lives[hand::HANDS], random.Random(chance.random())))
            over.set()
        last = (await js.stream_info("STATUS")).state.last_seq
        for client in clients:
            await client.catch_up(last)

    for client in clients:
        check(client, lives)


def check(client: Client, lives: list[list[Entry]]) -> None:
    """Each job was told of to its last word, its end once, and never as less than before."""
    for life in lives:
        end = life[-1].job
        told = client.seen[end.job_id]
        ranks = [rank(Status(job["status"])) for job in told]
        assert ranks == sorted(ranks), end.job_id
        assert [job["progress"] or 0 for job in told] == sorted(job["progress"] or 0 for job in told), end.job_id
        assert sum(job["done"] for job in told) == end.done, end.job_id
        assert (told[-1]["status"], told[-1]["stage"]) == (end.status, end.stage), end.job_id
