"""``Prefer: wait=n`` as clients write it."""

import pytest
from fastapi import Request

from gateway.door.waiting import applied, wait_of


def request(*values: str) -> Request:
    headers = [(b"prefer", value.encode("latin-1")) for value in values]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        ((), None),
        (("",), None),
        (("wait=5",), 5),
        (("wait=0",), 0),
        (("Wait = 7",), 7),
        (('wait="8"',), 8),
        (("respond-async, wait=10",), 10),
        (("respond-async", "return=minimal; level=3, wait=10; strictly"), 10),
        (('note="a, wait=3", wait=4',), 4),
        ((",, wait=3",), 3),
        (("wait=2, wait=9",), 2),
        (("wait=61",), 60),
        (("wait=" + "9" * 400,), 60),
        (("wait",), None),
        (("wait=",), None),
        (("wait=soon",), None),
        (("wait=-1",), None),
        (("wait=1.5",), None),
        (("wait=²",), None),
        (("await=5",), None),
        (("wait=000000000005",), 5),
        (('wait="5',), None),
        (("wait=5", '"' + '\\"' * 100_000), None),
    ],
)
def test_a_wish_to_wait_is_read_and_anything_else_is_none(values: tuple[str, ...], seconds: int | None) -> None:
    assert wait_of(request(*values)) == seconds


def test_what_was_applied_is_said() -> None:
    assert applied(60) == {"Preference-Applied": "wait=60"}
