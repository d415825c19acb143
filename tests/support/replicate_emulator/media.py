"""Output files: real small pictures and clips, in the shape the input asked for."""

import functools
import hashlib
import io
from collections.abc import Mapping
from typing import Any

import av
from PIL import Image

_SIZES = {
    "1:1": (96, 96),
    "2:3": (80, 120),
    "3:2": (120, 80),
    "3:4": (90, 120),
    "4:3": (120, 90),
    "4:5": (96, 120),
    "5:4": (120, 96),
    "9:16": (72, 128),
    "16:9": (128, 72),
    "portrait": (72, 128),
    "landscape": (128, 72),
}
_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
_FRAMES_PER_SECOND = 8


def render(makes: str, given: Mapping[str, Any], name: str) -> tuple[bytes, str, str]:
    """Return the file's bytes, its type and its ending. ``name`` colours a picture, so that no two are alike."""
    size = _SIZES.get(str(given.get("aspect_ratio")), _SIZES["1:1"])
    if makes == "video":
        seconds = int(given.get("seconds") or given.get("duration") or 4)
        return clip(size, seconds), "video/mp4", "mp4"
    ending = str(given.get("output_format", "jpg"))
    return picture(size, name, _FORMATS[ending]), f"image/{_FORMATS[ending].lower()}", ending


@functools.lru_cache(4096)  # every look at a prediction names its file's ending
def picture(size: tuple[int, int], name: str, form: str = "PNG") -> bytes:
    """Return a picture whose two colours follow from ``name``."""
    digest = hashlib.sha256(name.encode()).digest()
    image = Image.new("RGB", size, (digest[0], digest[1], digest[2]))
    image.paste((digest[3], digest[4], digest[5]), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


@functools.cache
def clip(size: tuple[int, int], seconds: int) -> bytes:
    """Return a playable MP4 of a moving bar."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=_FRAMES_PER_SECOND)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for step in range(seconds * _FRAMES_PER_SECOND):
            image = Image.new("RGB", size, (30, 60, 90))
            image.paste((220, 180, 60), (step % size[0], 0, step % size[0] + 8, size[1]))
            frame: av.VideoFrame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()
