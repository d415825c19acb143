"""What every media store promises, held against the fake, a folder, obstore's memory, and moto's S3."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from obstore.store import MemoryStore

from shared.domain.kinds import Kind
from shared.media.place import Place
from shared.media.store import ObjectMediaStore, open_store
from shared.ports.media import MediaMissing, MediaStore, NotMedia
from tests.support import samples
from tests.support.fakes.media import MemoryMediaStore
from tests.support.moto_server import Moto, moto_server

LIMIT = 2 * 1024 * 1024
HOUR = 3600.0

PICTURES = {
    "image/png": samples.png_bytes(48, 64),
    "image/jpeg": samples.jpeg_bytes(48, 64),
    "image/webp": samples.image_bytes("WEBP", 48, 64),
    "image/gif": samples.image_bytes("GIF", 48, 64),
    "image/avif": samples.image_bytes("AVIF", 48, 64),
}
CLIPS = {
    "video/mp4": samples.mp4_bytes(2.0, sound=True),
    "video/quicktime": samples.mov_bytes(2.0),
    "video/webm": samples.webm_bytes(2.0),
}
OUTPUTS = [(Kind.PORTRAIT, *item) for item in PICTURES.items()] + [(Kind.VIDEO, *item) for item in CLIPS.items()]
IDS = [content_type for _, content_type, _ in OUTPUTS]

BAD_NAMES = [
    "",
    ".",
    "..",
    "../a.png",
    "a/b.png",
    "/a.png",
    "a.png/",
    "a%2fb.png",
    "..%2fa.png",
    ".png",
    "a.png\0",
    "a b.png",
]


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


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    """An S3 server for this module."""
    with moto_server(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture(params=["fake", "folder", "obstore-memory", "s3"])
async def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Bench]:
    match request.param:
        case "fake":
            yield in_memory()
        case "folder":
            yield in_folder(tmp_path / "media")
        case "obstore-memory":
            yield Bench(ObjectMediaStore(Place(MemoryStore(), "memory"), LIMIT), None)
        case "s3":
            moto: Moto = request.getfixturevalue("moto")
            for name, value in moto.environment().items():
                monkeypatch.setenv(name, value)
            yield Bench(open_store(f"s3://{await moto.bucket()}/outputs", LIMIT), None)


@pytest.fixture
def store(bench: Bench) -> Store:
    return bench.store


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


@pytest.mark.parametrize(("kind", "content_type", "data"), OUTPUTS, ids=IDS)
async def test_an_output_is_named_measured_and_readable(
    store: Store, kind: Kind, content_type: str, data: bytes
) -> None:
    output = await store.put("clip_1-x", kind, pieces(data))

    assert output.name.startswith("clip_1-x.")
    assert (output.content_type, output.bytes) == (content_type, len(data))
    assert output.sha256 == hashlib.sha256(data).hexdigest()
    assert (output.width, output.height) == ((48, 64) if kind is Kind.PORTRAIT else (64, 36))
    if kind is Kind.VIDEO:
        assert output.duration_seconds == pytest.approx(2.0, abs=0.1)
    else:
        assert output.duration_seconds is None
    assert await whole(store, output.name) == data


@pytest.mark.parametrize(("kind", "content_type", "data"), OUTPUTS, ids=IDS)
async def test_a_file_cut_short_is_refused_and_what_was_there_stays(
    store: Store, kind: Kind, content_type: str, data: bytes
) -> None:
    before = await store.put("same", kind, pieces(data))

    with pytest.raises(NotMedia, match="cut short or damaged"):
        await store.put("same", kind, pieces(samples.truncated(data, 0.8)))

    assert await whole(store, before.name) == data


async def test_a_picture_is_no_clip_and_a_clip_no_picture(store: Store) -> None:
    with pytest.raises(NotMedia, match=r"is a picture \(image/png\), not a video"):
        await store.put("a", Kind.VIDEO, pieces(samples.png_bytes()))
    with pytest.raises(NotMedia, match=r"is a video \(video/mp4\), not a picture"):
        await store.put("a", Kind.PORTRAIT, pieces(samples.mp4_bytes()))

    assert await missing(store, "a.png")
    assert await missing(store, "a.mp4")


@pytest.mark.parametrize(
    "data", [b"<!doctype html><title>Sorry</title>", b'{"detail": "gone"}', b"\x89PNG", bytes(5000)]
)
async def test_what_is_neither_is_refused(store: Store, data: bytes) -> None:
    with pytest.raises(NotMedia, match="not a picture of a format that is kept"):
        await store.put("a", Kind.PORTRAIT, pieces(data))


async def test_no_bytes_are_no_output(store: Store) -> None:
    with pytest.raises(NotMedia, match="empty"):
        await store.put("a", Kind.PORTRAIT, pieces(b""))


async def test_a_stream_past_the_limit_is_cut_off_and_closed(store: Store) -> None:
    sent, closed = 0, False

    async def endless() -> AsyncGenerator[bytes, None]:
        nonlocal sent, closed
        try:
            while True:
                yield bytes(100_000)
                sent += 100_000
        finally:
            closed = True

    with pytest.raises(NotMedia, match=r"larger than the 2,097,152 bytes"):
        await store.put("a", Kind.VIDEO, endless())

    assert sent < LIMIT + 200_000
    assert closed


async def test_a_file_of_exactly_the_limit_is_kept(store: Store) -> None:
    output = await store.put("a", Kind.VIDEO, pieces(samples.padded_mp4_bytes(LIMIT), 65_536))

    assert output.bytes == (await store.head(output.name)).size == LIMIT


async def test_a_stream_that_breaks_breaks_the_put_and_leaves_nothing(store: Store) -> None:
    async def broken() -> AsyncGenerator[bytes, None]:
        yield samples.png_bytes()
        raise ConnectionResetError("the provider hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        await store.put("a", Kind.PORTRAIT, broken())

    assert await missing(store, "a.png")


async def test_the_same_stem_again_replaces_the_file(store: Store) -> None:
    await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes(10, 10)))
    again = await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes(20, 20)))

    assert await whole(store, "a.png") == samples.png_bytes(20, 20)
    assert (again.width, again.height) == (20, 20)


async def test_the_same_stem_in_another_format_leaves_one_file(store: Store) -> None:
    await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes()))
    await store.put("a", Kind.PORTRAIT, pieces(samples.jpeg_bytes()))

    assert await missing(store, "a.png")
    assert await whole(store, "a.jpg") == samples.jpeg_bytes()


async def test_a_validator_is_strong_and_follows_the_bytes(store: Store) -> None:
    await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes(10, 10)))
    first, same = (await store.head("a.png")).etag, (await store.head("a.png")).etag
    await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes(20, 20)))

    assert first == same
    assert first.startswith('"')
    assert first.endswith('"')
    assert (await store.head("a.png")).etag != first


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (0, 1_000_000), (1, 300_000), (262_143, 262_145), (999_999, 1_000_000)]
)
async def test_any_part_can_be_read_in_small_pieces(store: Store, start: int, end: int) -> None:
    data = samples.padded_mp4_bytes(1_000_000)
    await store.put("a", Kind.VIDEO, pieces(data, 50_000))

    parts = [piece async for piece in store.read("a.mp4", start, end)]

    assert b"".join(parts) == data[start:end]
    assert max(map(len, parts)) <= 256 * 1024


async def test_an_empty_part_is_empty(store: Store) -> None:
    await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes()))

    assert [piece async for piece in store.read("a.png", 5, 5)] == []


async def test_what_is_not_there_is_missing_and_deleting_it_does_nothing(store: Store) -> None:
    assert await missing(store, "nobody.png")
    with pytest.raises(MediaMissing):
        await anext(aiter(store.read("nobody.png", 0, 10)))
    await store.delete("nobody.png")


async def test_a_deleted_file_is_gone(store: Store) -> None:
    await store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes()))
    await store.put("b", Kind.PORTRAIT, pieces(samples.png_bytes()))

    await store.delete("a.png")

    assert await missing(store, "a.png")
    assert not await missing(store, "b.png")


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_a_name_leads_nowhere_else(store: Store, name: str) -> None:
    with pytest.raises(MediaMissing):
        await store.head(name)
    with pytest.raises(MediaMissing):
        await anext(aiter(store.read(name, 0, 10)))
    await store.delete(name)


@pytest.mark.parametrize("stem", ["", "..", "a/b", "../a", "a.b", "a b", "ä", "a" * 201])
async def test_a_stem_leads_nowhere_else(store: Store, stem: str) -> None:
    with pytest.raises(ValueError, match="stem"):
        await store.put(stem, Kind.PORTRAIT, pieces(samples.png_bytes()))


async def test_old_files_are_listed_for_pruning_and_new_ones_are_not(bench: Bench) -> None:
    names = [(await bench.store.put(stem, Kind.PORTRAIT, pieces(samples.png_bytes()))).name for stem in ("a", "b", "c")]
    if bench.age is not None:
        bench.age("a.png", HOUR + 10)
        bench.age("c.png", HOUR - 10)

    assert [name async for name in bench.store.older_than(HOUR)] == (["a.png"] if bench.age else [])
    assert sorted([name async for name in bench.store.older_than(-HOUR)]) == names


async def test_listed_files_can_be_deleted_on_the_way(store: Store) -> None:
    for number in range(12):
        await store.put(f"f{number}", Kind.PORTRAIT, pieces(samples.png_bytes()))

    async for name in store.older_than(-HOUR):
        await store.delete(name)

    assert [name async for name in store.older_than(-HOUR)] == []


async def test_writers_of_one_stem_leave_one_whole_file(store: Store) -> None:
    sizes = range(20, 30)
    await asyncio.gather(*(store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes(size, size))) for size in sizes))

    assert await whole(store, "a.png") in [samples.png_bytes(size, size) for size in sizes]
