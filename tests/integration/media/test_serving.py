"""The media over a real socket: what a player does to a server."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.routes.media import media_router
from shared.domain.kinds import Kind
from shared.http.problem import install_problem_handlers
from shared.http.server import listen, serving
from shared.media.store import open_store
from tests.support import samples
from tests.support.eventually import eventually

CLIP = samples.padded_mp4_bytes(16 * 1024 * 1024)


async def once(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server over a folder that holds one clip."""
    store = open_store(tmp_path.as_uri(), max_bytes=len(CLIP))
    await store.put("clip", Kind.VIDEO, once(CLIP))
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(media_router(store))
    async with serving(app, listen("127.0.0.1", 0, "PORT")) as port:
        yield f"http://127.0.0.1:{port}"


async def test_parts_put_together_are_the_file(base: str) -> None:
    async with httpx.AsyncClient(base_url=base) as client:
        etag = (await client.head("/media/clip.mp4")).headers["etag"]
        half = len(CLIP) // 2
        asked = [f"bytes=0-{half - 1}", f"bytes={half}-"]
        parts = [await client.get("/media/clip.mp4", headers={"Range": r, "If-Range": etag}) for r in asked]

    assert [part.status_code for part in parts] == [206, 206]
    assert b"".join(part.content for part in parts) == CLIP


async def test_many_players_at_once_each_get_all_of_it(base: str) -> None:
    async with httpx.AsyncClient(base_url=base, timeout=30) as client:
        answers = await asyncio.gather(*(client.get("/media/clip.mp4") for _ in range(6)))

    assert all(answer.content == CLIP for answer in answers)


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
async def test_players_that_hang_up_leave_nothing_open(base: str) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    async def hang_up() -> None:
        async with httpx.AsyncClient(base_url=base) as client, client.stream("GET", "/media/clip.mp4") as answer:
            await anext(answer.aiter_raw())

    await hang_up()
    before = await eventually(descriptors)
    for _ in range(20):
        await hang_up()

    assert await eventually(lambda: descriptors() <= before)
