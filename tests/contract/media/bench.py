"""The media stores that the contract is held against, and ways to look into them."""

import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from shared.media.store import open_store
from shared.ports.media import MediaMissing, MediaStore
from tests.support.fakes.media import MemoryMediaStore

LIMIT = 2 * 1024 * 1024
HOUR = 3600.0


class Store(MediaStore, Protocol):
    """The port, and what serving and pruning ask of a store besides."""

    def older_than(self, seconds: float) -> AsyncIterator[str]: ...


@dataclass(frozen=True)
class Bench:
    """A store that takes files of up to ``LIMIT`` bytes; ``age`` makes one of its files older by that many seconds.

    Where times cannot be changed, ``age`` is None.
    """

    store: Store
    age: Callable[[str, float], None] | None


def in_memory() -> Bench:
    store = MemoryMediaStore(max_bytes=LIMIT)

    def age(name: str, seconds: float) -> None:
        store.written[name] -= timedelta(seconds=seconds)

    return Bench(store, age)


def in_folder(folder: Path) -> Bench:
    def age(name: str, seconds: float) -> None:
        stamp = (folder / name).stat().st_mtime - seconds
        os.utime(folder / name, (stamp, stamp))

    return Bench(open_store(folder.as_uri(), LIMIT), age)


async def pieces(data: bytes, size: int = 1000) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def whole(store: Store, name: str) -> bytes:
    file = await store.head(name)
    return b"".join([piece async for piece in store.read(name, 0, file.size)])


async def missing(store: Store, name: str) -> bool:
    try:
        await store.head(name)
    except MediaMissing:
        return True
    return False
