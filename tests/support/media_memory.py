"""How much memory a media store needs for large outputs, measured in a process of its own.

python -m tests.support.media_memory URL CLIP MEBIBYTES OUTPUTS

Stores the MP4 at the path CLIP, padded to that size, OUTPUTS times at once as a busy worker does, then reads each as
a gateway does; prints by how many bytes the process grew at its largest.
"""

import asyncio
import resource
import struct
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from shared.domain.kinds import Kind
from shared.media.store import ObjectMediaStore, open_store

MIB = 1024 * 1024


async def padded(clip: bytes, size: int) -> AsyncGenerator[bytes, None]:
    """Yield the clip and a box that players skip, ``size`` bytes in all, without ever holding them."""
    yield clip + struct.pack(">I4s", size - len(clip), b"free")
    left = size - len(clip) - 8
    while left:
        yield bytes(min(left, 65_536))
        left -= min(left, 65_536)


async def put(store: ObjectMediaStore, stem: str, clip: bytes, size: int) -> str:
    output = await store.put(stem, Kind.VIDEO, padded(clip, size))
    assert output.bytes == size
    return output.name


async def read_and_delete(store: ObjectMediaStore, name: str, size: int) -> None:
    async for _ in store.read(name, 0, size):
        pass
    await store.delete(name)


def peak() -> int:
    """The most bytes this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def measure(url: str, size: int, outputs: int, clip: bytes) -> int:
    store = open_store(url, max_bytes=size)
    await read_and_delete(store, await put(store, "warm", clip, len(clip) + 8), len(clip) + 8)
    before = peak()
    for name in await asyncio.gather(*(put(store, f"clip-{number}", clip, size) for number in range(outputs))):
        await read_and_delete(store, name, size)
    return peak() - before


def main() -> None:
    url, clip, size, outputs = sys.argv[1:]
    grown = asyncio.run(measure(url, int(size) * MIB, int(outputs), Path(clip).read_bytes()))
    sys.stdout.write(f"{grown}\n")


if __name__ == "__main__":
    main()
