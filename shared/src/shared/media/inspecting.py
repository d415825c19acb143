"""What a file is: its format by its bytes, never by anybody's word, and its measures by reading it through."""

from typing import BinaryIO

from shared.domain.kinds import Kind
from shared.media.clips import measure_clip
from shared.media.formats import FORMATS, SNIFF_BYTES, MediaFormat, sniff
from shared.media.measures import Damaged, Measures, TooManyPixels
from shared.media.pictures import measure_picture
from shared.ports.media import NotMedia

_NOUNS = {Kind.PORTRAIT: "picture", Kind.VIDEO: "video"}


def inspect(file: BinaryIO, size: int, kind: Kind) -> tuple[MediaFormat, Measures]:
    """Name the format of a file of ``size`` bytes and measure it, whole. Blocks: run it in a thread.

    Raises :class:`shared.ports.media.NotMedia` with a sentence for people when it is no output of that ``kind``.
    """
    file.seek(0)
    media_format = _expect(kind, sniff(file.read(SNIFF_BYTES)))
    noun = _NOUNS[kind]
    try:
        measures = (
            measure_picture(file, media_format) if kind is Kind.PORTRAIT else measure_clip(file, size, media_format)
        )
    except Damaged as error:
        raise NotMedia(f"The output is cut short or damaged: this {noun} cannot be read to its end.") from error
    except TooManyPixels as error:
        raise NotMedia(f"The output is too large a {noun} to check: {error}.") from error
    return media_format, measures


def _expect(kind: Kind, media_format: MediaFormat | None) -> MediaFormat:
    if media_format is None:
        names = ", ".join(f.content_type.partition("/")[2] for f in FORMATS if f.kind is kind)
        raise NotMedia(f"The output is not a {_NOUNS[kind]} of a format that is kept ({names}).")
    if media_format.kind is not kind:
        raise NotMedia(
            f"The output is a {_NOUNS[media_format.kind]} ({media_format.content_type}), not a {_NOUNS[kind]}."
        )
    return media_format
