"""The deletions in ``DELETIONS``, one message a job, and the status service's batches of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from shared.domain.ids import JobId
from shared.domain.job import Job
from shared.events import subjects
from shared.events.codec import Unreadable
from shared.events.deletions import decode_deletion, encode_deletion
from shared.jetstream.batches import JetStreamBatch, pulling
from shared.jetstream.faults import translated
from shared.jetstream.passes import messages_of
from shared.jetstream.pull import Pull
from shared.jetstream.topology import DELETIONS, REMOVER
from shared.ports.deletions import Deletion

log = structlog.get_logger()

_BATCH = 100
_TIMEOUT = 2.0


class JetStreamDeletions:
    """:class:`shared.ports.deletions.Deletions` over JetStream. ``source`` names this process in what it writes."""

    def __init__(self, client: Client, js: JetStreamContext, source: str) -> None:
        self._client = client
        self._js = js
        self._source = source

    async def add(self, deletion: Deletion) -> None:
        """See :meth:`shared.ports.deletions.Deletions.add`."""
        # Without a condition: the stream keeps a job's last one, and every one of them says the same.
        body = encode_deletion(deletion, self._source)
        with translated():
            await self._js.publish(subjects.deletion(deletion.job_id), body, stream=DELETIONS)

    async def has(self, job: Job) -> bool:
        """See :meth:`shared.ports.deletions.Deletions.has`."""
        try:
            with translated():
                message = await self._js.get_last_msg(DELETIONS, subjects.deletion(job.job_id))
        except NotFoundError:
            return False
        deletion = _read(message.data or b"")
        return deletion is not None and deletion.is_of(job)

    async def all(self) -> dict[JobId, Deletion]:
        """See :meth:`shared.ports.deletions.Deletions.all`."""
        everything = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        bodies = [message.data async for message in messages_of(self._client, self._js, DELETIONS, everything)]
        found = [deletion for body in bodies if (deletion := _read(body)) is not None]
        return {deletion.job_id: deletion for deletion in found}


class JetStreamDeletionFeed:
    """:class:`shared.ports.batches.Batches` from the consumer that the status services share."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull

    async def next_batch(self) -> JetStreamBatch[Deletion]:
        """Return up to a hundred deletions, none after two seconds; raises ``BusUnavailable``."""
        messages = await self._pull.messages(_BATCH, _TIMEOUT)
        return JetStreamBatch(messages, [found for each in messages if (found := _read(each.data)) is not None])


@asynccontextmanager
async def open_deletions(client: Client) -> AsyncIterator[JetStreamDeletionFeed]:
    """Yield the deletions to carry out; hand back what came and was not taken when done."""
    async with pulling(client, DELETIONS, REMOVER) as pull:
        yield JetStreamDeletionFeed(pull)


def _read(body: bytes) -> Deletion | None:
    try:
        return decode_deletion(body)
    except Unreadable as error:
        log.error("Passed over a deletion that cannot be read", action="deletion_unreadable", error=str(error))
        return None
