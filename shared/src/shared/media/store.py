"""The media store whole: what is brought in is spooled, measured, and stored where :class:`StoredMedia` finds it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from shared.domain.job import Output
from shared.domain.kinds import Kind
from shared.domain.media_name import is_media_stem
from shared.media.formats import FORMATS, MediaFormat
from shared.media.inspecting import inspect
from shared.media.place import Place, StoreUnusable, find_place
from shared.media.s3 import REFUSALS, trouble
from shared.media.spool import Spool
from shared.media.stored import StoredMedia
from shared.media.threads import in_thread

_LOCAL_PART = 256 * 1024
_REMOTE_PART = 5 * 1024 * 1024  # the smallest that S3 takes in an upload of several parts
_WRITTEN_AT_ONCE = 4  # each holds a part on its way
_INSPECTORS = 2  # threads of their own, since each keeps what its largest picture took
_IMMUTABLE = "public, max-age=31536000, immutable"
_PROOF = ".greenroom-may-write"  # no output's name, so neither served nor pruned


class ObjectMediaStore(StoredMedia):
    """A :class:`shared.ports.media.MediaStore`. ``max_bytes`` is the most an output may have."""

    def __init__(self, place: Place, max_bytes: int) -> None:
        super().__init__(place)
        self._max_bytes = max_bytes
        self._folder = place.folder
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
            raise StoreUnusable(
                f"MEDIA_URL names {self._place.where}, which cannot be used: {trouble(error)}."
            ) from error
        except (BaseError, OSError) as error:
            raise self._unavailable("written", error) from error

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


def open_store(url: str, max_bytes: int) -> ObjectMediaStore:
    """Open the store at ``url``, as :func:`shared.media.place.find_place` understands it; raises ``StoreUnusable``."""
    return ObjectMediaStore(find_place(url), max_bytes)
