"""The requests waiting for workers: filed by the gateway, delivered to workers, removed with their records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.kinds import Kind
from shared.domain.request import JobRequest


@dataclass(frozen=True, slots=True)
class Filed:
    """A request as it lies in ``JOBS``."""

    sequence: int
    request: JobRequest


class ClaimMoved(Exception):
    """Another request was filed under the claim since it was read; read it again."""


class Requests(Protocol):
    """The gateway's side. Every method may raise :class:`shared.ports.job_log.BusUnavailable`."""

    async def last_for(self, kind: Kind, claim: str) -> Filed | int | None:
        """Return the claim's last request; its sequence alone when it cannot be read; None when there is none."""
        ...

    async def at(self, sequence: int) -> JobRequest | None:
        """Return the request at ``sequence``, None when it is gone or cannot be read."""
        ...

    async def file(self, request: JobRequest, after: int) -> int:
        """File ``request`` as the next of its claim after sequence ``after`` (0: the first); return its sequence.

        Raises :class:`ClaimMoved` when a rival was first, :class:`shared.ports.job_log.BusFull` and
        :class:`shared.ports.job_log.TooLarge`.
        """
        ...

    async def remove(self, sequence: int) -> None:
        """Take the request at ``sequence`` away; nothing happens when it is gone."""
        ...


class Delivery(Protocol):
    """One request in this worker's hands. It keeps itself alive until one of the last three is called, once."""

    @property
    def sequence(self) -> int:
        """The request's sequence in ``JOBS``."""
        ...

    @property
    def delivered(self) -> int:
        """How often it has been delivered, this time included."""
        ...

    @property
    def is_last(self) -> bool:
        """Whether the bus will not deliver it again."""
        ...

    def lease_age(self) -> float:
        """Seconds since the bus last confirmed that this worker holds the request."""
        ...

    async def confirm(self) -> None:
        """Renew the lease and wait for the bus to say so; raises ``BusUnavailable``."""
        ...

    def request(self) -> JobRequest:
        """Read the document; raises :class:`shared.events.codec.Unreadable`."""
        ...

    async def ack(self) -> None:
        """The job has ended: deliver this no more."""
        ...

    async def hand_back(self, delay: float = 0.0) -> None:
        """Let another worker have it, ``delay`` seconds from now."""
        ...

    async def set_aside(self, reason: str) -> None:
        """Put the unreadable message where an operator sees it, and deliver it no more."""
        ...

    def let_go(self) -> None:
        """Stop keeping it alive and say nothing: another holder's it is now."""
        ...


class RequestQueue(Protocol):
    """A worker's side."""

    @property
    def ack_wait(self) -> float:
        """Seconds without a sign of life after which the bus gives a request to another worker."""
        ...

    async def pull(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """Return 1 to ``limit`` requests, or none after ``timeout`` seconds; raises ``BusUnavailable``."""
        ...


class Predictions(Protocol):
    """Which job owns which prediction: the register that keeps two jobs from adopting the same one."""

    async def own(self, provider: str, prediction: str, job_id: str) -> bool:
        """Register ``prediction`` for the job; False when it belongs to another. May raise ``BusUnavailable``."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """A request in ``JOBS`` by its headers alone: what the sweep needs to know of it."""

    sequence: int
    kind: Kind
    job_id: str
    deadline: datetime
