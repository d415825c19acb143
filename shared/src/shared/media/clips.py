"""Measuring a clip: its size, its length, and that it plays from the beginning to the end."""

from typing import BinaryIO

import av

from shared.media.containers import is_whole
from shared.media.formats import MediaFormat
from shared.media.measures import Damaged, Measures, TooManyPixels

MAX_FRAME_PIXELS = 40_000_000
"""Pixels of one frame: more than 8K."""

_READ_AHEAD = 256 * 1024
_SLACK = 0.5
"""Seconds by which the last packet may end before the stated length: sound outlasts pictures a little."""


def measure_clip(file: BinaryIO, size: int, media_format: MediaFormat) -> Measures:
    """Read every packet and decode the first frame; raises :class:`Damaged`. Blocks: run it in a thread."""
    if not is_whole(file, size, media_format):
        raise Damaged("the container announces more bytes than there are")
    file.seek(0)
    try:
        with av.open(file, "r", format=media_format.codec, buffer_size=_READ_AHEAD) as container:
            return _measure(container)
    except (av.FFmpegError, ValueError) as error:
        raise Damaged(str(error)) from error


def _measure(container: av.container.InputContainer) -> Measures:
    stream = next((stream for stream in container.streams.video if stream.codec_context is not None), None)
    if stream is None:
        raise Damaged("no video stream that can be decoded")
    width, height = stream.codec_context.width, stream.codec_context.height
    if width < 1 or height < 1:
        raise Damaged("a video stream without a size")
    if width * height > MAX_FRAME_PIXELS:
        raise TooManyPixels(width, height)
    return Measures(width, height, round(_play(container, stream), 3))


def _play(container: av.container.InputContainer, stream: av.VideoStream) -> float:
    """Go through the packets; return the clip's length in seconds."""
    stream.codec_context.thread_count = 1  # one frame needs no more, and each thread holds frames of its own
    shown, end = False, 0.0
    for packet in container.demux():
        if packet.is_corrupt:
            raise Damaged("a damaged packet")
        if packet.pts is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if not shown and packet.stream_index == stream.index:
            shown = bool(stream.codec_context.decode(packet if packet.size else None))
    if not shown:
        raise Damaged("no frame can be decoded")
    stated = (container.duration or 0) / av.time_base
    if end + _SLACK < stated:
        raise Damaged(f"{stated:.1f} s long by its header, {end:.1f} s by its packets")
    return stated or end
