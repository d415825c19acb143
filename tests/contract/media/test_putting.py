"""What every media store takes, and what it refuses: whole outputs of the job's kind, and nothing else."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator

import pytest

from shared.domain.kinds import Kind
from shared.ports.media import NotMedia
from tests.contract.media.bench import LIMIT, Store, missing, pieces, whole
from tests.support import samples

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


@pytest.mark.parametrize("stem", ["", "..", "a/b", "../a", "a.b", "a b", "ä", "a" * 201])
async def test_a_stem_leads_nowhere_else(store: Store, stem: str) -> None:
    with pytest.raises(ValueError, match="stem"):
        await store.put(stem, Kind.PORTRAIT, pieces(samples.png_bytes()))


async def test_writers_of_one_stem_leave_one_whole_file(store: Store) -> None:
    sizes = range(20, 30)
    await asyncio.gather(*(store.put("a", Kind.PORTRAIT, pieces(samples.png_bytes(size, size))) for size in sizes))

    assert await whole(store, "a.png") in [samples.png_bytes(size, size) for size in sizes]
