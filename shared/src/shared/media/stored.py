"""What the media store holds: described, read, signed for, listed and removed. Nothing here looks into a file."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from shared.domain.media_name import is_media_name
from shared.media.formats import format_named
from shared.media.place import Place
from shared.media.s3 import first_line, trouble
from shared.ports.media import MediaFile, MediaMissing, StoreUnavailable

CHUNK = 256 * 1024
"""Bytes of a piece that :meth:`StoredMedia.read` yields, the last one aside."""

_LISTED_AT_ONCE = 500


class StoredMedia:
    """A :class:`shared.ports.media.StoredFiles` over any of obstore's stores. Holds no more than a few pieces.

    A file's validator is the store's own: a folder makes it of inode, time and size, S3 of the content. It changes
    whenever the bytes do, which is what a strong one promises, and costs no reading.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._objects = place.objects

    @property
    def origin(self) -> str | None:
        """Where browsers are sent for files, by signed addresses; None when whoever asks us is served by us."""
        return self._place.origin

    async def head(self, name: str) -> MediaFile:
        """Describe a file, its type by the extension that :meth:`put` gave it; raises ``MediaMissing``."""
        media_format = format_named(name) if is_media_name(name) else None
        if media_format is None:
            raise MediaMissing(name)
        with self._reading(name):
            meta = await obstore.head_async(self._objects, name)
        etag = meta["e_tag"]
        if not etag or not etag.startswith('"'):
            etag = f'"{meta["last_modified"].timestamp():.6f}-{meta["size"]}"'
        return MediaFile(name, meta["size"], etag, media_format.content_type)

    async def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Stream the bytes from ``start`` up to, not including, ``end``, :data:`CHUNK` at a time.

        Raises ``MediaMissing`` before the first piece, and ``StoreUnavailable`` at any.
        """
        if not is_media_name(name):
            raise MediaMissing(name)
        if start >= end:
            return
        with self._reading(name):
            found = await obstore.get_async(self._objects, name, options={"range": (start, end)})
            async for piece in found.stream(min_chunk_size=CHUNK):
                for at in range(0, len(piece), CHUNK):
                    yield piece[at : at + CHUNK]

    async def delete(self, name: str) -> None:
        """Remove a file; nothing happens when it is gone, or when no file can have that name."""
        if not is_media_name(name):
            return
        try:
            await obstore.delete_async(self._objects, name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise self._unavailable("deleted from", error) from error

    async def sign(self, name: str, seconds: float) -> str | None:
        """Return an address at which anyone can fetch the file for that long; None when there are none to be had.

        Nothing is looked up: the address of a file that is not there leads nowhere.
        """
        if self.origin is None or not isinstance(self._objects, S3Store) or not is_media_name(name):
            return None
        try:
            return await obstore.sign_async(self._objects, "GET", name, timedelta(seconds=seconds))
        except (BaseError, OSError) as error:
            raise self._unavailable("read", error) from error

    async def older_than(self, seconds: float) -> AsyncIterator[str]:
        """Yield the names of the files last written more than ``seconds`` ago, in no order; others' files are not ours.

        The time is the machine's, since that is what files are stamped with.
        """
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        try:
            async for batch in obstore.list(self._objects, chunk_size=_LISTED_AT_ONCE):
                for meta in batch:
                    if meta["last_modified"] < before and is_media_name(meta["path"]):
                        yield meta["path"]
        except (BaseError, OSError) as error:
            raise self._unavailable("listed", error) from error

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise MediaMissing(name) from error
        except (BaseError, OSError) as error:
            raise self._unavailable("read", error) from error

    def _unavailable(self, deed: str, error: BaseError | OSError) -> StoreUnavailable:
        reason = trouble(error) if isinstance(self._objects, S3Store) else first_line(error)
        return StoreUnavailable(f"The media store {self._place.where} cannot be {deed}: {reason}.")
