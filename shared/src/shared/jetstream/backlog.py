"""The backlog as the workers' consumers on ``JOBS`` have it, less the jobs that ended while they waited."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError

from shared.domain.ids import JobId
from shared.domain.job import Job
from shared.domain.kinds import Kind
from shared.domain.states import Status
from shared.events import subjects
from shared.events.codec import Unreadable
from shared.jetstream.faults import translated
from shared.jetstream.filing_headers import filing_of
from shared.jetstream.logged import event_of
from shared.jetstream.passes import messages_of
from shared.jetstream.topology import JOBS, STATUS, worker_consumer
from shared.ports.backlog import Progress, Queued, Snapshot
from shared.ports.job_log import BusUnavailable

_LOGS_AT_ONCE = 100
"""Logs one pass reads the ends of: the server compares all their subjects, and reading them holds up the loop."""


class JetStreamBacklog:
    """:class:`shared.ports.backlog.Backlog` over JetStream."""

    def __init__(self, client: Client, js: JetStreamContext) -> None:
        self._client = client
        self._js = js

    async def progress(self, kind: Kind) -> Progress:
        """See :meth:`shared.ports.backlog.Backlog.progress`."""
        with _refusals_as_absence(), translated():
            info = await self._js.consumer_info(JOBS, worker_consumer(kind))
        delivered = info.delivered.stream_seq if info.delivered else 0
        return Progress(delivered, info.num_pending or 0, info.num_ack_pending or 0)

    async def snapshot(self, kind: Kind) -> Snapshot:
        """See :meth:`shared.ports.backlog.Backlog.snapshot`."""
        with _refusals_as_absence():
            return await self._snapshot(kind)

    async def _snapshot(self, kind: Kind) -> Snapshot:
        delivered = (await self.progress(kind)).delivered
        found: dict[int, Queued] = {}
        requests: dict[JobId, list[int]] = {}
        async for message in self._undelivered(kind, delivered):
            sequence = message.metadata.sequence.stream
            found[sequence] = Queued(sequence, message.metadata.timestamp)
            filing = filing_of(message)
            if filing is not None:
                requests.setdefault(filing.job_id, []).append(sequence)
        ended = [each async for job in self._logged(list(requests)) for each in _over(job, requests[job.job_id])]
        waiting = [found[sequence] for sequence in sorted(found.keys() - set(ended))]
        return Snapshot(delivered, waiting, sorted(ended))

    async def _undelivered(self, kind: Kind, delivered: int) -> AsyncIterator[Msg]:
        start = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=delivered + 1,
            filter_subject=subjects.requests_of(kind),
            headers_only=True,
        )
        async with aclosing(messages_of(self._client, self._js, JOBS, start)) as messages:
            async for message in messages:
                yield message

    async def _logged(self, job_ids: Sequence[JobId]) -> AsyncIterator[Job]:
        """Yield the jobs as their logs say last; one without a log, or with one that cannot be read, is left out."""
        for first in range(0, len(job_ids), _LOGS_AT_ONCE):
            logs = [subjects.log_of_any_kind(job_id) for job_id in job_ids[first : first + _LOGS_AT_ONCE]]
            ends = ConsumerConfig(deliver_policy=DeliverPolicy.LAST_PER_SUBJECT, filter_subjects=logs)
            async with aclosing(messages_of(self._client, self._js, STATUS, ends)) as messages:
                async for message in messages:
                    with suppress(Unreadable):
                        yield event_of(message).entry.job


@contextmanager
def _refusals_as_absence() -> Iterator[None]:
    """Take what JetStream refuses, such as one consumer too many, for its not being there: it may be, later."""
    try:
        yield
    except APIError as error:
        raise BusUnavailable(f"JetStream refused to show the backlog: {error.description}") from error


def _over(job: Job, requests: Sequence[int]) -> list[int]:
    """Return those of the requests for a job's id that no worker need be given any more."""
    # A request whose id's log names another one is dropped by whoever finds it.
    return [each for each in requests if each != job.request or job.status is not Status.STARTING]
