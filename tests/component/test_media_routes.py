"""``/media/<name>`` over HTTP, in a bare app."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.routes.media import media_router
from shared.domain.kinds import Kind
from shared.http.problem import install_problem_handlers
from shared.ports.media import MediaFile
from tests.support import samples
from tests.support.fakes.media import MemoryMediaStore

CLIP = samples.padded_mp4_bytes(700_000)


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


@pytest.fixture
async def store() -> MemoryMediaStore:
    store = MemoryMediaStore()
    await store.put("clip", Kind.VIDEO, once(CLIP))
    await store.put("face", Kind.PORTRAIT, once(samples.png_bytes()))
    return store


def app_over(store: MemoryMediaStore) -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(media_router(store))
    return app


def client_of(store: MemoryMediaStore) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app_over(store)), base_url="http://greenroom.example")


@pytest.fixture
async def http(store: MemoryMediaStore) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(store) as client:
        yield client


def is_problem(response: httpx.Response, status: int, code: str) -> bool:
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert body["error"].endswith(".")
    return (response.status_code, body["status"], body["code"]) == (status, status, code)


async def test_the_whole_file_comes_with_all_a_browser_needs(http: httpx.AsyncClient) -> None:
    response = await http.get("/media/clip.mp4")

    assert response.status_code == 200
    assert response.content == CLIP
    assert dict(response.headers) == {
        "content-type": "video/mp4",
        "content-length": str(len(CLIP)),
        "accept-ranges": "bytes",
        "etag": response.headers["etag"],
        "cache-control": "public, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
        "cross-origin-resource-policy": "cross-origin",
    }
    assert (await http.get("/media/face.png")).headers["content-type"] == "image/png"


async def test_head_says_the_same_without_the_bytes_and_knows_no_ranges(http: httpx.AsyncClient) -> None:
    whole = await http.get("/media/clip.mp4")

    response = await http.head("/media/clip.mp4", headers={"Range": "bytes=0-99"})

    assert response.status_code == 200
    assert response.content == b""
    assert response.headers == whole.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=-5", len(CLIP) - 5, len(CLIP)), ("bytes=300000-", 300_000, len(CLIP))],
)
async def test_a_range_comes_alone(http: httpx.AsyncClient, asked: str, start: int, end: int) -> None:
    response = await http.get("/media/clip.mp4", headers={"Range": asked})

    assert response.status_code == 206
    assert response.content == CLIP[start:end]
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CLIP)}"
    assert response.headers["content-length"] == str(end - start)
    assert response.headers["etag"]


async def test_a_range_outside_the_file_says_how_long_it_is(http: httpx.AsyncClient) -> None:
    response = await http.get("/media/clip.mp4", headers={"Range": f"bytes={len(CLIP)}-"})

    assert is_problem(response, 416, "range_unsatisfiable")
    assert response.headers["content-range"] == f"bytes */{len(CLIP)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=9-5", "lines=1-2", "nonsense"])
async def test_a_range_that_is_not_served_is_answered_with_the_whole(http: httpx.AsyncClient, asked: str) -> None:
    response = await http.get("/media/clip.mp4", headers={"Range": asked})

    assert (response.status_code, response.content) == (200, CLIP)


async def test_a_copy_that_is_still_right_is_not_sent_again(http: httpx.AsyncClient) -> None:
    etag = (await http.get("/media/clip.mp4")).headers["etag"]

    for method in ("GET", "HEAD"):
        headers = {"If-None-Match": f'"other", W/{etag}', "Range": "bytes=0-1"}
        response = await http.request(method, "/media/clip.mp4", headers=headers)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag
        assert "immutable" in response.headers["cache-control"]

    assert (await http.get("/media/clip.mp4", headers={"If-None-Match": '"other"'})).status_code == 200


async def test_conditions_in_several_lines_count_together(http: httpx.AsyncClient) -> None:
    etag = (await http.get("/media/clip.mp4")).headers["etag"]

    response = await http.get("/media/clip.mp4", headers=[("If-None-Match", '"other"'), ("If-None-Match", etag)])

    assert response.status_code == 304


async def test_a_range_of_another_version_is_answered_with_the_whole(
    http: httpx.AsyncClient, store: MemoryMediaStore
) -> None:
    etag = (await http.get("/media/face.png")).headers["etag"]
    headers = {"Range": "bytes=0-9", "If-Range": etag}
    assert (await http.get("/media/face.png", headers=headers)).status_code == 206

    await store.put("face", Kind.PORTRAIT, once(samples.png_bytes(99, 99)))
    response = await http.get("/media/face.png", headers=headers)

    assert (response.status_code, response.content) == (200, samples.png_bytes(99, 99))


@pytest.mark.parametrize("name", ["nobody.png", "clip", "clip.png", "%2e%2e", "..%5cclip.mp4", "clip.mp4%00", "ä.png"])
async def test_what_is_not_there_is_a_404_in_words(http: httpx.AsyncClient, name: str) -> None:
    assert is_problem(await http.get(f"/media/{name}"), 404, "not_found")
    assert (await http.head(f"/media/{name}")).status_code == 404


class Vanishing(MemoryMediaStore):
    """Loses each file as soon as it has described it."""

    async def head(self, name: str) -> MediaFile:
        file = await super().head(name)
        await self.delete(name)
        return file


async def test_a_file_deleted_just_before_it_is_read_is_a_404_and_no_torn_answer() -> None:
    store = Vanishing()
    await store.put("face", Kind.PORTRAIT, once(samples.png_bytes()))

    async with client_of(store) as http:
        assert is_problem(await http.get("/media/face.png"), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_store_that_is_away_is_worth_another_try(
    http: httpx.AsyncClient, store: MemoryMediaStore, method: str
) -> None:
    store.away = True

    response = await http.request(method, "/media/clip.mp4")

    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


async def test_a_store_that_signs_serves_its_own_files(http: httpx.AsyncClient, store: MemoryMediaStore) -> None:
    store.signs = "https://bucket.example/outputs"
    etag = (await http.head("/media/clip.mp4")).headers["etag"]

    response = await http.get("/media/clip.mp4", headers={"Range": "bytes=0-99"})

    assert response.status_code == 302
    assert response.headers["location"] == "https://bucket.example/outputs/clip.mp4?for=3600"
    assert response.headers["cache-control"] == "private, max-age=120"
    assert (await http.get("/media/nobody.mp4")).status_code == 404
    assert (await http.get("/media/clip.mp4", headers={"If-None-Match": etag})).status_code == 304


def test_the_document_promises_exactly_the_answers_there_are(store: MemoryMediaStore) -> None:
    document: dict[str, Any] = app_over(store).openapi()
    operations = document["paths"]["/media/{name}"]

    assert set(operations) == {"get", "head"}
    assert set(operations["get"]["responses"]) == {"200", "206", "302", "304", "404", "416", "503"}
    assert set(operations["head"]["responses"]) == {"200", "304", "404", "503"}
    assert set(operations["get"]["responses"]["206"]["content"]) == {"image/*", "video/*"}
    assert "content" not in operations["get"]["responses"]["304"]
    named = [(parameter["in"], parameter["name"]) for parameter in operations["get"]["parameters"]]
    assert named == [("path", "name"), ("header", "If-None-Match"), ("header", "Range"), ("header", "If-Range")]
    assert operations["get"]["operationId"] != operations["head"]["operationId"]
    json.dumps(document)
