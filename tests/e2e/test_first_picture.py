"""What a newcomer does first: a portrait, then a clip from it, through every real part."""

import io

import av
from PIL import Image

from tests.e2e.conftest import app_of
from tests.support.stack import Stack


async def test_a_portrait_then_a_clip_that_starts_from_it(local_stack: Stack) -> None:
    async with app_of(local_stack) as app:
        portrait_url, png = await app.output("portrait", await app.portrait("Mira"))
        job_id = await app.video("Mira", portrait_url, seconds=4, aspectRatio="portrait")
        clip_url, mp4 = await app.output("video", job_id)
        job = await app.job(job_id)

    picture = Image.open(io.BytesIO(png))
    picture.load()
    assert picture.format == "PNG"
    assert portrait_url.startswith(f"{local_stack.base_url}/media/")
    assert clip_url.startswith(f"{local_stack.base_url}/media/")
    with av.open(io.BytesIO(mp4), "r") as clip:
        stream = clip.streams.video[0]
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert float(clip.duration or 0) / av.time_base == job["output"]["durationSeconds"]
        assert abs(job["output"]["durationSeconds"] - 4) < 0.2
        assert (stream.width, stream.height) == (job["output"]["width"], job["output"]["height"])
        assert stream.height > stream.width
    assert job["provider"] == "local"
    assert job["progress"] == 100
    assert job["stage"] is None
    assert job["attempt"] == 1
    assert job["createdAt"] <= job["startedAt"] <= job["completedAt"] < job["expiresAt"]


async def test_an_output_can_be_read_in_pieces(local_stack: Stack) -> None:
    async with app_of(local_stack) as app:
        url, whole = await app.output("portrait", await app.portrait("Mira"))
        piece = await app.http.get(url, headers={"range": "bytes=10-19"})
        described = await app.http.head(url)

    assert piece.status_code == 206
    assert piece.content == whole[10:20]
    assert piece.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert described.headers["content-length"] == str(len(whole))
    assert described.headers["content-type"] == "image/png"


async def test_the_same_description_gives_the_same_picture(local_stack: Stack) -> None:
    async with app_of(local_stack) as app:
        _, one = await app.output("portrait", await app.portrait("Mira", jobId="first"))
        _, two = await app.output("portrait", await app.portrait("Mira", jobId="second"))
        _, other = await app.output("portrait", await app.portrait("Juno"))

    assert one == two
    assert one != other
