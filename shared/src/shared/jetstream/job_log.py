"""The jobs' logs in ``STATUS``: the stream's expected sequences decide every race."""

import hashlib

from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError, NotFoundError

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change
from shared.events import subjects
from shared.events.codec import Read, Unreadable, encode_change
from shared.events.envelope import MAX_EVENT_BYTES
from shared.jetstream.faults import lost_race, translated
from shared.jetstream.logged import event_at
from shared.jetstream.publishing import publish_in_turn
from shared.jetstream.topology import STATUS
from shared.ports.job_log import BusUnavailable, Fenced, LogUnreadable, TooLarge

_EXPECTED_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"
_TRIES = 3


class JetStreamJobLog:
    """:class:`shared.ports.job_log.JobLog` over JetStream. ``source`` names this process in its events."""

    def __init__(self, js: JetStreamContext, source: str) -> None:
        self._js = js
        self._source = source

    async def last(self, job_id: JobId) -> Entry | None:
        """See :meth:`shared.ports.job_log.JobLog.last`."""
        read = await self._last(job_id)
        return read.entry if read else None

    async def append(self, change: Change, after: Entry | None) -> Entry:
        """See :meth:`shared.ports.job_log.JobLog.append`."""
        expected = after.revision if after else 0
        written = encode_change(change, self._event_id(change, expected), self._source)
        if len(written.body) > MAX_EVENT_BYTES:
            raise TooLarge(f"an event of {len(written.body)} bytes is over the limit of {MAX_EVENT_BYTES}")
        failure: BusUnavailable | None = None
        for _ in range(_TRIES):
            try:
                return Entry(await self._publish(change, written.body, expected), change.fact, change.job)
            except _Refused:
                return await self._ours_or_fenced(change.job.job_id, written.event_id)
            except BusUnavailable as error:
                # Perhaps written, perhaps not. Trying again tells: our own event in the way is our success.
                failure = error
        raise failure or BusUnavailable("the log did not take the event")

    def _event_id(self, change: Change, expected: int) -> str:
        # The same change by the same process at the same place is the same event, however often it is tried.
        name = f"{self._source}/{expected}/{change!r}"
        return hashlib.sha256(name.encode()).hexdigest()[:32]

    async def _publish(self, change: Change, body: bytes, expected: int) -> int:
        job = change.job
        headers = {
            Header.EXPECTED_LAST_SUBJECT_SEQUENCE: str(expected),
            # Over every kind: a jobId used for a portrait can not be used for a clip as well.
            _EXPECTED_SUBJECT: subjects.log_of_any_kind(job.job_id),
        }
        try:
            with translated():
                subject = subjects.log(job.kind, job.job_id)
                ack = await publish_in_turn(self._js, subject, body, headers=headers, stream=STATUS)
        except APIError as error:
            if lost_race(error):
                raise _Refused from error
            raise
        return ack.seq

    async def _ours_or_fenced(self, job_id: JobId, event_id: str) -> Entry:
        read = await self._last(job_id)
        if read and read.event_id == event_id:
            return read.entry
        raise Fenced(read.entry if read else None)

    async def _last(self, job_id: JobId) -> Read | None:
        try:
            with translated():
                message = await self._js.get_last_msg(STATUS, subjects.log_of_any_kind(job_id))
        except NotFoundError:
            return None
        try:
            return event_at(message.subject or "", message.data or b"", message.seq or 0)
        except Unreadable as error:
            raise LogUnreadable(f"the last event of the job's log cannot be read: {error}") from error


class _Refused(Exception):
    """The stream holds something newer than expected."""
