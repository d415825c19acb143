"""Who renders: one port for Replicate, the built-in local renderer and the blank one."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.domain.failures import Failure
from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.request import Document
from shared.domain.retry import Trouble
from shared.domain.states import Stage


@dataclass(frozen=True, slots=True)
class Portrait:
    """The picture a clip starts from: an address the provider can fetch, or the bytes when it can not."""

    url: str | None = None
    data: bytes | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a job wants rendered, in our words; each provider translates it into its own.

    ``model`` is a key of the catalogue and ``settings`` are values that model offers. ``prompt`` is final: a provider
    sends it whole. ``webhook`` is the address the provider may call, carrying the job's id; ``traceparent`` (W3C) goes
    along with the call that creates.
    """

    job_id: JobId
    kind: Kind
    model: str
    settings: Mapping[str, str | int]
    prompt: str
    deadline: datetime
    show: Document = field(default_factory=dict)
    character: Document = field(default_factory=dict)
    seed: Document = field(default_factory=dict)
    custom_prompt: str | None = None
    portrait: Portrait | None = None
    webhook: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """Not finished. ``progress`` is 0 to 99 or unknown; ``look_again`` the seconds until it is worth asking again.

    ``sign`` is anything that changes while the provider works and stays the same while it does not.
    """

    stage: Stage
    progress: int | None
    look_again: float
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """Rendered. ``outputs`` are references only this provider can open, at least one."""

    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """Over without an output. ``canceled`` when the provider says that it was canceled."""

    failure: Failure
    canceled: bool = False


Observation = Running | Finished | Ended


class ProviderTrouble(Exception):
    """A call to the provider went wrong. The message is a sentence for people; ``retry_after`` is in seconds.

    ``over`` says that the call is under way no more: what it did, if anything, it has done.
    """

    def __init__(self, trouble: Trouble, message: str, retry_after: float | None = None, *, over: bool = False) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.retry_after = retry_after
        self.over = over


class OutputUnreadable(Exception):
    """The output cannot be had, and asking again will not help; the message says why."""


class OutputInterrupted(Exception):
    """The output's bytes stopped coming; another try may bring them."""


class Provider(Protocol):
    """Start-or-attach, poll, cancel. Every call may raise :class:`ProviderTrouble`."""

    @property
    def name(self) -> str:
        """``replicate``, ``local`` or ``blank``, as the record shows it."""
        ...

    @property
    def create_within(self) -> float:
        """Seconds from an intent until its create has arrived, whether or not its caller still waits for the answer.

        A create is sent at most two seconds after its intent.
        """
        ...

    @property
    def settling(self) -> float:
        """Seconds after a create until :meth:`find` is sure to show what it made, if anything."""
        ...

    def held_off(self) -> float:
        """Return the seconds for which the provider lets this whole process create nothing; 0 when it may."""
        ...

    async def prepare(self, order: Order) -> None:
        """Do what creating needs first and may take its time: an upload, and waiting for a turn. May be repeated."""
        ...

    async def start(self, order: Order) -> str:
        """Create a prediction and return its id. This is what costs: called once for each intent in the log."""
        ...

    @property
    def runs_elsewhere(self) -> bool:
        """Whether predictions run on without this process; then :meth:`attach` needs an order's kind and model only."""
        ...

    async def attach(self, prediction: str, order: Order) -> None:
        """Take over a prediction that another process created. Costs nothing at the provider."""
        ...

    def mark(self, order: Order) -> str:
        """Return what :meth:`find` can tell a prediction of this order by, in a few hundred characters of its own.

        The same order has the same mark. Another release may order otherwise for the same job: what it made is found
        by the mark it left.
        """
        ...

    async def find(self, order: Order, since: datetime, mark: str | None = None) -> list[str]:
        """Return the ids of the predictions made for exactly this order's model and input since then, oldest first.

        With the ``mark`` of what was ordered, it is that which is looked for, and of the order only its job, its kind,
        its model and its webhook count.
        """
        ...

    async def poll(self, prediction: str) -> Observation:
        """Say how the prediction is getting on."""
        ...

    async def cancel(self, prediction: str) -> None:
        """Ask the provider to stop; nothing happens when it has ended."""
        ...

    def open(self, output: str) -> AsyncIterator[bytes]:
        """Stream one of a finished prediction's outputs.

        Raises :class:`OutputUnreadable` (gone, or an address we do not fetch) and :class:`OutputInterrupted`.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and threads; predictions at a remote provider run on."""
        ...
