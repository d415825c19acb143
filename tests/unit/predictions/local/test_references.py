"""The picture a clip starts from may be anything anyone sends."""

import base64
import io
from urllib.parse import quote

import pytest
from PIL import Image

from shared.ports.provider import Portrait
from shared.predictions.local import eyelids
from shared.predictions.local.drawing.painter import Eyelids
from shared.predictions.local.framing import Shape, shape_of, stage_of
from shared.predictions.local.reference import NotAPicture, Reference, bytes_of, read
from shared.predictions.local.still import render_portrait
from tests.support.samples import image_bytes, png_bytes, truncated
from tests.unit.predictions.local.cast import described


def encoded(picture: Image.Image, format_name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_pictures_of_the_usual_formats_are_read(format_name: str) -> None:
    reference = read(image_bytes(format_name))
    assert (reference.picture.mode, reference.picture.size, reference.eyelids) == ("RGB", (48, 64), None)


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", truncated(png_bytes()), b"<svg/>", image_bytes("BMP"), b"\x89PNG\r\n\x1a\n" + b"\0" * 99],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotAPicture, match=r"^The portrait .*\.$"):
        read(data)


def test_a_picture_too_large_to_hold_is_refused_by_its_header() -> None:
    with pytest.raises(NotAPicture, match="megapixels"):
        read(encoded(Image.new("1", (4_100, 4_000)), "PNG"))


def test_a_phone_s_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read(encoded(Image.new("RGB", (64, 32)), "JPEG", exif=exif)).picture.size == (32, 64)


def test_what_is_transparent_becomes_light() -> None:
    picture = read(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")).picture
    assert picture.getpixel((4, 4)) == (236, 232, 224)


PIXEL = png_bytes(4, 4)


@pytest.mark.parametrize(
    ("portrait", "data"),
    [
        (None, None),
        (Portrait(url="https://example.com/a.png"), None),
        (Portrait(data=PIXEL, url="https://example.com/a.png"), PIXEL),
        (Portrait(url="data:image/png;base64," + base64.b64encode(PIXEL).decode()), PIXEL),
        (Portrait(url="DATA:IMAGE/PNG;base64," + quote(base64.b64encode(PIXEL).decode())), PIXEL),
        (Portrait(url="data:image/png," + quote(PIXEL)), PIXEL),
    ],
)
def test_where_the_bytes_come_from(portrait: Portrait | None, data: bytes | None) -> None:
    assert bytes_of(portrait) == data


@pytest.mark.parametrize("url", ["data:image/png;base64,%%%", "data:image/png;base64", "data:text/plain,hello"])
def test_a_data_address_without_a_picture_is_refused_in_words(url: str) -> None:
    with pytest.raises(NotAPicture, match=r"^The portrait's data: address .*\.$"):
        bytes_of(Portrait(url=url))


def test_one_of_our_portraits_tells_where_its_eyes_are_and_leaves_its_label_behind() -> None:
    reference = read(render_portrait(described("mira-okonjo"), lambda done, total: None))
    assert reference.picture.height < 1216 * 0.96
    assert reference.eyelids is not None
    for eye in reference.eyelids.eyes:
        assert all(250 < x < 600 and 380 < y < 560 for x, y in eye)


@pytest.mark.parametrize("name", ["bellhop-nine", "dame-isolde", "teo-salgado"])
def test_who_cannot_blink_does_not_say_where(name: str) -> None:
    assert read(render_portrait(described(name), lambda done, total: None)).eyelids is None


LIDS = Eyelids(
    (((10.0, 10.0), (20.0, 10.0), (15.0, 15.0)), ((30.0, 10.0), (40.0, 10.0), (35.0, 15.0))), (9, 8, 7), (1, 2, 3)
)


def test_eyelids_survive_being_written_and_scaled() -> None:
    text = eyelids.to_text(LIDS, (100, 50))
    assert eyelids.from_text(text, (100, 50)) == LIDS
    doubled = eyelids.from_text(text, (200, 100))
    assert doubled is not None
    assert doubled.eyes[0][0] == (20, 20)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[]",
        "{}",
        '{"eyes": 3}',
        '{"eyes":[[[0,0],[1,0],[1,1]]],"lid":"#000000","lash":"#000000"}',
        '{"eyes":[[[0,0],[1,0],[9,9]],[[0,0],[1,0],[1,1]]],"lid":"#000000","lash":"#000000"}',
        '{"eyes":[[[0,0],[1,0],[NaN,1]],[[0,0],[1,0],[1,1]]],"lid":"#000000","lash":"#000000"}',
        '{"eyes":[[[0,0],[1,0],[1,1]],[[0,0],[1,0],[1,1]]],"lid":"red","lash":"#000000"}',
        '{"eyes":[[[0,0],[1,0],[%s,1]],[[0,0],[1,0],[1,1]]],"lid":"#000000","lash":"#000000"}' % ("9" * 400),
        "[" * 100_000,
    ],
)
def test_what_is_no_eyelids_is_none(text: object) -> None:
    assert eyelids.from_text(text, (100, 50)) is None


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({}, Shape(720, 1280, 8)),
        ({"seconds": 4, "aspectRatio": "landscape", "resolution": "1080p"}, Shape(1920, 1080, 4)),
        ({"seconds": 12, "aspectRatio": "portrait", "resolution": "high"}, Shape(1024, 1792, 12)),
        ({"seconds": 6, "aspectRatio": "square", "resolution": "standard"}, Shape(720, 720, 6)),
        ({"seconds": 0, "aspectRatio": "round", "resolution": 4}, Shape(720, 1280, 8)),
        ({"seconds": 100_000}, Shape(720, 1280, 8)),
        ({"seconds": "5"}, Shape(720, 1280, 8)),
    ],
)
def test_settings_choose_a_shape(settings: dict[str, str | int], shape: Shape) -> None:
    assert shape_of(settings) == shape


@pytest.mark.parametrize("size", [(792, 1408), (1408, 792), (792, 792)])
@pytest.mark.parametrize("source", [(832, 1146), (1000, 1000), (1600, 900), (64, 2000), (1, 3000), (3840, 1)])
def test_every_picture_fills_every_stage(size: tuple[int, int], source: tuple[int, int]) -> None:
    stage = stage_of(Reference(Image.new("RGB", source, (200, 90, 60)), None), size)
    assert stage.picture.size == size
    corners = [(0, 0), (size[0] - 1, 0), (0, size[1] - 1), (size[0] - 1, size[1] - 1)]
    for corner in corners:
        assert stage.picture.getpixel(corner) == (200, 90, 60)


def test_a_wide_stage_shows_a_tall_portrait_in_its_middle() -> None:
    tall = Image.new("RGB", (800, 1200), (20, 40, 60))
    tall.paste((250, 240, 230), (300, 200, 500, 400))
    eyes = (((320.0, 250.0), (360.0, 250.0), (340.0, 265.0)), ((440.0, 250.0), (480.0, 250.0), (460.0, 265.0)))
    stage = stage_of(Reference(tall, Eyelids(eyes, (9, 8, 7), (1, 2, 3))), (1408, 792))
    assert 0.4 < stage.figure_width < 0.7
    assert stage.picture.getpixel((704, 200)) == (250, 240, 230)
    assert stage.picture.getpixel((20, 200)) == (20, 40, 60)
    assert stage.eyelids is not None
    assert all(300 < x < 1100 for eye in stage.eyelids.eyes for x, _ in eye)


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720)])
@pytest.mark.parametrize("source", [(3840, 1), (1, 3840)])
def test_eyes_that_the_frame_does_not_show_whole_do_not_blink(size: tuple[int, int], source: tuple[int, int]) -> None:
    """Anyone may write such a file: on a frame a thousand times the picture, the lids would take all the memory."""
    everywhere = (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),) * 2
    told = eyelids.from_text(eyelids.to_text(Eyelids(everywhere, (9, 8, 7), (1, 2, 3)), (1, 1)), source)
    assert told is not None

    stage = stage_of(Reference(Image.new("RGB", source), told), size)

    assert stage.eyelids is None
    assert stage.picture.size == size
