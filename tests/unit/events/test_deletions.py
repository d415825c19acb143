"""Deletions as they are written: CloudEvents that are read back whole, or refused in one line."""

import json

import pytest

from shared.domain.ids import JobId
from shared.events.codec import Unreadable
from shared.events.deletions import decode_deletion, encode_deletion
from shared.ports.deletions import Deletion
from tests.support.jobs import NOON

DELETION = Deletion(JobId("j" * 128), 7, NOON)


def test_a_deletion_is_a_cloud_event_and_is_read_back() -> None:
    body = encode_deletion(DELETION, "gateway-1")

    event = json.loads(body)
    assert decode_deletion(body) == DELETION
    assert (event["specversion"], event["type"]) == ("1.0", "greenroom.job.deleted.v1")
    assert (event["subject"], event["source"]) == (DELETION.job_id, "gateway-1")
    assert event["data"] == {"jobId": DELETION.job_id, "request": 7, "deletedAt": "2026-01-05T12:00:00Z"}


def test_the_same_deletion_is_the_same_event_whoever_writes_it() -> None:
    ids = {json.loads(encode_deletion(DELETION, name))["id"] for name in ("a", "b")}

    assert len(ids) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense", b"\xff", encode_deletion(DELETION, "g")[:-3]])
def test_anything_else_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_deletion(body)


def test_a_field_it_does_not_know_is_passed_over() -> None:
    event = json.loads(encode_deletion(DELETION, "g"))
    event["data"]["reason"] = "a newer release says why"

    assert decode_deletion(json.dumps(event).encode()) == DELETION
