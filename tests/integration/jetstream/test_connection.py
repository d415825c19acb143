"""Waiting for NATS: for as long as it takes, but never deaf; and declaring the streams again when they are gone."""

import asyncio
import shutil
from pathlib import Path

import nats.errors
import pytest
from structlog.testing import capture_logs

from shared.jetstream.connection import connected
from shared.jetstream.declaring import Needs, declared, found
from shared.jetstream.server import Server
from shared.jetstream.topology import Topology
from shared.tasks import StopRequested
from tests.support.chaos.cutting import cable_to
from tests.support.eventually import eventually
from tests.support.nats_server import NatsServer, client_of, free_port


async def test_whoever_waits_for_nats_stops_when_told(topology: Topology) -> None:
    stop = asyncio.Event()
    nowhere = Server((f"nats://127.0.0.1:{free_port()}",))

    async def wait() -> None:
        async with connected(nowhere, "waits", stop):
            raise AssertionError("there is nobody to connect to")

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0.1)
    stop.set()

    with pytest.raises(StopRequested):
        async with asyncio.timeout(3):
            await waiting


async def test_a_server_that_comes_later_is_found(tmp_path: Path, topology: Topology) -> None:
    server = NatsServer(tmp_path)

    async def begin() -> int:
        async with connected(Server((server.url,)), "early", stop) as client, declared(client, topology, stop) as js:
            return (await js.stream_info("JOBS")).state.messages

    stop = asyncio.Event()
    begun = asyncio.create_task(begin())
    try:
        await server.start()
        async with asyncio.timeout(10):
            assert await begun == 0
    finally:
        server.kill()


async def test_a_store_that_is_too_small_is_said_once_and_waited_for(tmp_path: Path, topology: Topology) -> None:
    server, stop = NatsServer(tmp_path, room="1GB"), asyncio.Event()

    async def begin() -> int:
        async with connected(Server((server.url,)), "cramped", stop) as client, declared(client, topology, stop) as js:
            return (await js.stream_info("JOBS")).state.messages

    with capture_logs() as logs:
        try:
            await server.start()
            begun = asyncio.create_task(begin())
            async with client_of(server) as client:

                async def refused_twice() -> bool:
                    return (await client.jetstream().account_info()).api.errors >= 2

                assert await eventually(refused_twice, within=20)
            assert not begun.done()
            server.room = "8GB"
            await server.restart()
            async with asyncio.timeout(20):
                assert await begun == 0
        finally:
            server.kill()

    [told] = [entry for entry in logs if entry["action"] == "jetstream_full"]
    assert told["log_level"] == "warning"
    assert "insufficient" in told["error"]
    assert "2304 MiB" in told["event"]
    assert "max_file_store" in told["event"]


async def test_streams_are_declared_again_when_the_server_comes_back_empty(
    server: NatsServer, topology: Topology
) -> None:
    stop = asyncio.Event()
    async with connected(Server((server.url,)), "lasting", stop) as client, declared(client, topology, stop) as js:
        server.stop()
        shutil.rmtree(server.folder / "jetstream")
        await server.start()

        async def all_there() -> bool:
            try:
                names = {info.config.name for info in await js.streams_info()}
            except Exception:  # noqa: BLE001  # not yet reconnected
                return False
            return {"JOBS", "STATUS", "PREDICTIONS", "SETASIDE"} <= names

        assert await eventually(all_there, within=10)


async def test_a_pong_that_comes_too_late_does_not_make_a_connection_deaf(server: NatsServer) -> None:
    async with (
        cable_to([server.port]) as cable,
        connected(Server((cable.url,)), "patient", asyncio.Event()) as client,
    ):
        cable.cut()
        with pytest.raises(nats.errors.FlushTimeoutError):
            await client.flush(timeout=1)
        cable.mend()

        account = await client.jetstream(timeout=5).account_info()

        assert account.limits is not None
        assert client.stats["reconnects"] == 0


async def test_a_service_waits_for_the_streams_that_status_makes(server: NatsServer, topology: Topology) -> None:
    stop, here = asyncio.Event(), Server((server.url,))
    needs = Needs(streams=("STATUS",), consumers=(("JOBS", "portrait-worker"),))

    async def begin() -> int:
        async with connected(here, "waits", stop) as client, found(client, needs, stop) as js:
            return (await js.consumer_info("JOBS", "portrait-worker")).num_pending or 0

    with capture_logs() as logs:
        begun = asyncio.create_task(begin())
        await eventually(lambda: [entry for entry in logs if entry["action"] == "waiting"])
        assert not begun.done()
        async with connected(here, "status", stop) as client, declared(client, topology, stop):
            async with asyncio.timeout(10):
                assert await begun == 0

    assert "the status service" in next(entry["event"] for entry in logs if entry["action"] == "waiting")
