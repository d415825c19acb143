"""Ranges and conditions as RFC 9110 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.ranges import Span, Unsatisfiable, if_range_holds, none_match, requested_span

ETAG = '"5f-1"'


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-99", Span(0, 100)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=5-", Span(5, 1000)),
        ("bytes=999-", Span(999, 1000)),
        ("bytes=900-5000", Span(900, 1000)),
        ("bytes=-5", Span(995, 1000)),
        ("bytes=-1000", Span(0, 1000)),
        ("bytes=-5000", Span(0, 1000)),
        ("Bytes=0-99", Span(0, 100)),
        ("bytes= 0-99 ", Span(0, 100)),
        ("bytes=,0-99", Span(0, 100)),
        ("bytes=0-99, ,", Span(0, 100)),
        ("bytes=007-009", Span(7, 10)),
        ("bytes=0-" + "9" * 5000, Span(0, 1000)),
        ("bytes=-" + "9" * 5000, Span(0, 1000)),
    ],
)
def test_one_range_is_served(header: str, span: Span) -> None:
    assert requested_span(header, 1000) == span


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=" + "9" * 5000 + "-"])
def test_a_range_outside_the_file_is_not(header: str) -> None:
    with pytest.raises(Unsatisfiable) as caught:
        requested_span(header, 1000)
    assert caught.value.content_range == "bytes */1000"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=,",
        "bytes=9-5",
        "bytes=a-b",
        "bytes=0x1-5",
        "bytes=+1-5",
        "bytes=1 - 5",
        "bytes=1.0-5",
        "bytes=--5",
        "bytes=٠-٥",
        "bytes=0-99;q=1",
        "items=0-5",
        "0-99",
        "bytes:0-99",
    ],
)
def test_what_cannot_be_read_is_ignored(header: str | None) -> None:
    assert requested_span(header, 1000) is None


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "bytes=-1,0-0", "bytes=5000-,0-1", "bytes=0-1,nonsense"])
def test_several_ranges_are_answered_with_the_whole(header: str) -> None:
    assert requested_span(header, 1000) is None


def test_an_empty_file_has_no_first_byte_and_all_of_its_last_ones() -> None:
    assert requested_span("bytes=-5", 0) is None
    with pytest.raises(Unsatisfiable, match="only 0 bytes"):
        requested_span("bytes=0-", 0)


@given(st.text(max_size=40), st.integers(0, 10_000))
def test_no_header_breaks_it_and_no_span_leaves_the_file(header: str, size: int) -> None:
    for value in (header, f"bytes={header}"):
        try:
            span = requested_span(value, size)
        except Unsatisfiable:
            continue
        assert span is None or 0 <= span.start < span.end <= size


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 40))
def test_a_range_cuts_what_python_would(first: int, last: int, size: int) -> None:
    data = bytes(range(size))
    try:
        span = requested_span(f"bytes={first}-{last}", size)
    except Unsatisfiable:
        assert first >= size
        return
    expected = data[first : last + 1] if first <= last else None
    assert (span and data[span.start : span.end]) == expected


def test_a_span_describes_itself_with_its_last_byte_included() -> None:
    assert Span(0, 100).content_range(1000) == "bytes 0-99/1000"
    assert Span(0, 100).length == 100


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        (None, True),
        (ETAG, True),
        (f" {ETAG} ", True),
        ('"5f-2"', False),
        (f"W/{ETAG}", False),
        (f'{ETAG}, "other"', False),
        ("Wed, 21 Oct 2026 07:28:00 GMT", False),
        ("*", False),
        ("", False),
    ],
)
def test_if_range_wants_exactly_our_strong_validator(header: str | None, holds: bool) -> None:
    assert if_range_holds(header, ETAG) is holds


@pytest.mark.parametrize(
    "header",
    [
        ETAG,
        f"W/{ETAG}",
        "*",
        " * ",
        f'"a", {ETAG}',
        f'"a",{ETAG},"b"',
        f', ,W/"a" ,\t{ETAG}',
        f'"a,b", {ETAG}',
    ],
)
def test_a_known_validator_means_not_modified(header: str) -> None:
    assert not none_match(header, ETAG)


@pytest.mark.parametrize(
    "header",
    [None, "", '"5f-2"', 'W/"5f-2"', "5f-1", '"5f-1', 'w/"5f-1"', '"a" x "5f-1"', '"5f-1-x"', '"a,5f-1"', "**"],
)
def test_any_other_means_modified(header: str | None) -> None:
    assert none_match(header, ETAG)


@given(st.text(max_size=40))
def test_no_condition_breaks_it(header: str) -> None:
    none_match(header, ETAG)
    if_range_holds(header, ETAG)
