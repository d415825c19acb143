"""Webhooks to clients: kept until they are sent, sent, and every try written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.domain.ids import JobId
from shared.domain.webhooks import Answer, DeliveryLog, Message, Outcome


class Outbox(Protocol):
    """Where messages are put. May raise ``BusUnavailable``; putting again is then safe."""

    async def put(self, message: Message) -> bool:
        """Keep ``message`` until it is sent; False when it was there already, sent or not."""
        ...


class HeldMessage(Protocol):
    """A message in this process's hands. Not answered, it comes to another after a while."""

    @property
    def message(self) -> Message:
        """What is to be told."""
        ...

    async def ack(self) -> None:
        """Nothing more is to be done about it."""
        ...

    async def hand_back(self, delay: float) -> None:
        """It is to be looked at again ``delay`` seconds from now, by whoever is there then."""
        ...


class UnsentMessages(Protocol):
    """Where they are taken from."""

    async def pull(self, limit: int, timeout: float) -> Sequence[HeldMessage]:
        """Return 1 to ``limit`` messages, or none after ``timeout`` seconds; raises ``BusUnavailable``."""
        ...


class DeliveryConflict(Exception):
    """Somebody else wrote the log since it was read; read it again."""


@dataclass(frozen=True, slots=True)
class KeptLog:
    """A job's delivery log as it is kept, with the version to compare and set against (0: there is none yet)."""

    log: DeliveryLog
    version: int


class DeliveryLogs(Protocol):
    """The jobs' delivery logs, kept for a day after their last try. Every method may raise ``BusUnavailable``."""

    async def read(self, job_id: JobId, request: int) -> KeptLog:
        """Return the log of the job that ``request`` opened, empty when no try was made for it."""
        ...

    async def write(self, log: DeliveryLog, version: int) -> None:
        """Write the log over ``version``; raises :class:`DeliveryConflict`."""
        ...


class Endpoints(Protocol):
    """The clients' side of it."""

    async def send(self, message: Message) -> Answer:
        """Send ``message`` once and return what came of it; whatever went wrong is an answer too."""
        ...


class DeliveryMeters(Protocol):
    """Where tries are counted. Never fails."""

    def count(self, outcome: Outcome) -> None:
        """Count one try."""
        ...
