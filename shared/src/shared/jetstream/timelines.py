"""Reading a job's whole log from ``STATUS``."""

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.events import subjects
from shared.events.codec import Unreadable
from shared.jetstream.logged import event_of
from shared.jetstream.passes import messages_of
from shared.jetstream.topology import STATUS
from shared.ports.timelines import Logged

log = structlog.get_logger()


class JetStreamTimelines:
    """:class:`shared.ports.timelines.Timelines` over JetStream."""

    def __init__(self, client: Client, js: JetStreamContext) -> None:
        self._client = client
        self._js = js

    async def events(self, kind: Kind, job_id: JobId) -> list[Logged]:
        """See :meth:`shared.ports.timelines.Timelines.events`."""
        whole = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, filter_subject=subjects.log(kind, job_id))
        read = [_read(message) async for message in messages_of(self._client, self._js, STATUS, whole)]
        return [logged for logged in read if logged is not None]


def _read(message: Msg) -> Logged | None:
    try:
        event = event_of(message)
    except Unreadable as error:
        log.warning("Passed over an event that cannot be read", action="event_unreadable", error=str(error))
        return None
    return Logged(event.event_id, event.source, event.entry)
