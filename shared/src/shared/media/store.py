"""The media store over obstore: one API for folders (``file://``) and object stores (``s3://``)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from shared.domain.job import Output
from shared.domain.kinds import Kind
from shared.domain.media_name import is_media_name, is_media_stem
from shared.media.folder import Folder
from shared.media.formats import FORMATS, MediaFormat, format_named
from shared.media.inspecting import inspect
from shared.media.s3 import REFUSALS, first_line, open_s3, origin_of, trouble
from shared.media.spool import Spool
from shared.media.threads import in_thread
from shared.ports.media import MediaFile, MediaMissing, StoreUnavailable

CHUNK = 256 * 1024
"""Bytes of a piece that :meth:`ObjectMediaStore.read` yields, the last one aside."""

_LOCAL_PART = 256 * 1024
_REMOTE_PART = 5 * 1024 * 1024  # the smallest that S3 takes in an upload of several parts
_WRITTEN_AT_ONCE = 4  # each holds a part on its way
_INSPECTORS = 2  # threads of their own, since each keeps what its largest picture took
_LISTED_AT_ONCE = 500
_IMMUTABLE = "public, max-age=31536000, immutable"
_PROOF = ".greenroom-may-write"  # no output's name, so neither served nor pruned


class StoreUnusable(Exception):
    """The configured store cannot be used; the message is a sentence that names what to set."""


class ObjectMediaStore:
    """A :class:`shared.ports.media.MediaStore` over any of obstore's stores.

    ``where`` is what messages call the store, ``max_bytes`` the most an output may have, ``folder`` the folder that
    ``objects`` is, if it is one. Nothing is ever held in memory but a few pieces. ``origin`` is where browsers are sent
    for files by signed addresses; None when whoever asks us for a file is served by us.

    A file's validator is the store's own: a folder makes it of inode, time and size, S3 of the content. It changes
    whenever the bytes do, which is what a strong one promises, and costs no reading.
    """

    def __init__(
        self,
        objects: ObjectStore,
        *,
        where: str,
        max_bytes: int,
        folder: Folder | None = None,
        origin: str | None = None,
    ) -> None:
        self._objects = objects
        self.where = where
        self._max_bytes = max_bytes
        self._folder = folder
        self.origin = origin
        self._inspectors = ThreadPoolExecutor(_INSPECTORS, "media-inspector")
        self._writing = asyncio.Semaphore(_WRITTEN_AT_ONCE)

    async def put(self, stem: str, kind: Kind, chunks: AsyncIterator[bytes]) -> Output:
        """Store a stream as the port says; ``chunks`` is closed if it can be.

        Raises ``NotMedia``, ``StoreUnavailable``, and ``ValueError`` for a stem that is none.
        """
        if not is_media_stem(stem):
            raise ValueError(f"{stem!r} cannot be the stem of a stored file's name")
        async with Spool(self._max_bytes, self._folder.path if self._folder else None) as spool:
            await spool.fill(chunks)
            read_through = partial(inspect, spool.file, spool.size, kind)
            media_format, measures = await in_thread(read_through, self._inspectors)
            name = f"{stem}.{media_format.extension}"
            async with self._writing:
                await self._write(name, media_format, spool)
        await self._remove_others(stem, media_format)
        return Output(
            name=name,
            content_type=media_format.content_type,
            bytes=spool.size,
            sha256=spool.sha256,
            width=measures.width,
            height=measures.height,
            duration_seconds=measures.duration_seconds,
        )

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

    async def prove(self) -> None:
        """Write to a bucket and take it back: nobody should learn with a paid output in hand that it cannot be kept.

        A folder was tried when it was opened. Raises :class:`StoreUnusable` when the bucket is not there or not ours
        to write, ``StoreUnavailable`` when it is only away.
        """
        if not isinstance(self._objects, S3Store):
            return
        try:
            await obstore.put_async(self._objects, _PROOF, b"", use_multipart=False)
            await obstore.delete_async(self._objects, _PROOF)
        except REFUSALS as error:
            raise StoreUnusable(f"MEDIA_URL names {self.where}, which cannot be used: {trouble(error)}.") from error
        except (BaseError, OSError) as error:
            raise self._unavailable("written", error) from error

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

    async def _write(self, name: str, media_format: MediaFormat, spool: Spool) -> None:
        """Write under the final name, whole or not at all: obstore renames into place, or completes an upload."""
        remote = isinstance(self._objects, S3Store)
        part = _REMOTE_PART if remote else _LOCAL_PART
        # What S3 serves by itself, it serves with what was said here.
        told = {"Content-Type": media_format.content_type, "Cache-Control": _IMMUTABLE} if remote else None
        # Given a file, obstore would take a small one in one request, but hold several parts of a large one.
        source = spool.rewound() if spool.size <= part else spool.pieces()
        try:
            await obstore.put_async(self._objects, name, source, attributes=told, chunk_size=part, max_concurrency=1)
            if self._folder:
                await in_thread(partial(self._folder.flush, name))
        except (BaseError, OSError) as error:
            raise self._unavailable("written", error) from error

    async def _remove_others(self, stem: str, kept: MediaFormat) -> None:
        """Remove what the stem held before in another format, so that it names one file."""
        others = [f"{stem}.{other.extension}" for other in FORMATS if other is not kept and other.kind is kept.kind]
        await asyncio.gather(*map(self.delete, others))

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
        return StoreUnavailable(f"The media store {self.where} cannot be {deed}: {reason}.")


def open_store(url: str, max_bytes: int, *, signed_urls: bool = True) -> ObjectMediaStore:
    """Open the store at ``url``: ``file:///folder``, made if need be, or ``s3://bucket/prefix``.

    S3's keys, region and endpoint come from its usual ``AWS_…`` variables; it is first asked when it is used or
    proven. ``signed_urls`` is whether it has addresses that browsers can reach.
    Raises :class:`StoreUnusable`.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
            return _open_folder(Path(unquote(parts.path)), url, max_bytes)
        if parts.scheme == "s3" and parts.netloc:
            origin = origin_of(url) if signed_urls else None
            return ObjectMediaStore(open_s3(url), where=url, max_bytes=max_bytes, origin=origin)
    except (ValueError, BaseError) as error:
        raise StoreUnusable(f"MEDIA_URL cannot be read: {first_line(error)}.") from error
    raise StoreUnusable(f"MEDIA_URL must be file:///some/folder or s3://bucket/prefix; it is {url!r}.")


def _open_folder(path: Path, url: str, max_bytes: int) -> ObjectMediaStore:
    folder = Folder(path)
    try:
        folder.prepare()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreUnusable(f"MEDIA_URL names {path}, which is no folder that can be written: {reason}.") from error
    return ObjectMediaStore(LocalStore(path), where=url, max_bytes=max_bytes, folder=folder)
