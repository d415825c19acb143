"""The media store in memory. It passes the same contract suite as the real one."""

import hashlib
import io
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.domain.job import Output
from shared.domain.kinds import Kind
from shared.domain.media_name import is_media_stem
from shared.media.formats import FORMATS, format_named
from shared.media.inspecting import inspect
from shared.ports.media import MediaFile, MediaMissing, NotMedia, StoreUnavailable

_CHUNK = 256 * 1024


@dataclass(slots=True)
class MemoryMediaStore:
    """Files as bytes by name, inspected as the real store inspects them.

    ``away`` makes every call raise ``StoreUnavailable``; ``signs`` is the address below which :meth:`sign` says that
    files are served elsewhere. ``written`` is when each file was, for tests that need it to be long ago.
    """

    max_bytes: int = 200 * 1024 * 1024
    away: bool = False
    signs: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    written: dict[str, datetime] = field(default_factory=dict)

    @property
    def origin(self) -> str | None:
        return self.signs and "/".join(self.signs.split("/")[:3])

    async def put(self, stem: str, kind: Kind, chunks: AsyncIterator[bytes]) -> Output:
        if not is_media_stem(stem):
            raise ValueError(f"{stem!r} cannot be the stem of a stored file's name")
        data = await self._collect(chunks)
        self._answer()
        media_format, measures = inspect(io.BytesIO(data), len(data), kind)
        for other in FORMATS:
            if other.kind is kind:
                await self.delete(f"{stem}.{other.extension}")
        name = f"{stem}.{media_format.extension}"
        self.files[name], self.written[name] = data, datetime.now(UTC)
        return Output(
            name=name,
            content_type=media_format.content_type,
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            width=measures.width,
            height=measures.height,
            duration_seconds=measures.duration_seconds,
        )

    async def head(self, name: str) -> MediaFile:
        data = self._data(name)
        media_format = format_named(name)
        assert media_format is not None
        return MediaFile(name, len(data), f'"{hashlib.sha256(data).hexdigest()[:20]}"', media_format.content_type)

    async def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        data = self._data(name)
        for at in range(start, min(end, len(data)), _CHUNK):
            yield data[at : min(at + _CHUNK, end)]

    async def delete(self, name: str) -> None:
        self._answer()
        self.files.pop(name, None)
        self.written.pop(name, None)

    async def sign(self, name: str, seconds: float) -> str | None:
        self._answer()
        return None if self.signs is None else f"{self.signs}/{name}?for={seconds:.0f}"

    async def older_than(self, seconds: float) -> AsyncIterator[str]:
        self._answer()
        before = datetime.now(UTC) - timedelta(seconds=seconds)
        for name in [name for name, moment in self.written.items() if moment < before]:
            yield name

    def _data(self, name: str) -> bytes:
        self._answer()
        if name not in self.files:
            raise MediaMissing(name)
        return self.files[name]

    def _answer(self) -> None:
        if self.away:
            raise StoreUnavailable("The media store in memory is away: the test said so.")

    async def _collect(self, chunks: AsyncIterator[bytes]) -> bytes:
        data = bytearray()
        try:
            async for chunk in chunks:
                data += chunk
                if len(data) > self.max_bytes:
                    raise NotMedia(f"The output is larger than the {self.max_bytes:,} bytes allowed.")
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()
        if not data:
            raise NotMedia("The output is empty.")
        return bytes(data)
