"""What S3 must hold besides the contract, against an HTTP server of our own that speaks it."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

import httpx
import pytest

from shared.domain.kinds import Kind
from shared.media.store import ObjectMediaStore, open_store
from shared.ports.media import StoreUnavailable
from tests.support import samples
from tests.support.s3_server import S3, SMALLEST_PART, s3_server

MIB = 1024 * 1024
CLIP = samples.padded_mp4_bytes(12 * MIB)

CALLS: dict[str, Callable[[ObjectMediaStore], Awaitable[object]]] = {
    "put": lambda store: store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes())),
    "head": lambda store: store.head("face.png"),
    "read": lambda store: anext(aiter(store.read("face.png", 0, 10))),
    "delete": lambda store: store.delete("face.png"),
    "list": lambda store: anext(aiter(store.older_than(0))),
}


@pytest.fixture
async def s3(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[S3]:
    async with s3_server("media") as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def store(s3: S3) -> ObjectMediaStore:
    return open_store("s3://media/outputs", max_bytes=16 * MIB)


async def pieces(data: bytes, size: int = 65_536) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def test_a_large_output_goes_up_in_parts_and_appears_at_once(store: ObjectMediaStore, s3: S3) -> None:
    await store.put("clip", Kind.VIDEO, pieces(CLIP))

    parts = [request for request in s3.requests if "partNumber" in request]
    assert len(parts) == len(CLIP) // SMALLEST_PART + 1
    assert s3.uploads == {}
    assert s3.objects["outputs/clip.mp4"].data == CLIP
    assert b"".join([piece async for piece in store.read("clip.mp4", 0, len(CLIP))]) == CLIP


async def test_what_s3_serves_by_itself_it_serves_as_we_would(store: ObjectMediaStore, s3: S3) -> None:
    await store.put("clip", Kind.VIDEO, pieces(CLIP))
    await store.put("face", Kind.PORTRAIT, pieces(samples.jpeg_bytes()))

    for key, content_type in (("outputs/clip.mp4", "video/mp4"), ("outputs/face.jpg", "image/jpeg")):
        headers = s3.objects[key].headers
        assert headers == {"content-type": content_type, "cache-control": "public, max-age=31536000, immutable"}


async def test_a_signed_address_needs_no_key_and_ends(store: ObjectMediaStore, s3: S3) -> None:
    await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))
    address, ended = await store.sign("face.png", 60), await store.sign("face.png", 0)
    assert address is not None
    assert ended is not None

    async with httpx.AsyncClient() as client:
        assert (await client.get(address)).content == samples.png_bytes()
        assert (await client.get(address, headers={"Range": "bytes=0-7"})).content == samples.png_bytes()[:8]
        assert (await client.get(address.partition("?")[0])).status_code == 403
        while (late := await client.get(ended)).status_code == 200:
            await asyncio.sleep(0.1)
        assert late.status_code == 403


async def test_an_address_is_good_unaltered_and_for_the_one_file_alone(
    store: ObjectMediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("face", "other"):
        await store.put(name, Kind.PORTRAIT, pieces(samples.png_bytes()))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-forgers-guess")
    forger = open_store("s3://media/outputs", max_bytes=MIB)
    address, forged = await store.sign("face.png", 60), await forger.sign("face.png", 60)
    assert address is not None
    assert forged is not None
    wrong = {
        forged,
        re.sub("Signature=..", "Signature=zz", address),
        re.sub("Expires=60", "Expires=604800", address),
        address.replace("face.png", "other.png"),
    }
    assert len(wrong | {address}) == 5

    async with httpx.AsyncClient() as client:
        assert (await client.get(address)).status_code == 200
        assert {(await client.get(each)).status_code for each in wrong} == {403}
        # it was signed for reading
        assert (await client.delete(address)).status_code == 403


async def test_a_name_that_is_none_is_not_signed(store: ObjectMediaStore) -> None:
    assert await store.sign("../secrets", 60) is None


async def test_a_file_that_breaks_off_on_its_way_up_is_not_there(store: ObjectMediaStore, s3: S3) -> None:
    async def broken() -> None:
        while not any("partNumber" in request for request in s3.requests):
            await asyncio.sleep(0.005)
        s3.broken = 403

    breaking = asyncio.create_task(broken())
    with pytest.raises(StoreUnavailable, match=r"^The media store s3://media/outputs cannot be written: "):
        await store.put("clip", Kind.VIDEO, pieces(CLIP))
    await breaking

    assert s3.objects == {}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [403, 503])
async def test_an_s3_that_refuses_or_fails_is_the_stores_trouble(
    store: ObjectMediaStore, s3: S3, call: str, status: int
) -> None:
    s3.broken = status

    with pytest.raises(StoreUnavailable, match=r"^The media store s3://media/outputs cannot be [^\n]+\.$"):
        await CALLS[call](store)


async def test_an_s3_that_is_not_there_is_the_stores_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in S3(url="http://127.0.0.1:9").environment().items():
        monkeypatch.setenv(name, value)

    with pytest.raises(StoreUnavailable):
        await open_store("s3://media", max_bytes=MIB).head("face.png")


async def test_long_listings_come_whole(store: ObjectMediaStore, s3: S3) -> None:
    await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))
    kept = s3.objects["outputs/face.png"]
    s3.objects |= {f"outputs/face-{number}.png": kept for number in range(2500)}
    s3.objects |= {"elsewhere/face.png": kept, "outputs/notes.txt2/face.png": kept, "outputs-too/face.png": kept}

    assert len({name async for name in store.older_than(-60)}) == 2501
