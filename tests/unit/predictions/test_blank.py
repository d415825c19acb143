"""The blank provider: done at once, the same tiny file for everyone, in any process."""

import io
from datetime import UTC, datetime, timedelta

import av
import pytest
from PIL import Image

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.ports.provider import Finished, Order, ProviderTrouble
from shared.predictions.blank import BlankProvider
from tests.contract.provider_suite import read


def order(kind: Kind, job_id: str) -> Order:
    return Order(
        job_id=JobId(job_id),
        kind=kind,
        model="flux",
        settings={},
        prompt="",
        deadline=datetime.now(UTC) + timedelta(seconds=900),
    )


@pytest.mark.parametrize("kind", list(Kind))
async def test_the_first_poll_of_any_process_finds_it_finished(kind: Kind) -> None:
    prediction = await BlankProvider().start(order(kind, "job-with-hyphens_1"))
    assert isinstance(await BlankProvider().poll(prediction), Finished)


async def output_of(kind: Kind, job_id: str) -> bytes:
    provider = BlankProvider()
    end = await provider.poll(await provider.start(order(kind, job_id)))
    assert isinstance(end, Finished)
    return await read(provider.open(end.outputs[0]))


async def test_the_picture_is_a_picture() -> None:
    data = await output_of(Kind.PORTRAIT, "a")
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", (64, 96))
    assert data == await output_of(Kind.PORTRAIT, "b")


async def test_the_clip_is_a_clip() -> None:
    data = await output_of(Kind.VIDEO, "a")
    assert len(data) < 4_000
    with av.open(io.BytesIO(data), "r") as clip:
        stream = clip.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert len(list(clip.decode(video=0))) == 24


@pytest.mark.parametrize("prediction", ["", "local-a", "blank-a", "blank-portrait-", "blank-poem-a", "blank-video-a b"])
async def test_a_prediction_of_another_make_is_gone(prediction: str) -> None:
    with pytest.raises(ProviderTrouble) as caught:
        await BlankProvider().poll(prediction)
    assert caught.value.trouble is Trouble.GONE
