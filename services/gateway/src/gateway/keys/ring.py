"""The keys in use: whose a key is, found in the same time for any, and read anew when the file changes."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import structlog

from gateway.caller import Caller, Limits
from gateway.keys.file import Keys, KeysError, read_keys
from shared.ports.clock import Clock
from shared.tasks import stop

log = structlog.get_logger()

LOOK_EVERY = 2.0
"""Seconds between two looks at whether the file changed."""

_BEGINNING = 8
"""Bytes of a hash: enough that hardly two keys share them."""

Look = tuple[int, int, int]
"""What tells one state of a file from another: its inode, its size, when it was written."""


class KeyRing:
    """The keys of a file. Reading it may raise :class:`gateway.keys.file.KeysError` at first, and never after."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _look(path)
        self._keys: Keys = read_keys(path)
        self._known = _by_beginning(self._keys)
        self.edition = 1
        """Which reading of the file these are: who asked of an earlier one has to ask again."""

    def whose(self, key: str) -> Caller | None:
        """Return who comes with ``key``, None when it is no key. It takes as long for one key as for twenty thousand.

        Found by how its hash begins, and then compared in constant time, whole. How long finding takes may tell of a
        hash, which nobody can steer by a guess and which leads to no key.
        """
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        for known, caller in self._known.get(digest[:_BEGINNING], ()):
            if hmac.compare_digest(known, digest):
                return caller
        return None

    def limits(self, owner: str) -> Limits | None:
        """Return an owner's limits, None for one who has no key any more."""
        return self._keys.limits.get(owner)

    def refresh(self) -> None:
        """Read the file anew if it changed. A broken one changes nothing, but is complained of, once."""
        seen = _look(self._path)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._keys = read_keys(self._path)
            self._known = _by_beginning(self._keys)
            self.edition += 1
        except KeysError as error:
            log.error(
                "The keys file changed and cannot be used; the keys that it had before still hold",
                action="keys_broken",
                error=str(error),
            )
            return
        counts = {"keys": len(self._keys.callers), "owners": len(self._keys.limits)}
        log.info("Read the keys file anew", action="keys_read", **counts)

    async def watch(self, clock: Clock) -> NoReturn:
        """Look after the file for ever."""
        while True:
            await clock.sleep(LOOK_EVERY)
            await asyncio.to_thread(self.refresh)


@asynccontextmanager
async def kept_fresh(ring: KeyRing | None, clock: Clock) -> AsyncIterator[None]:
    """Keep the keys as their file has them while the context is open; nothing to do without."""
    watching = [asyncio.create_task(ring.watch(clock), name="keys")] if ring else []
    try:
        yield
    finally:
        await stop(watching)


def _by_beginning(keys: Keys) -> dict[bytes, list[tuple[bytes, Caller]]]:
    found: dict[bytes, list[tuple[bytes, Caller]]] = {}
    for digest, caller in keys.callers.items():
        found.setdefault(digest[:_BEGINNING], []).append((digest, caller))
    return found


def _look(path: Path) -> Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
