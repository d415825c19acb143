"""Setting aside what cannot be read: kept for an operator, where nothing trips over it again."""

from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared.events import subjects
from shared.jetstream.faults import translated
from shared.jetstream.topology import SET_ASIDE

_MOST_REASON = 500


async def set_aside(js: JetStreamContext, stream: str, message: Msg, reason: str) -> None:
    """Copy a message of ``stream`` to ``SETASIDE``, with why it cannot be read; raises ``BusUnavailable``."""
    # A header is one line.
    headers = {"Greenroom-Reason": reason.replace("\n", " ")[:_MOST_REASON], "Greenroom-Subject": message.subject}
    subject = subjects.set_aside(stream, message.metadata.sequence.stream)
    with translated():
        await js.publish(subject, message.data, headers=headers, stream=SET_ASIDE)
