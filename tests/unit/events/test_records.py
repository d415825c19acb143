"""The stored rows."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.fold import Entry
from shared.events.codec import Unreadable
from shared.events.records import Meta, decode_meta, decode_record, encode_meta, encode_record
from shared.ports.records import Record
from tests.support.jobs import NOON
from tests.unit.domain.moves import lives


@given(lives(), st.none() | st.integers(0, 10**6))
def test_every_record_comes_back_whole(life: list[Entry], seconds: int | None) -> None:
    expires_at = None if seconds is None else NOON + timedelta(seconds=seconds)
    record = Record(life[-1], expires_at)

    assert decode_record(encode_record(record)) == record


def test_the_buckets_state_comes_back_whole() -> None:
    meta = Meta(ttl_seconds=1800.0, built_at=NOON)

    assert decode_meta(encode_meta(meta)) == meta


@pytest.mark.parametrize("body", [b"", b"x", b"{}", b"[]", b'{"revision": "a", "fact": "accepted", "job": {}}'])
def test_what_is_neither_is_unreadable(body: bytes) -> None:
    for decode in (decode_record, decode_meta):
        with pytest.raises(Unreadable):
            decode(body)
