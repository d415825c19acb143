"""NATS's own answers, which a service can have written where it may write nothing itself, say nothing to a reader."""

import json
from collections.abc import Callable

import pytest

from shared.events.answers import decode_answer
from shared.events.codec import Unreadable, decode_event, decode_request
from shared.events.deletions import decode_deletion
from shared.events.records import decode_meta, decode_record
from shared.events.webhooks import decode_delivery_log, decode_message

ANSWERS = {
    "to a write": {"stream": "STATUS", "seq": 7},
    "to a question": {
        "type": "io.nats.jetstream.api.v1.stream_msg_get_response",
        "message": {"subject": "status.portrait.evil", "seq": 7, "data": "eyJhbnkiOiJyZWNvcmQifQ==", "time": "2026"},
    },
    "to a question nobody can answer": {
        "type": "io.nats.jetstream.api.v1.stream_msg_get_response",
        "error": {"code": 404, "err_code": 10037, "description": "no message found"},
    },
}
READERS: tuple[Callable[[bytes], object], ...] = (
    lambda body: decode_event(body, 1),
    decode_request,
    decode_record,
    decode_meta,
    decode_deletion,
    decode_answer,
    decode_message,
    decode_delivery_log,
)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("read", READERS)
def test_an_answer_of_nats_is_read_as_nothing(answer: str, read: Callable[[bytes], object]) -> None:
    for body in (json.dumps(ANSWERS[answer]).encode(), b""):
        with pytest.raises(Unreadable):
            read(body)
