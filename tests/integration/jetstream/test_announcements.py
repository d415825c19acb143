"""Workers' announcements over a real server: heard, asked for, expired, and never missed without its being known."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from nats.aio.client import Client

from gateway.roster import Roster
from shared.domain.kinds import Kind
from shared.events import subjects
from shared.jetstream.announcements import NatsAnnouncer, answering_roll_calls, hearing_workers
from shared.ports.workers import BELIEVED_FOR, Load
from shared.runtime.clock import SystemClock
from tests.support.attendance import attended
from tests.support.eventually import eventually
from tests.support.fakes.workers import a_load
from tests.support.nats_barrier import read_by_server
from tests.support.nats_server import NatsServer, client_of


@asynccontextmanager
async def a_worker(server: NatsServer, load: Load) -> AsyncIterator[NatsAnnouncer]:
    """A worker's process that says nothing unless it is asked."""
    async with client_of(server) as client:
        announcer, asked = NatsAnnouncer(client), asyncio.Event()

        async def answer() -> None:
            while True:
                await asked.wait()
                asked.clear()
                await announcer.tell(load)

        answering = asyncio.create_task(answer())
        try:
            async with answering_roll_calls(client, asked.set):
                # A subscription is under way when it was asked for, and there when the server has answered after it.
                await read_by_server(client)
                yield announcer
        finally:
            answering.cancel()


@pytest.fixture
async def roster(client: Client) -> AsyncIterator[Roster]:
    """A gateway's roster."""
    heard = Roster(SystemClock())
    async with hearing_workers(client, heard):
        yield heard


def names(roster: Roster, kind: Kind = Kind.PORTRAIT) -> list[str]:
    return [load.worker for load in roster.alive(kind)]


async def test_what_a_worker_says_is_heard_whole(roster: Roster, server: NatsServer) -> None:
    load = a_load("portrait-worker-1", running=1, throttled_until=a_load().since)
    async with a_worker(server, load) as announcer:
        await announcer.tell(load)

        await eventually(lambda: roster.alive(Kind.PORTRAIT) == [load])
        assert roster.alive(Kind.VIDEO) == []


async def test_a_gateway_that_starts_asks_who_is_there(server: NatsServer, client: Client) -> None:
    async with a_worker(server, a_load("w1")), a_worker(server, a_load("w2", Kind.VIDEO)):
        roster = Roster(SystemClock())
        async with hearing_workers(client, roster):
            await eventually(lambda: names(roster) == ["w1"] and names(roster, Kind.VIDEO) == ["w2"])
            await eventually(lambda: roster.known)


async def test_a_goodbye_counts_at_once(roster: Roster, server: NatsServer) -> None:
    async with a_worker(server, a_load("w1")) as announcer:
        await announcer.tell(a_load("w1"))
        await eventually(lambda: names(roster) == ["w1"])

        await announcer.leave(a_load("w1"))

        await eventually(lambda: names(roster) == [] and not roster.is_here("w1"), within=BELIEVED_FOR / 2)


async def test_a_worker_that_says_no_more_is_forgotten(roster: Roster, server: NatsServer) -> None:
    async with a_worker(server, a_load("killed")) as announcer:
        await announcer.tell(a_load("killed"))
        await eventually(lambda: names(roster) == ["killed"])

    await eventually(lambda: names(roster) == [], within=BELIEVED_FOR + 20, every=0.1)
    assert roster.known


async def test_while_nats_is_away_nobody_is_taken_for_dead(roster: Roster, server: NatsServer) -> None:
    async with attended(server, a_load("w1")):
        await eventually(lambda: names(roster) == ["w1"] and roster.known)
        server.kill()

        await eventually(lambda: not roster.known)
        assert names(roster) == ["w1"]

        await server.start()
        await eventually(lambda: roster.known, within=20)
        assert names(roster) == ["w1"], "it came back as well"


async def test_nonsense_among_the_announcements_is_passed_over(roster: Roster, server: NatsServer) -> None:
    async with client_of(server) as other:
        await other.publish(subjects.announcement(Kind.PORTRAIT, "odd"), b"nonsense")
        await NatsAnnouncer(other).tell(a_load("w1"))

        await eventually(lambda: names(roster) == ["w1"])


async def test_two_listeners_do_not_confuse_each_other(roster: Roster, server: NatsServer) -> None:
    async with client_of(server) as other:
        second = Roster(SystemClock())
        async with hearing_workers(other, second):
            await eventually(lambda: roster.known and second.known)
