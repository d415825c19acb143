"""The status service's side of the bucket ``job_status``."""

from datetime import UTC, datetime

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header, RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from shared.domain.ids import JobId
from shared.events.codec import Unreadable
from shared.events.records import META_KEY, Meta, decode_meta, decode_record, encode_meta, encode_record, key_of
from shared.jetstream.faults import StreamMissing, lost_race, translated
from shared.jetstream.publishing import publish_in_turn
from shared.jetstream.topology import BUCKET_STREAM, Topology, bucket_exists, bucket_subject, ensure_stream
from shared.ports.job_log import BusUnavailable
from shared.ports.records import BucketState, Record, RecordConflict, RecordLost, Versioned


def is_removed(message: RawStreamMsg | Msg) -> bool:
    """Whether a bucket's message marks a key as deleted or expired rather than holding a value."""
    headers = message.headers or {}
    return "KV-Operation" in headers or "Nats-Marker-Reason" in headers or not message.data


def _readable(message: RawStreamMsg) -> bool:
    try:
        decode_record(message.data or b"")
    except Unreadable:
        return False
    return True


_REMOVED = {"KV-Operation": "DEL"}
_REMOVED_SECONDS = 600


class JetStreamRecords:
    """:class:`shared.ports.records.RecordStore` over the bucket's stream.

    The stream is written directly rather than through nats-py's ``KeyValue``, whose ``put`` and ``update`` take no TTL.
    """

    def __init__(self, js: JetStreamContext, topology: Topology) -> None:
        self._js = js
        self._topology = topology

    async def get(self, job_id: JobId) -> Versioned | None:
        """See :meth:`shared.ports.records.RecordStore.get`."""
        message = await self._last(key_of(job_id))
        if message is None or is_removed(message):
            return None
        try:
            return Versioned(decode_record(message.data or b""), message.seq or 0)
        except Unreadable:
            # Written by something newer or broken: the log makes it again.
            return None

    async def put(self, record: Record, version: int | None, ttl: float | None) -> None:
        """See :meth:`shared.ports.records.RecordStore.put`."""
        subject = bucket_subject(key_of(record.entry.job.job_id))
        body = encode_record(record)
        try:
            await self._publish(subject, body, version or 0, ttl)
        except RecordConflict:
            marker = None if version is not None else await self._marker(key_of(record.entry.job.job_id))
            if marker is None:
                raise
            await self._publish(subject, body, marker, ttl)

    async def remove(self, job_id: JobId) -> None:
        """See :meth:`shared.ports.records.RecordStore.remove`."""
        try:
            with translated():
                await self._js.publish(
                    bucket_subject(key_of(job_id)), headers=_REMOVED, stream=BUCKET_STREAM, msg_ttl=_REMOVED_SECONDS
                )
        except BusUnavailable as error:
            raise await self._lost_or(error) from error

    async def state(self) -> BucketState | None:
        """See :meth:`shared.ports.records.RecordStore.state`."""
        try:
            message = await self._last(META_KEY)
        except RecordLost:
            return None
        if message is None or is_removed(message):
            return None
        try:
            return BucketState(decode_meta(message.data or b"").ttl_seconds)
        except Unreadable:
            return None

    async def make(self) -> None:
        """See :meth:`shared.ports.records.RecordStore.make`."""
        with translated():
            if not await bucket_exists(self._js):
                await ensure_stream(self._js, self._topology.bucket())

    async def complete(self, state: BucketState) -> None:
        """See :meth:`shared.ports.records.RecordStore.complete`."""
        meta = Meta(ttl_seconds=state.ttl_seconds, built_at=datetime.now(UTC))
        with translated():
            await self._js.publish(bucket_subject(META_KEY), encode_meta(meta), stream=BUCKET_STREAM)

    async def _publish(self, subject: str, body: bytes, expected: int, ttl: float | None) -> None:
        headers: dict[str, str] = {Header.EXPECTED_LAST_SUBJECT_SEQUENCE: str(expected)}
        try:
            with translated():
                # A server keeps whole seconds; a record may outlive its time by less than one, never vanish early.
                await publish_in_turn(
                    self._js,
                    subject,
                    body,
                    headers=headers,
                    stream=BUCKET_STREAM,
                    msg_ttl=None if ttl is None else int(ttl) + 1,
                )
        except BusUnavailable as error:
            raise await self._lost_or(error) from error
        except APIError as error:
            if lost_race(error):
                raise RecordConflict from error
            raise

    async def _marker(self, key: str) -> int | None:
        # What expired or cannot be read makes room. What was removed keeps its place for a while: a writer that looked
        # before the removal must not bring the record back.
        message = await self._last(key)
        if message is None or (message.headers or {}).items() >= _REMOVED.items():
            return None
        return message.seq if is_removed(message) or not _readable(message) else None

    async def _last(self, key: str) -> RawStreamMsg | None:
        subject = bucket_subject(key)
        try:
            with translated():
                return await self._js.get_last_msg(BUCKET_STREAM, subject)
        except NotFoundError:
            return None
        except StreamMissing as error:
            raise RecordLost from error
        except BusUnavailable as error:
            raise await self._lost_or(error) from error

    async def _lost_or(self, error: BusUnavailable) -> Exception:
        # Nobody answers for a stream that does not exist, exactly as nobody does while it has no leader.
        with translated():
            return error if await bucket_exists(self._js) else RecordLost()
