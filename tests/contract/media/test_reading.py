"""What every media store gives back: any part of a file, until it is deleted, and nothing that is not its own."""

import pytest

from shared.domain.kinds import Kind
from shared.ports.media import MediaMissing
from tests.contract.media.bench import HOUR, Bench, Store, missing, pieces
from tests.support import samples

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
