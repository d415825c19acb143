"""Writing frames as a clip that browsers play: H.264 in MP4, its index first."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from shared.predictions.local.drawing.label import NOTICE, SOFTWARE
from shared.predictions.local.framing import Shape
from shared.predictions.local.motion import RATE
from shared.predictions.local.planes import Planes

_CODEC: Final = "h264"
_OPTIONS = {
    "preset": "veryfast",
    "crf": "23",
    "profile": "high",
    # The macroblock tree makes two encodings of the same frames differ, even in one process.
    "x264-params": "mbtree=0",
}


class Mp4Writer:
    """Writes planes to a file, frame by frame. On leaving it completes the file; on an error it just lets go of it."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._shape = shape
        # Without bitexact the file would carry the encoder library's version, and differ from one to the next.
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        self._output = av.open(str(path), "w", format="mp4", options=options)
        self._output.metadata.update({"comment": NOTICE, "artist": SOFTWARE})
        self._stream = self._open_stream()
        self._count = 0

    def _open_stream(self) -> av.VideoStream:
        stream = self._output.add_stream(_CODEC, rate=RATE, options=dict(_OPTIONS))
        stream.width, stream.height, stream.pix_fmt = self._shape.width, self._shape.height, "yuv420p"
        context = stream.codec_context
        # One thread: renders share the machine with one another, and its number of cores must not show in the file.
        context.thread_count = 1
        context.gop_size = RATE * 2
        context.color_range, context.colorspace = ColorRange.MPEG, Colorspace.ITU709
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        return stream

    def write(self, planes: Planes) -> None:
        """Append a frame."""
        frame = av.VideoFrame(self._shape.width, self._shape.height, "yuv420p")
        for target, plane in zip(frame.planes, planes, strict=True):
            target.update(plane.tobytes("raw", "L", target.line_size, 1))
        frame.pts, frame.time_base = self._count, Fraction(1, RATE)
        self._count += 1
        self._output.mux(self._stream.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._output.mux(self._stream.encode(None))
        self._output.close()
