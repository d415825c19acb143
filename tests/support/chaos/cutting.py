"""A cable between a service and its NATS servers that can be cut: nothing comes through, and nobody is told.

What was said into a cut cable is not gone. It lies in the system's buffers, as it would with TCP, and arrives once the
cable is mended: also what its sender has long given up.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

_AT_ONCE = 65_536


class Cable:
    """Ports that lead to others. ``url`` is where a service finds its servers through it."""

    def __init__(self) -> None:
        self.url = ""
        self._whole = asyncio.Event()
        self._whole.set()
        self._ends: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """From now on nothing comes through, in either direction."""
        self._whole.clear()

    def mend(self) -> None:
        """Let through what waits, and what comes."""
        self._whole.set()

    async def lay(self, port: int) -> asyncio.Server:
        """Listen on a free port that leads to ``port``."""

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._ends.add(writer)
            try:
                await self._whole.wait()
                await self._connect(port, reader, writer)
            finally:
                self._ends.discard(writer)
                writer.close()

        return await asyncio.start_server(connected, "127.0.0.1", 0)

    async def _connect(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            self._ends.add(far_writer)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass_on(reader, far_writer))
                    group.create_task(self._pass_on(far_reader, writer))
            finally:
                self._ends.discard(far_writer)
                far_writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(_AT_ONCE):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    def drop(self) -> None:
        """Close every connection."""
        for end in self._ends:
            end.close()


@asynccontextmanager
async def cable_to(ports: Sequence[int]) -> AsyncIterator[Cable]:
    """Yield a whole cable to these ports of this machine."""
    cable = Cable()
    listening = [await cable.lay(port) for port in ports]
    cable.url = ",".join(f"nats://127.0.0.1:{each.sockets[0].getsockname()[1]}" for each in listening)
    try:
        yield cable
    finally:
        cable.mend()
        for each in listening:
            each.close()
        cable.drop()
