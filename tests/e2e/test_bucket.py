"""A whole system whose media live in a bucket: nothing changes for a client but where the bytes come from."""

import io
from pathlib import Path

from PIL import Image

from tests.e2e.conftest import app_of
from tests.support.moto_server import moto_server
from tests.support.stack import running_stack


async def test_a_portrait_and_a_clip_from_it_over_a_bucket(tmp_path: Path) -> None:
    with moto_server(tmp_path) as moto:
        media = f"s3://{await moto.bucket()}/outputs"
        async with running_stack(tmp_path, MEDIA_URL=media, **moto.environment()) as stack, app_of(stack) as app:
            portrait = await app.end("portrait", await app.portrait("Mira"))
            sent = await app.http.get(portrait["outputUrl"])
            fetched = await app.http.get(portrait["outputUrl"], follow_redirects=True)
            clip = await app.end("video", await app.video("Mira", portrait["outputUrl"], seconds=4))
            playing = await app.http.get(clip["outputUrl"], headers={"Range": "bytes=4-7"}, follow_redirects=True)
            page = await app.http.get("/page/")

    assert portrait["outputUrl"].startswith(f"{stack.base_url}/media/")
    assert (sent.status_code, sent.headers["location"].startswith(f"{moto.url}/")) == (302, True)
    assert Image.open(io.BytesIO(fetched.content)).format == "PNG"
    assert (playing.status_code, playing.content) == (206, b"ftyp")
    policy = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert moto.url in policy["img-src"].split()
    assert moto.url in policy["media-src"].split()
