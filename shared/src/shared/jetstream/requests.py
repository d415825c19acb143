"""The requests in ``JOBS``: the last message of a claim's subject *is* the claim."""

import hashlib

from nats.js import JetStreamContext
from nats.js.api import Header, RawStreamMsg
from nats.js.errors import APIError, BadRequestError, NotFoundError

from shared.domain.kinds import Kind
from shared.domain.request import JobRequest
from shared.events import subjects
from shared.events.codec import Unreadable, decode_request, encode_request
from shared.jetstream.faults import lost_race, translated
from shared.jetstream.filing_headers import headers_of
from shared.jetstream.publishing import publish_in_turn
from shared.jetstream.topology import JOBS
from shared.ports.bus import ClaimMoved, Filed
from shared.ports.job_log import BusUnavailable

_TRIES = 3
_NOTHING_THERE = 10043


class JetStreamRequests:
    """:class:`shared.ports.bus.Requests` over JetStream. ``source`` names this process in what it files."""

    def __init__(self, js: JetStreamContext, source: str) -> None:
        self._js = js
        self._source = source

    async def last_for(self, kind: Kind, claim: str) -> Filed | int | None:
        """See :meth:`shared.ports.bus.Requests.last_for`."""
        message = await self._last_message(kind, claim)
        if message is None:
            return None
        sequence = message.seq or 0
        try:
            return Filed(sequence, decode_request(message.data or b""))
        except Unreadable:
            return sequence

    async def _last_message(self, kind: Kind, claim: str) -> RawStreamMsg | None:
        try:
            with translated():
                return await self._js.get_last_msg(JOBS, subjects.request(kind, claim))
        except NotFoundError:
            return None

    async def at(self, sequence: int) -> JobRequest | None:
        """See :meth:`shared.ports.bus.Requests.at`."""
        try:
            with translated():
                message = await self._js.get_msg(JOBS, sequence)
        except NotFoundError:
            return None
        try:
            return decode_request(message.data or b"")
        except Unreadable:
            return None

    async def file(self, request: JobRequest, after: int) -> int:
        """See :meth:`shared.ports.bus.Requests.file`."""
        name = f"{self._source}/{request.job_id}/{after}/{request.created_at.isoformat()}"
        written = encode_request(request, hashlib.sha256(name.encode()).hexdigest()[:32], self._source)
        failure: BusUnavailable | None = None
        for _ in range(_TRIES):
            try:
                return await self._publish(request, written.body, after)
            except ClaimMoved:
                return await self._ours_or_moved(request, written.body)
            except BusUnavailable as error:
                failure = error
        raise failure or BusUnavailable("the stream did not take the request")

    async def _publish(self, request: JobRequest, body: bytes, after: int) -> int:
        headers = headers_of(request) | {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: str(after)}
        subject = subjects.request(request.kind, request.claim)
        try:
            with translated():
                ack = await publish_in_turn(self._js, subject, body, headers=headers, stream=JOBS)
        except APIError as error:
            if lost_race(error):
                raise ClaimMoved from error
            raise
        return ack.seq

    async def _ours_or_moved(self, request: JobRequest, body: bytes) -> int:
        # An earlier try whose answer was lost looks like a rival; but no other process writes the very same event.
        last = await self._last_message(request.kind, request.claim)
        if last is not None and last.data == body:
            return last.seq or 0
        raise ClaimMoved

    async def remove(self, sequence: int) -> None:
        """See :meth:`shared.ports.bus.Requests.remove`."""
        try:
            with translated():
                await self._js.delete_msg(JOBS, sequence)
        except NotFoundError:
            return
        except BadRequestError as error:
            if error.err_code != _NOTHING_THERE:
                raise
        except BusUnavailable:
            # A message that is gone already is refused as if the server had failed.
            if await self._lies_at(sequence):
                raise

    async def _lies_at(self, sequence: int) -> bool:
        try:
            with translated():
                await self._js.get_msg(JOBS, sequence)
        except NotFoundError:
            return False
        return True
