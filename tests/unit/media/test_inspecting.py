"""Inspecting files: measured when whole, refused at every point where they can be cut short."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image

from shared.domain.kinds import Kind
from shared.media.inspecting import inspect
from shared.media.measures import Measures
from shared.ports.media import NotMedia
from tests.support import samples

PICTURES = {name: samples.image_bytes(name, 60, 50) for name in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")}
CLIPS = {
    "mp4": samples.mp4_bytes(2.0),
    "mp4 with sound": samples.mp4_bytes(2.0, sound=True),
    "mp4, index first": samples.streaming_mp4_bytes(2.0),
    "mp4 with sound, index first": samples.streaming_mp4_bytes(2.0, sound=True),
    "mp4 in fragments": samples.fragmented_mp4_bytes(2.0),
    "mov": samples.mov_bytes(2.0),
    "webm": samples.webm_bytes(2.0),
}
ALL = [(Kind.PORTRAIT, data) for data in PICTURES.values()] + [(Kind.VIDEO, data) for data in CLIPS.values()]
IDS = [*PICTURES, *CLIPS]


def measures(data: bytes, kind: Kind) -> Measures:
    return inspect(io.BytesIO(data), len(data), kind)[1]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, pixels: bytes, *more: bytes, interlace: int = 0) -> bytes:
    """Return an RGB picture made of compressed rows, with ``more`` chunks before them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlace)
    parts = [chunk(b"IHDR", header), *more, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def png(width: int, height: int, rows: bytes, *more: bytes, interlace: int = 0) -> bytes:
    return png_of(width, height, zlib.compress(rows), *more, interlace=interlace)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_measured(name: str) -> None:
    assert measures(PICTURES[name], Kind.PORTRAIT) == Measures(60, 50)


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_measured(name: str) -> None:
    found = measures(CLIPS[name], Kind.VIDEO)

    assert (found.width, found.height) == (64, 36)
    assert found.duration_seconds == pytest.approx(2.0, abs=0.05)


def test_padding_behind_a_clip_is_part_of_it() -> None:
    assert measures(samples.padded_mp4_bytes(50_000), Kind.VIDEO).duration_seconds == 1.0
    assert measures(samples.mp4_bytes() + bytes(100), Kind.VIDEO).duration_seconds == 1.0


@pytest.mark.parametrize(("kind", "data"), ALL, ids=IDS)
def test_a_file_cut_short_anywhere_is_refused(kind: Kind, data: bytes) -> None:
    # Fragments are whole clips each, and a GIF's last two bytes hold nothing that is shown.
    kept = {k for k in range(0, len(data), 7) if not _refused(data[:k], kind)}

    if data is CLIPS["mp4 in fragments"]:
        assert all(measures(data[:k], kind).duration_seconds for k in kept)
    else:
        assert kept <= {len(data) - 1, len(data) - 2}


def _refused(data: bytes, kind: Kind) -> bool:
    try:
        measures(data, kind)
    except NotMedia:
        return True
    return False


@pytest.mark.parametrize(("kind", "data"), ALL, ids=IDS)
def test_no_damage_breaks_the_inspection(kind: Kind, data: bytes, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 4, 20))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        _refused(bytes(damaged), kind)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 8), (61, 7)])
def test_every_kind_of_png_is_counted_right(mode: str, size: tuple[int, int]) -> None:
    image = samples.picture(*size).convert("I;16" if mode == "I;16" else mode)
    data = samples.encoded(image, "PNG")

    assert measures(data, Kind.PORTRAIT) == Measures(*size)
    assert _refused(data[:-13], Kind.PORTRAIT)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 3), (5, 5), (8, 9), (33, 17)])
def test_an_interlaced_png_is_counted_by_its_passes(width: int, height: int) -> None:
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    passes = [(len(range(x, width, dx)), len(range(y, height, dy))) for x, y, dx, dy in steps]
    rows = b"".join(bytes(1 + 3 * columns) * lines for columns, lines in passes if columns)

    data = png(width, height, rows, interlace=1)
    Image.open(io.BytesIO(data)).load()  # Pillow agrees that it is whole

    assert measures(data, Kind.PORTRAIT) == Measures(width, height)
    assert _refused(png(width, height, rows[:-1], interlace=1), Kind.PORTRAIT)


def test_a_png_with_too_few_rows_is_refused_and_one_with_more_is_not() -> None:
    rows = bytes(1 + 3 * 4) * 4

    assert _refused(png(4, 4, rows[:-1]), Kind.PORTRAIT)
    assert measures(png(4, 4, rows + b"more"), Kind.PORTRAIT) == Measures(4, 4)


def test_a_png_with_a_wrong_checksum_is_refused() -> None:
    whole = png(4, 4, bytes(13 * 4), chunk(b"tEXt", b"Comment\0made here"))
    assert measures(whole, Kind.PORTRAIT) == Measures(4, 4)

    assert _refused(whole.replace(b"made here", b"made hare"), Kind.PORTRAIT)


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "GIF"])
def test_a_pixel_bomb_is_refused_before_it_is_decoded(format_name: str) -> None:
    bomb = samples.encoded(Image.new("L", (6400, 6400)), format_name)

    with pytest.raises(NotMedia, match=r"too large a picture to check: 6400 × 6400 pixels"):
        measures(bomb, Kind.PORTRAIT)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [20_000, 100_000])
def test_a_header_that_promises_a_bomb_is_enough(side: int) -> None:
    gif = b"GIF89a" + struct.pack("<HHBBB", side % 65_536, side % 65_536, 0, 0, 0) + b";"

    assert _refused(png(side, side, b""), Kind.PORTRAIT)
    assert _refused(gif, Kind.PORTRAIT)


def test_the_frames_of_an_animation_count_together() -> None:
    still = samples.picture(2000, 2000).convert("P")
    frames = [still.point(lambda value, shift=n: (value + shift) % 256) for n in range(11)]
    small = samples.encoded(
        frames[0].resize((20, 20)), "GIF", save_all=True, append_images=[f.resize((20, 20)) for f in frames[1:]]
    )
    large = samples.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])

    assert measures(small, Kind.PORTRAIT) == Measures(20, 20)
    with pytest.raises(NotMedia, match="in 11 frames"):
        measures(large, Kind.PORTRAIT)


def test_what_inflates_past_the_picture_is_not_inflated() -> None:
    bomb = bytearray(zlib.compress(bytes(20_000_000)))
    bomb[-1] ^= 1  # whoever inflates it to its end finds it damaged

    assert measures(png_of(10, 10, bytes(bomb)), Kind.PORTRAIT) == Measures(10, 10)


def test_sound_alone_is_no_clip() -> None:
    assert _refused(samples.sound_bytes(1.0), Kind.VIDEO)


def test_a_clip_whose_frames_are_noise_is_refused() -> None:
    data = bytearray(samples.streaming_mp4_bytes(2.0))
    start = data.index(b"mdat") + 4
    data[start:] = bytes(len(data) - start)

    with pytest.raises(NotMedia, match="cut short or damaged"):
        measures(bytes(data), Kind.VIDEO)


def test_a_clip_shorter_than_its_header_says_is_refused() -> None:
    data = samples.webm_bytes(4.0)
    live = bytearray(data)
    segment = data.index(b"\x18\x53\x80\x67") + 4
    live[segment : segment + 8] = b"\x01" + b"\xff" * 7  # a live recording states no length
    assert measures(bytes(live), Kind.VIDEO).duration_seconds == pytest.approx(4.0, abs=0.1)

    assert _refused(bytes(live[: len(live) // 2]), Kind.VIDEO)
