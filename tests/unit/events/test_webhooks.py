"""Messages and delivery logs survive being written and read, and what cannot be read says so without repeating it."""

from datetime import timedelta

import pytest

from shared.domain.ids import JobId
from shared.domain.states import Status
from shared.domain.webhooks import Answer, DeliveryLog, Message
from shared.events.codec import Unreadable
from shared.events.webhooks import decode_delivery_log, decode_message, encode_delivery_log, encode_message
from tests.support.jobs import NOON

MESSAGE = Message(
    webhook_id="msg_1",
    job_id=JobId("job-1"),
    request=3,
    status=Status.FAILED,
    url="https://example.com/in?key=geheim",
    body='{"type":"job.failed","data":{"characterName":"Zoë 🦊"}}',
    announced_at=NOON,
)


def test_a_message_is_read_as_it_was_written() -> None:
    assert decode_message(encode_message(MESSAGE)) == MESSAGE


def test_a_delivery_log_is_read_as_it_was_written() -> None:
    log = DeliveryLog(job_id=JobId("job-1"), request=3)
    for n, answer in enumerate([Answer(seconds=15, error="Silence."), Answer(seconds=0.25, http_status=200)]):
        log = log.tried(MESSAGE, NOON + timedelta(seconds=n), answer, 0.5)

    assert decode_delivery_log(encode_delivery_log(log)) == log


def test_a_field_of_a_later_release_is_passed_over() -> None:
    later = encode_message(MESSAGE).replace(b'{"webhookId"', b'{"colour":"red","webhookId"', 1)
    assert decode_message(later) == MESSAGE


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", encode_message(MESSAGE).replace(b"failed", b"baked")])
def test_what_is_no_message_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        decode_message(body)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"jobId":"job-1","request":3,"tries":[{}]}'])
def test_what_is_no_delivery_log_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_delivery_log(body)
