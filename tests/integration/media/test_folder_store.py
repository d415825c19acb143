"""What a folder must hold besides the contract: whole files only, whatever happens, in little memory."""

import asyncio
import contextlib
import os
import resource
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from shared.domain.kinds import Kind
from shared.media.place import StoreUnusable
from shared.media.store import ObjectMediaStore, open_store
from shared.ports.media import StoreUnavailable
from tests.support import samples
from tests.support.eventually import eventually

MIB = 1024 * 1024
CLIP = samples.padded_mp4_bytes(8 * MIB)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def store(folder: Path) -> ObjectMediaStore:
    return open_store(folder.as_uri(), max_bytes=16 * MIB)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def pieces(data: bytes, size: int = 65_536) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def read(store: ObjectMediaStore, name: str) -> bytes:
    file = await store.head(name)
    return b"".join([piece async for piece in store.read(name, 0, file.size)])


async def test_a_new_process_finds_the_files_as_they_were(store: ObjectMediaStore, folder: Path) -> None:
    await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))
    before = await store.head("face.png")

    again = open_store(folder.as_uri(), max_bytes=16 * MIB)

    assert await again.head("face.png") == before
    assert await read(again, "face.png") == samples.png_bytes()


async def test_nothing_is_seen_of_a_file_until_it_is_whole(store: ObjectMediaStore, folder: Path) -> None:
    seen: list[list[str]] = []

    async def watched() -> AsyncGenerator[bytes, None]:
        async for piece in pieces(CLIP):
            seen.append(names(folder))
            yield piece
        seen.append(names(folder))

    await store.put("clip", Kind.VIDEO, watched())

    assert seen
    assert all(listing == [] for listing in seen)
    assert names(folder) == ["clip.mp4"]


async def test_a_put_that_is_canceled_at_any_moment_leaves_the_old_file_or_the_new(
    store: ObjectMediaStore, folder: Path
) -> None:
    await store.put("clip", Kind.VIDEO, pieces(samples.mp4_bytes()))
    started = time.monotonic()
    await store.put("other", Kind.VIDEO, pieces(CLIP))
    usual = time.monotonic() - started

    for step in range(20):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(store.put("clip", Kind.VIDEO, pieces(CLIP)), usual * step / 15)
        assert await read(store, "clip.mp4") in (samples.mp4_bytes(), CLIP)

    assert await eventually(lambda: names(folder) == ["clip.mp4", "other.mp4"])


async def test_a_reader_finishes_the_file_it_began(store: ObjectMediaStore) -> None:
    await store.put("clip", Kind.VIDEO, pieces(CLIP))
    reading = store.read("clip.mp4", 0, len(CLIP))
    parts = [await anext(reading)]

    await store.put("clip", Kind.VIDEO, pieces(samples.mp4_bytes()))
    parts.append(await anext(reading))
    await store.delete("clip.mp4")
    parts += [piece async for piece in reading]

    assert b"".join(parts) == CLIP


async def test_what_a_killed_process_left_is_cleared_and_what_is_being_written_is_not(folder: Path) -> None:
    folder.mkdir()
    for name in ("dead.mp4#1", "dying.mp4#2", "kept.mp4", "notes.txt"):
        (folder / name).write_bytes(b"part")
    hours_ago = time.time() - 2 * 3600
    for name in ("dead.mp4#1", "kept.mp4", "notes.txt"):
        os.utime(folder / name, (hours_ago, hours_ago))

    open_store(folder.as_uri(), max_bytes=MIB)

    assert names(folder) == ["dying.mp4#2", "kept.mp4", "notes.txt"]


async def test_only_our_own_files_are_listed_for_pruning(store: ObjectMediaStore, folder: Path) -> None:
    await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))
    (folder / "below").mkdir()
    for name in ("READ ME.txt", ".hidden.png", "clip.mp4#1", "below/face.png"):
        (folder / name).write_bytes(b"somebody's")

    assert [name async for name in store.older_than(-60)] == ["face.png"]


@contextlib.contextmanager
def little_room(size: int) -> Iterator[None]:
    """Let no file of this process grow past ``size`` bytes, as a full disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_the_stores_trouble_and_leaves_nothing(store: ObjectMediaStore, folder: Path) -> None:
    with little_room(3 * MIB), pytest.raises(StoreUnavailable, match=r"cannot be kept on disk .+: File too large\."):
        await store.put("clip", Kind.VIDEO, pieces(CLIP))

    assert names(folder) == []
    await store.put("clip", Kind.VIDEO, pieces(CLIP))  # and there is room again


async def test_a_folder_that_is_gone_is_the_stores_trouble(store: ObjectMediaStore, folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file in its place")

    with pytest.raises(StoreUnavailable):
        await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))
    with pytest.raises(StoreUnavailable, match=f"The media store {folder.as_uri()} cannot be read"):
        await store.head("face.png")


async def test_a_picture_being_read_through_does_not_hold_up_the_loop(store: ObjectMediaStore) -> None:
    picture = samples.encoded(samples.picture(4000, 4000), "PNG", compress_level=1)
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.001)
            gaps.append(time.monotonic() - before)

    ticking = asyncio.create_task(tick())
    started = time.monotonic()
    await store.put("face", Kind.PORTRAIT, pieces(picture))
    taken = time.monotonic() - started
    ticking.cancel()

    assert max(gaps) < taken / 2


async def grown_by(url: str, clip: Path, mebibytes: int, outputs: int) -> int:
    """Return by how many bytes a process grew that stored and read so many outputs at once."""
    program = ("-m", "tests.support.media_memory", url, str(clip), str(mebibytes), str(outputs))
    running = await asyncio.create_subprocess_exec(sys.executable, *program, stdout=asyncio.subprocess.PIPE)
    written, _ = await running.communicate()
    assert running.returncode == 0
    return int(written)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS counts ru_maxrss in bytes")
@pytest.mark.parametrize(("mebibytes", "outputs", "most"), [(100, 1, 16), (32, 3, 32)])
async def test_large_outputs_need_little_memory(
    folder: Path, tmp_path: Path, mebibytes: int, outputs: int, most: int
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(samples.mp4_bytes(2.0, 640, 360))

    assert await grown_by(folder.as_uri(), clip, mebibytes, outputs) < most * MIB


async def test_the_folder_is_made_wherever_the_url_says(tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "ä"

    await open_store(folder.as_uri(), max_bytes=MIB).put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))

    assert names(folder) == ["face.png"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data/media",
        "file:data/media",
        "file://host/media",
        "ftp://host/x",
        "memory:///",
        "s3://",
        "s3:///x",
        "http://[",
    ],
)
def test_an_address_that_is_none_says_what_to_set(url: str) -> None:
    with pytest.raises(StoreUnusable, match=r"^MEDIA_URL .+\.$"):
        open_store(url, max_bytes=MIB)


def test_a_folder_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    url = (tmp_path / "file" / "media").as_uri()

    with pytest.raises(
        StoreUnusable, match=r"^MEDIA_URL names .+/file/media, which is no folder that can be written: "
    ):
        open_store(url, max_bytes=MIB)
