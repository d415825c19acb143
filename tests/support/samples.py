"""Real pictures and clips, made by Pillow and PyAV when a test asks; the same arguments give the same bytes."""

import io
import struct
import tempfile
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from PIL import Image

RATE = 12
"""Frames a second of every clip here."""

_SOUND_RATE = 48_000


def picture(width: int, height: int) -> Image.Image:
    """Return a colour gradient: no two rows are equal, so a file cut short is missing something."""
    red = Image.linear_gradient("L").resize((width, height))
    green = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (red, green, red.transpose(Image.Transpose.ROTATE_180)))


def encoded(image: Image.Image, format_name: str, **options: object) -> bytes:
    """Encode a picture in one of Pillow's formats, with Pillow's options."""
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


@cache
def image_bytes(format_name: str, width: int = 48, height: int = 64) -> bytes:
    """Encode the gradient as Pillow's ``PNG``, ``JPEG``, ``WEBP``, ``GIF``, ``AVIF`` or ``BMP``."""
    return encoded(picture(width, height), format_name)


def png_bytes(width: int = 48, height: int = 64) -> bytes:
    """Return a PNG."""
    return image_bytes("PNG", width, height)


def jpeg_bytes(width: int = 48, height: int = 64) -> bytes:
    """Return a JPEG."""
    return image_bytes("JPEG", width, height)


@cache
def clip_bytes(
    container: str, codec: str, seconds: float, width: int, height: int, *, movflags: str = "", sound: bool = False
) -> bytes:
    """Encode a clip whose brightness rises frame by frame, with a silent AAC track when ``sound``."""
    with tempfile.TemporaryDirectory() as folder:  # the muxer moves its index to the front by reading its file again
        path = Path(folder, "clip")
        with av.open(path, "w", format=container, options={"movflags": movflags} if movflags else {}) as output:
            audio = output.add_stream("aac", rate=_SOUND_RATE) if sound else None
            video = output.add_stream(codec, rate=RATE)
            assert isinstance(video, av.VideoStream)
            video.width, video.height, video.pix_fmt = width, height, "yuv420p"
            _draw(output, video, max(1, round(seconds * RATE)))
            if audio is not None:
                _stay_silent(output, audio, round(seconds * _SOUND_RATE))
        return path.read_bytes()


def _draw(output: av.container.OutputContainer, stream: av.VideoStream, frames: int) -> None:
    still = picture(stream.width, stream.height)
    for number in range(frames):
        lit = still.point([min(255, value * (number + 1) // frames) for value in range(256)] * 3)
        frame = av.VideoFrame.from_bytes(lit.convert("RGBA").tobytes(), stream.width, stream.height)
        frame.pts, frame.time_base = number, Fraction(1, RATE)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


def _stay_silent(output: av.container.OutputContainer, stream: av.AudioStream, samples: int) -> None:
    for start in range(0, samples, 1024):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.pts, frame.sample_rate, frame.time_base = start, _SOUND_RATE, Fraction(1, _SOUND_RATE)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))


@cache
def sound_bytes(seconds: float = 1.0) -> bytes:
    """Return an MP4 with sound and no pictures."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        _stay_silent(output, output.add_stream("aac", rate=_SOUND_RATE), round(seconds * _SOUND_RATE))
    return buffer.getvalue()


def mp4_bytes(seconds: float = 1.0, width: int = 64, height: int = 36, *, sound: bool = False) -> bytes:
    """Return an H.264 clip whose index comes last, as encoders write it."""
    return clip_bytes("mp4", "libx264", seconds, width, height, sound=sound)


def streaming_mp4_bytes(seconds: float = 1.0, width: int = 64, height: int = 36, *, sound: bool = False) -> bytes:
    """Return an H.264 clip whose index comes first, as the web serves it: it opens even when its end is missing."""
    return clip_bytes("mp4", "libx264", seconds, width, height, movflags="faststart", sound=sound)


def fragmented_mp4_bytes(seconds: float = 1.0, width: int = 64, height: int = 36) -> bytes:
    """Return an H.264 clip in fragments, each with an index of its own."""
    return clip_bytes("mp4", "libx264", seconds, width, height, movflags="frag_every_frame+empty_moov")


def webm_bytes(seconds: float = 1.0, width: int = 64, height: int = 36) -> bytes:
    """Return a VP8 clip."""
    return clip_bytes("webm", "libvpx", seconds, width, height)


def mov_bytes(seconds: float = 1.0, width: int = 64, height: int = 36) -> bytes:
    """Return a QuickTime clip."""
    return clip_bytes("mov", "libx264", seconds, width, height)


def padded_mp4_bytes(size: int, seconds: float = 1.0, width: int = 64, height: int = 36) -> bytes:
    """Return a playable MP4 of exactly ``size`` bytes: the clip, then a box that players skip."""
    clip = mp4_bytes(seconds, width, height)
    return clip + struct.pack(">I4s", size - len(clip), b"free") + bytes(size - len(clip) - 8)


def truncated(data: bytes, keep: float = 0.6) -> bytes:
    """Return the first ``keep`` (0 to 1) of a file: a download that broke off."""
    return data[: int(len(data) * keep)]
