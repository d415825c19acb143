"""The words by which a delivery is answered, and answering with one of them until JetStream has heard it."""

import json

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.jetstream.faults import translated
from shared.ports.job_log import BusUnavailable

log = structlog.get_logger()

ACK, TERM = b"+ACK", b"+TERM"
_NANOSECONDS = 1_000_000_000
_ANSWER_WITHIN = 3.0


def nak(delay: float) -> bytes:
    """Return the word for "again, ``delay`` seconds from now"; at once for 0 and less."""
    return b"-NAK " + json.dumps({"delay": int(delay * _NANOSECONDS)}).encode() if delay > 0 else b"-NAK"


async def answer(client: Client, message: Msg, word: bytes) -> None:
    """Answer a delivery, and wait for JetStream to confirm it; never raises ``BusUnavailable``."""
    try:
        with translated():
            await client.request(message.reply, word, timeout=_ANSWER_WITHIN)
    except BusUnavailable as error:
        # Not heard, it will be delivered again, and what is written elsewhere then says what there is left to do.
        log.debug("An answer to JetStream was lost", action="answer_lost", error=str(error))
