"""Publishing on the condition that a subject has not moved on, whatever number of servers decides that."""

import asyncio
import time
from collections.abc import Mapping

from nats.js import JetStreamContext
from nats.js.api import PubAck
from nats.js.errors import APIError

from shared.ports.job_log import BusUnavailable

_UNDER_WAY = 10164
_WAITS = 3.0
_LOOKS_AGAIN_AFTER = 0.02


async def publish_in_turn(
    js: JetStreamContext,
    subject: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    stream: str,
    msg_ttl: float | None = None,
) -> PubAck:
    """Publish with expected sequences in ``headers``; raises nats errors, and ``BusUnavailable`` after three seconds.

    A cluster refuses whoever comes while another write to the subject is under way. That one may still fail, or be an
    earlier try of the very same: so it is no race that was lost, and is waited for.
    """
    end = time.monotonic() + _WAITS
    while True:
        try:
            return await js.publish(subject, body, headers=dict(headers), stream=stream, msg_ttl=msg_ttl)
        except APIError as error:
            if error.err_code != _UNDER_WAY:
                raise
            if time.monotonic() >= end:
                raise BusUnavailable("another write to the same subject does not come to an end") from error
        await asyncio.sleep(_LOOKS_AGAIN_AFTER)
