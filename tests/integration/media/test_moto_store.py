"""The media store on moto's S3, which knows users, signatures and missing buckets, and the gateway's routes over it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from gateway.routes.media import media_router
from shared.domain.kinds import Kind
from shared.http.problem import install_problem_handlers
from shared.media.place import StoreUnusable, find_place
from shared.media.store import ObjectMediaStore, open_store
from shared.media.stored import StoredMedia
from shared.ports.media import StoreUnavailable
from tests.support import samples
from tests.support.moto_server import Keys, Moto, moto_server

MIB = 1024 * 1024
CLIP = samples.padded_mp4_bytes(12 * MIB)


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    """An S3 server for this module."""
    with moto_server(tmp_path_factory.mktemp("moto")) as running:
        yield running


@pytest.fixture
async def bucket(moto: Moto) -> str:
    """An empty bucket's name."""
    return await moto.bucket()


@pytest.fixture
def store(moto: Moto, bucket: str, monkeypatch: pytest.MonkeyPatch) -> ObjectMediaStore:
    return opened(moto, monkeypatch, bucket)


def opened(moto: Moto, monkeypatch: pytest.MonkeyPatch, bucket: str, keys: Keys | None = None) -> ObjectMediaStore:
    """Return a store below a prefix of a bucket, as one user."""
    for name, value in moto.environment(keys).items():
        monkeypatch.setenv(name, value)
    return open_store(f"s3://{bucket}/outputs", max_bytes=16 * MIB)


async def pieces(data: bytes, size: int = 65_536) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def may(*actions: str) -> str:
    """Return a policy that allows these of S3's actions."""
    allowed = {"Effect": "Allow", "Action": [f"s3:{action}" for action in actions], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


def client_of(store: StoredMedia) -> httpx.AsyncClient:
    """Return a client of the gateway's media routes over a store."""
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(media_router(store))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://greenroom.example")


async def test_a_large_output_goes_up_in_parts_and_is_served_as_we_would(
    store: ObjectMediaStore, moto: Moto, bucket: str
) -> None:
    await store.put("clip", Kind.VIDEO, pieces(CLIP))

    headers = await moto.headers_of(bucket, "outputs/clip.mp4")
    assert headers["etag"].endswith('-3"')
    assert headers["content-type"] == "video/mp4"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert b"".join([piece async for piece in store.read("clip.mp4", 0, len(CLIP))]) == CLIP


async def test_a_client_is_sent_to_the_bucket_and_reads_what_range_it_likes(store: ObjectMediaStore) -> None:
    await store.put("clip", Kind.VIDEO, pieces(CLIP))

    async with client_of(store) as gateway, httpx.AsyncClient(trust_env=False) as http:
        described = await gateway.head("/media/clip.mp4")
        sent = await gateway.get("/media/clip.mp4", headers={"Range": "bytes=5-9"})
        piece = await http.get(sent.headers["location"], headers={"Range": "bytes=5-9"})

    assert (described.status_code, described.headers["content-length"]) == (200, str(len(CLIP)))
    assert sent.status_code == 302
    assert store.origin is not None
    assert sent.headers["location"].startswith(f"{store.origin}/")
    assert (piece.status_code, piece.content) == (206, CLIP[5:10])


async def test_where_clients_cannot_go_the_gateway_passes_the_bytes_on(store: ObjectMediaStore, bucket: str) -> None:
    await store.put("clip", Kind.VIDEO, pieces(CLIP))
    inside = StoredMedia(find_place(f"s3://{bucket}/outputs", signed_urls=False))

    async with client_of(inside) as gateway:
        whole = await gateway.get("/media/clip.mp4")
        piece = await gateway.get("/media/clip.mp4", headers={"Range": "bytes=5-9"})

    assert inside.origin is None
    assert (whole.status_code, whole.content) == (200, CLIP)
    assert (piece.status_code, piece.content) == (206, CLIP[5:10])


async def test_a_bucket_that_can_be_used_is_proven_without_a_trace(store: ObjectMediaStore) -> None:
    await store.prove()

    assert [name async for name in store.older_than(-3600)] == []


async def test_a_missing_bucket_is_said_before_anything_is_paid_for(
    moto: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(moto, monkeypatch, "nobodys")

    with pytest.raises(
        StoreUnusable, match=r"^MEDIA_URL names s3://nobodys/outputs, .+no such bucket\. Make it, or correct MEDIA_URL"
    ):
        await store.prove()
    with pytest.raises(StoreUnavailable, match=r"s3://nobodys/outputs cannot be written: there is no such bucket\."):
        await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))


async def test_who_may_not_write_is_told_what_to_check_and_nothing_secret(
    moto: Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await moto.user(may("GetObject"))
    store = opened(moto, monkeypatch, bucket, reader)

    await moto.guard(True)
    try:
        with pytest.raises(StoreUnusable, match=r"access is denied \(AccessDenied\)\. Check AWS_ACCESS_KEY_ID") as said:
            await store.prove()
        with pytest.raises(StoreUnavailable, match=r"cannot be written: access is denied"):
            await store.put("face", Kind.PORTRAIT, pieces(samples.png_bytes()))
    finally:
        await moto.guard(False)
    assert reader.secret not in str(said.value)


async def test_what_the_guide_says_a_user_needs_is_enough(
    moto: Moto, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await moto.user(may("GetObject", "PutObject", "DeleteObject", "ListBucket"))
    store = opened(moto, monkeypatch, bucket, user)

    await moto.guard(True)
    try:
        await store.prove()
        await store.put("clip", Kind.VIDEO, pieces(CLIP))
        assert b"".join([piece async for piece in store.read("clip.mp4", 0, len(CLIP))]) == CLIP
        await store.delete("clip.mp4")
        assert [name async for name in store.older_than(-3600)] == []
    finally:
        await moto.guard(False)


async def test_a_wrong_secret_is_named_as_s3_names_it(moto: Moto, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = await moto.user(may("*"))
    store = opened(moto, monkeypatch, bucket, Keys(user.access, "not-the-secret"))

    await moto.guard(True)
    try:
        with pytest.raises(StoreUnusable, match=r"access is denied \(SignatureDoesNotMatch\)"):
            await store.prove()
    finally:
        await moto.guard(False)


async def test_a_worker_ends_with_the_sentence_before_it_takes_a_job(moto: Moto) -> None:
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | moto.environment()
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "portrait_worker"), env=variables | {"MEDIA_URL": "s3://nobodys"}, stderr=PIPE
    )
    _, said = await asyncio.wait_for(worker.communicate(), 60)

    assert worker.returncode == 2
    assert said.decode().splitlines()[-1].startswith("portrait-worker: MEDIA_URL names s3://nobodys, which cannot be")
