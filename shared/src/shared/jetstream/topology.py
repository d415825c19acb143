"""The streams, consumers and the bucket, declared once as data, and how a service makes sure of them."""

from dataclasses import dataclass, field

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from shared.domain.kinds import Kind
from shared.events import subjects

JOBS, STATUS, PREDICTIONS, SET_ASIDE = "JOBS", "STATUS", "PREDICTIONS", "SETASIDE"
DELETIONS, ANSWERS = "DELETIONS", "ANSWERS"
WEBHOOKS, DELIVERIES = "WEBHOOKS", "DELIVERIES"
BUCKET = "job_status"
BUCKET_STREAM = f"KV_{BUCKET}"
BUCKET_SUBJECTS = f"$KV.{BUCKET}.>"
FOLDER, ANNOUNCER, DELIVERER = "status", "webhooks", "deliveries"
REMOVER = "status-deletions"

HOUR = 3600.0
MIB = 1024 * 1024
_NAME_IN_USE = 10058


def worker_consumer(kind: Kind) -> str:
    """The durable consumer that the workers of a kind share."""
    return f"{kind}-worker"


def bucket_subject(key: str) -> str:
    """The subject of one key of the bucket."""
    return f"$KV.{BUCKET}.{key}"


@dataclass(frozen=True, slots=True)
class Topology:
    """What there is to be. ``ack_wait`` is in seconds; ``jobs_max_bytes`` is where submits begin to be refused.

    Single messages are read through the stream's leader, by ``STREAM.MSG.GET``. A direct get brings a message's own
    bytes to any subject that the asking names, so whoever may ask for one may write anywhere, in words of its own.
    """

    replicas: int = 1
    ack_wait: float = 20.0
    jobs_max_bytes: int = 2048 * MIB
    max_deliver: int = 100
    kinds: tuple[Kind, ...] = field(default=tuple(Kind))

    @property
    def direct(self) -> bool:
        """Whether streams answer direct gets: for services of the release before, which go on while this one starts."""
        return self.replicas == 1

    @property
    def reserved(self) -> int:
        """The bytes that JetStream sets aside on each server's disk before a stream is filled at all."""
        return sum(max(0, each.max_bytes or 0) for each in self.streams())

    def streams(self) -> tuple[StreamConfig, ...]:
        """Every durable stream: written to disk before it is acknowledged, given ``sync_interval: always``."""
        return (
            self._stream(JOBS, subjects.ALL_REQUESTS, max_bytes=self.jobs_max_bytes, discard=DiscardPolicy.NEW),
            self._stream(STATUS, subjects.ALL_LOGS),
            self._stream(PREDICTIONS, subjects.ALL_OWNED_PREDICTIONS),
            # Younger than the end it deletes, a deletion outlives the log that could bring its job back.
            self._stream(DELETIONS, subjects.ALL_DELETIONS, per_subject=1),
            # A jobId that another job answered is spent for as long as it might have been with one of its own.
            self._stream(ANSWERS, subjects.ALL_ANSWERS, per_subject=1),
            # Sent or not, a message stays for longer than its event: while it is there it cannot be put there again.
            self._stream(WEBHOOKS, subjects.ALL_WEBHOOKS, max_age=26 * HOUR),
            self._stream(DELIVERIES, subjects.ALL_DELIVERIES, per_subject=1),
            self._stream(SET_ASIDE, subjects.ALL_SET_ASIDE, max_age=7 * 24 * HOUR, max_bytes=256 * MIB),
        )

    def _stream(
        self,
        name: str,
        subject: str,
        *,
        max_age: float = 24 * HOUR,
        max_bytes: int = -1,
        per_subject: int = -1,
        discard: DiscardPolicy = DiscardPolicy.OLD,
    ) -> StreamConfig:
        return StreamConfig(
            name=name,
            subjects=[subject],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_age=max_age,
            max_bytes=max_bytes,
            max_msgs_per_subject=per_subject,
            discard=discard,
            num_replicas=self.replicas,
            allow_direct=self.direct,
        )

    def bucket(self) -> StreamConfig:
        """The bucket's stream. In memory: it is derived, and empty is easier to notice than out of date."""
        return StreamConfig(
            name=BUCKET_STREAM,
            subjects=[BUCKET_SUBJECTS],
            storage=StorageType.MEMORY,
            max_msgs_per_subject=1,
            discard=DiscardPolicy.NEW,
            allow_rollup_hdrs=True,
            allow_msg_ttl=True,
            deny_delete=True,
            allow_direct=self.direct,
            num_replicas=self.replicas,
        )

    def worker(self, kind: Kind) -> ConsumerConfig:
        """The pull consumer of one kind's workers, on ``JOBS``."""
        return ConsumerConfig(
            durable_name=worker_consumer(kind),
            filter_subject=subjects.requests_of(kind),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self.ack_wait,
            max_deliver=self.max_deliver,
            # Every running job holds a slot, over all workers: too few and the last worker starves.
            max_ack_pending=20_000,
            max_waiting=2_048,
        )

    def folder(self) -> ConsumerConfig:
        """The pull consumer that the status service's replicas share, on ``STATUS``."""
        return ConsumerConfig(
            durable_name=FOLDER,
            ack_policy=AckPolicy.EXPLICIT,
            # Folding takes milliseconds: what a killed service had in hand should not wait long for the next.
            ack_wait=min(5.0, self.ack_wait),
            max_ack_pending=10_000,
            max_waiting=512,
        )

    def remover(self) -> ConsumerConfig:
        """The pull consumer that the status service's replicas share, on ``DELETIONS``."""
        return ConsumerConfig(
            durable_name=REMOVER,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=min(5.0, self.ack_wait),
            max_ack_pending=1_000,
            max_waiting=512,
        )

    def announcer(self) -> ConsumerConfig:
        """The pull consumer by which the status service's replicas find what clients are to be told, on ``STATUS``."""
        return self.folder().evolve(durable_name=ANNOUNCER)

    def deliverer(self) -> ConsumerConfig:
        """The pull consumer from which they tell it, on ``WEBHOOKS``."""
        return ConsumerConfig(
            durable_name=DELIVERER,
            ack_policy=AckPolicy.EXPLICIT,
            # Longer than a try may take, the writing of it included.
            ack_wait=2 * self.ack_wait,
            # A message that waits for its next try is pending all the while: a dead endpoint's must not fill a limit.
            max_ack_pending=-1,
            max_waiting=512,
        )


async def ensure_stream(js: JetStreamContext, config: StreamConfig) -> None:
    """Make the stream, or bring the one there to these settings."""
    try:
        await js.add_stream(config)
    except BadRequestError as error:
        if error.err_code != _NAME_IN_USE:
            raise
        await js.update_stream(config)


async def ensure(js: JetStreamContext, topology: Topology) -> None:
    """Make sure of everything but the bucket, which only the status service makes. Idempotent; raises nats errors."""
    for stream in topology.streams():
        await ensure_stream(js, stream)
    for kind in topology.kinds:
        await js.add_consumer(JOBS, topology.worker(kind))
    await js.add_consumer(STATUS, topology.folder())
    await js.add_consumer(STATUS, topology.announcer())
    await js.add_consumer(WEBHOOKS, topology.deliverer())
    await js.add_consumer(DELETIONS, topology.remover())


async def bucket_exists(js: JetStreamContext) -> bool:
    """Whether the bucket's stream is there."""
    try:
        await js.stream_info(BUCKET_STREAM)
    except NotFoundError:
        return False
    return True
