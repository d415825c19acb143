"""Telling formats by their bytes."""

import pytest

from shared.media.formats import FORMATS, SNIFF_BYTES, format_named, sniff
from tests.support import samples

REAL = {
    "image/png": samples.png_bytes(),
    "image/jpeg": samples.jpeg_bytes(),
    "image/webp": samples.image_bytes("WEBP"),
    "image/gif": samples.image_bytes("GIF"),
    "image/avif": samples.image_bytes("AVIF"),
    "video/mp4": samples.mp4_bytes(),
    "video/quicktime": samples.mov_bytes(),
    "video/webm": samples.webm_bytes(),
}


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    brands = major + bytes(4) + b"".join(compatible)
    return (8 + len(brands)).to_bytes(4, "big") + b"ftyp" + brands + b"\0\0\0\x08free"


@pytest.mark.parametrize(("content_type", "data"), REAL.items(), ids=REAL)
def test_real_files_are_told_by_their_beginning(content_type: str, data: bytes) -> None:
    found = sniff(data[:SNIFF_BYTES])
    assert found is not None
    assert found.content_type == content_type


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (ftyp(b"isom", b"isom", b"mp41"), "video/mp4"),
        (ftyp(b"mp42"), "video/mp4"),
        (ftyp(b"M4V ", b"M4V ", b"mp42"), "video/mp4"),
        (ftyp(b"dash", b"iso6"), "video/mp4"),
        (ftyp(b"XAVC", b"XAVC", b"mp42", b"iso2"), "video/mp4"),
        (ftyp(b"qt  ", b"qt  "), "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\1\0mdat", "video/quicktime"),
        (b"\0\0\1\0moov\0\0\0\x6cmvhd", "video/quicktime"),
        (ftyp(b"avif", b"mif1"), "image/avif"),
        (ftyp(b"mif1", b"mif1", b"avif"), "image/avif"),
        (ftyp(b"avis", b"msf1"), "image/avif"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x01\0\0\0\0\0\0\x04webm", "video/webm"),
    ],
)
def test_every_dialect_is_told(head: bytes, content_type: str) -> None:
    found = sniff(head)
    assert found is not None
    assert found.content_type == content_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x89PN",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>",
        b"%PDF-1.7",
        b"BM\x36\x00\x00\x00",
        b"II*\x00",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"RIFF\x24\0\0\0AVI LIST",
        b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska",
        b"OggS\0\x02",
        b"\0\0\1\xba\x44\0",
        ftyp(b"heic", b"mif1", b"heic"),
        ftyp(b"crx ", b"crx "),
        b"\0\0\0\x14ftyp",
        b"#EXTM3U\nhttp://127.0.0.1/x.ts",
    ],
)
def test_what_browsers_do_not_show_is_no_format(head: bytes) -> None:
    assert sniff(head) is None


def test_a_name_tells_the_format_it_was_stored_as() -> None:
    for known in FORMATS:
        assert format_named(f"stem.{known.extension}") is known
    assert format_named("stem.exe") is None
    assert format_named("png") is format_named("x.png")
