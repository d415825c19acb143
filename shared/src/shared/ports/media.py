"""The media store: where outputs live for as long as they are wanted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from shared.domain.job import Output
from shared.domain.kinds import Kind


class NotMedia(Exception):
    """The bytes are no picture or clip of the wanted kind, are cut short, or too many; the message says which."""


class StoreUnavailable(Exception):
    """The store cannot be written or read just now; the message says which store and why."""


class MediaMissing(Exception):
    """There is no such file in the store."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A stored file: its size in bytes, its strong validator (quoted), its type."""

    name: str
    size: int
    etag: str
    content_type: str


class StoredFiles(Protocol):
    """Read and delete files by name. Every method may raise :class:`StoreUnavailable`."""

    async def head(self, name: str) -> MediaFile:
        """Describe a file; raises :class:`MediaMissing`."""
        ...

    def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Stream the bytes from ``start`` up to, not including, ``end``; raises :class:`MediaMissing`."""
        ...

    async def delete(self, name: str) -> None:
        """Remove a file; nothing happens when it is gone."""
        ...


class MediaStore(StoredFiles, Protocol):
    """Put files as well."""

    async def put(self, stem: str, kind: Kind, chunks: AsyncIterator[bytes]) -> Output:
        """Store a stream under ``stem`` plus the extension of what it turns out to be, whole or not at all.

        The type is sniffed from the bytes, the size capped, width, height and duration measured, the hash taken.
        The same stem again replaces the file. Raises :class:`NotMedia`; what ``chunks`` raises passes through.
        """
        ...
