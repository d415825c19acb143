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

Look = tuple[int, int, int]
"""What tells one state of a file from another: its inode, its size, when it was written."""


class KeyRing:
    """The keys of a file. Reading it may raise :class:`gateway.keys.file.KeysError` at first, and never after."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _look(path)
        self._keys: Keys = read_keys(path)
        self.edition = 1
        """Which reading of the file these are: who asked of an earlier one has to ask again."""

    def whose(self, key: str) -> Caller | None:
        """Return who comes with ``key``, None when it is no key.

        Every hash is compared, and each of them whole: how long it takes says nothing of how near a guess was.
        """
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        found: Caller | None = None
        for known, caller in self._keys.callers.items():
            if hmac.compare_digest(known, digest):
                found = caller
        return found

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


def _look(path: Path) -> Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
