"""A stream on its way into the store: on disk while it is counted and hashed, since it may be larger than memory."""

import hashlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from shared.media.threads import in_thread
from shared.ports.media import NotMedia, StoreUnavailable

_BLOCK = 256 * 1024


class Spool:
    """An unnamed file, gone with the process however that ends, and what is known of it so far: ``size``, ``sha256``.

    ``folder`` is where it lies (None: the system's temporary folder), ``limit`` the most bytes it takes.
    """

    def __init__(self, limit: int, folder: Path | None) -> None:
        self._limit = limit
        self._hash = hashlib.sha256()
        self.size = 0
        try:
            self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed by __aexit__
        except OSError as error:
            raise _no_room(error) from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await in_thread(self.file.close)  # giving back the blocks of a large file takes its time

    @property
    def sha256(self) -> str:
        """The hash of all bytes so far, 64 hex digits."""
        return self._hash.hexdigest()

    async def fill(self, chunks: AsyncIterator[bytes]) -> None:
        """Take the whole stream, and close it if it can be closed.

        Raises ``NotMedia`` past the limit or for no bytes at all, ``StoreUnavailable`` without room.
        """
        try:
            await self._take(chunks)
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()
        if not self.size:
            raise NotMedia("The output is empty.")

    async def _take(self, chunks: AsyncIterator[bytes]) -> None:
        block: list[bytes] = []
        held = 0
        async for chunk in chunks:
            self._count(len(chunk))
            block.append(chunk)
            held += len(chunk)
            if held >= _BLOCK:
                await in_thread(partial(self._write, block))
                block, held = [], 0
        await in_thread(partial(self._write, block))

    def rewound(self) -> BinaryIO:
        """Return the file, at its beginning."""
        self.file.seek(0)
        return self.file

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the bytes again, from the beginning."""
        self.file.seek(0)
        while piece := await in_thread(partial(self.file.read, _BLOCK)):
            yield piece

    def _count(self, more: int) -> None:
        self.size += more
        if self.size > self._limit:
            raise NotMedia(f"The output is larger than the {self._limit:,} bytes that MEDIA_MAX_BYTES allows.")

    def _write(self, block: list[bytes]) -> None:
        for chunk in block:
            self._hash.update(chunk)
        try:
            self.file.writelines(block)
            self.file.flush()
        except OSError as error:
            raise _no_room(error) from error


def _no_room(error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"The output cannot be kept on disk while it is checked: {error.strerror or error}.")
