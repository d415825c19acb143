"""Clips: playable in a browser, of the wanted length and shape, and moving the portrait they were given."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from shared.predictions.local.clip import render_clip
from shared.predictions.local.drawing.chance import Chance
from shared.predictions.local.drawing.label import NOTICE
from shared.predictions.local.drawing.painter import LAYERS
from shared.predictions.local.framing import Shape
from shared.predictions.local.motion import RATE, blinks
from shared.predictions.local.reference import NotAPicture, read
from shared.predictions.local.still import render_portrait
from tests.support.samples import jpeg_bytes
from tests.unit.predictions.local.cast import described

SMALL = Shape(180, 320, 2)
MIRA = "mira-okonjo"


def ignore(done: int, total: int) -> None:
    """Take no notice of a step."""


@cache
def portrait(name: str) -> bytes:
    return render_portrait(described(name), ignore)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "mira.mp4"
    render_clip(described(MIRA), portrait(MIRA), SMALL, path, ignore)
    return path


def frames_of(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as opened:
        return [picture_of(frame) for frame in opened.decode(video=0)]


def picture_of(frame: av.VideoFrame) -> Image.Image:
    """Return a frame as a picture: PyAV's own way has no types."""
    plane = frame.reformat(format="rgb24").planes[0]
    return Image.frombytes("RGB", (frame.width, frame.height), bytes(plane), "raw", "RGB", plane.line_size)


def unlike(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int] | None = None) -> float:
    """Return the mean difference of two frames, or of a part of them."""
    return sum(ImageStat.Stat(ImageChops.difference(one.crop(box), other.crop(box))).mean) / 3


def boxes_of(data: bytes) -> list[str]:
    """Return the names of a file's outermost boxes, in order."""
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8].decode("latin-1"))
        at += int.from_bytes(data[at : at + 4], "big")
    return names


def test_a_clip_is_what_browsers_play(clip: Path) -> None:
    with av.open(str(clip)) as opened:
        stream = opened.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert len(opened.streams) == 1
    boxes = boxes_of(clip.read_bytes())
    assert boxes.index("moov") < boxes.index("mdat")


@pytest.mark.parametrize("shape", [SMALL, Shape(320, 180, 1), Shape(240, 240, 3)])
def test_a_clip_has_the_wanted_shape_and_length(tmp_path: Path, shape: Shape) -> None:
    render_clip(described(MIRA), jpeg_bytes(), shape, tmp_path / "clip.mp4", ignore)
    with av.open(str(tmp_path / "clip.mp4")) as opened:
        stream = opened.streams.video[0]
        assert (stream.width, stream.height) == (shape.width, shape.height)
        assert stream.average_rate == RATE
        assert stream.frames == shape.seconds * RATE
        assert opened.duration is not None
        assert opened.duration / 1_000_000 == pytest.approx(shape.seconds, abs=0.001)


def test_the_file_says_that_no_model_made_it(clip: Path) -> None:
    with av.open(str(clip)) as opened:
        assert opened.metadata["comment"] == NOTICE


def test_it_begins_with_the_given_portrait(clip: Path) -> None:
    first, given = frames_of(clip)[0], read(portrait(MIRA)).picture
    wide = given.height * SMALL.width / SMALL.height
    seen = given.crop((round((given.width - wide) / 2), 0, round((given.width + wide) / 2), given.height))
    above_the_label = (0, 0, SMALL.width, 290)
    assert unlike(first, seen.resize(first.size, Image.Resampling.LANCZOS), above_the_label) < 5


def test_it_keeps_to_the_given_portrait_and_not_to_the_description(tmp_path: Path) -> None:
    render_clip(described("otto-brindle"), portrait(MIRA), Shape(180, 320, 1), tmp_path / "clip.mp4", ignore)
    render_clip(described(MIRA), portrait(MIRA), Shape(180, 320, 1), tmp_path / "own.mp4", ignore)
    assert unlike(frames_of(tmp_path / "clip.mp4")[0], frames_of(tmp_path / "own.mp4")[0]) < 0.5


def test_it_moves(clip: Path) -> None:
    frames = frames_of(clip)
    assert unlike(frames[0], frames[-1]) > 4
    for one, two in zip(frames[RATE:], frames[RATE + 1 :], strict=False):
        assert 0 < unlike(one, two) < 8


def test_they_blink(clip: Path) -> None:
    shut = max(blinks(SMALL.seconds, Chance(described(MIRA).seed)).items(), key=lambda frame: frame[1])[0]
    frames = frames_of(clip)
    eyes = (30, 105, 150, 145)
    still = unlike(frames[shut - 6], frames[shut - 4], eyes)
    assert unlike(frames[shut - 4], frames[shut], eyes) > still + 5


def test_every_frame_carries_the_label(clip: Path) -> None:
    foot = (10, 300, 170, 316)
    frames = frames_of(clip)
    for frame in (frames[0], frames[-1]):
        assert max(frame.crop(foot).convert("L").tobytes()) > 170
    # The label stands still while all else moves.
    assert unlike(frames[0], frames[-1], foot) < unlike(frames[0], frames[-1]) + 3


@pytest.mark.parametrize("shape", [SMALL, Shape(720, 720, 1)])
def test_the_same_order_gives_the_same_bytes(tmp_path: Path, shape: Shape) -> None:
    # x264 has ways to differ from run to run that show only now and then.
    for name in "abc":
        render_clip(described(MIRA), portrait(MIRA), shape, tmp_path / name, ignore)
    assert len({(tmp_path / name).read_bytes() for name in "abc"}) == 1


def test_without_a_portrait_it_paints_one(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    shape = Shape(180, 320, 1)
    render_clip(described(MIRA), None, shape, tmp_path / "clip.mp4", lambda done, total: told.append((done, total)))
    first = frames_of(tmp_path / "clip.mp4")[0]
    painted = read(portrait(MIRA)).picture
    assert unlike(first.resize((18, 32)), painted.resize((18, 32))) < 30
    assert steps_of(told) == LAYERS + RATE + 1


def test_each_frame_is_a_step(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    shape = Shape(180, 320, 1)
    render_clip(
        described(MIRA), jpeg_bytes(), shape, tmp_path / "c.mp4", lambda done, total: told.append((done, total))
    )
    assert steps_of(told) == 1 + RATE + 1


def steps_of(told: Sequence[tuple[int, int]]) -> int:
    """Return the total of the steps told of, which must rise from none to all."""
    dones, totals = [done for done, _ in told], {total for _, total in told}
    assert dones == sorted(dones)
    assert len(totals) == 1
    (total,) = totals
    assert (dones[0], dones[-1]) == (0, total)
    assert len(set(dones)) >= total
    return total


def test_a_step_that_raises_stops_it(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_clip(described(MIRA), jpeg_bytes(), SMALL, tmp_path / "clip.mp4", stop)


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAPicture):
        render_clip(described(MIRA), io.BytesIO(b"no").getvalue(), SMALL, tmp_path / "clip.mp4", ignore)
