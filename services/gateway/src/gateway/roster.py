"""The workers there are, as far as this gateway has heard; and whether its not hearing one means anything."""

from dataclasses import dataclass

from shared.domain.kinds import Kind
from shared.ports.clock import Clock
from shared.ports.workers import BELIEVED_FOR, Load

ANSWERED_WITHIN = 0.9
"""Seconds after which a worker that NATS asked and that said nothing is not there. It answers in milliseconds."""

BACK_WITHIN = 4.0
"""Seconds after which a worker that lost NATS together with us has found it again, and announced itself."""

FRESH_FOR = 5.0
"""Seconds that what was heard counts: without a newer proof of hearing, a silence is our own deafness."""


@dataclass(frozen=True, slots=True)
class _Heard:
    load: Load
    at: float


class Roster:
    """:class:`shared.ports.workers.Audience`. A worker is there until it says goodbye or is provably silent."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard: dict[str, _Heard] = {}
        self._alive: dict[Kind, list[Load]] = {}
        self._asked_at = float("inf")
        self._patience = ANSWERED_WITHIN
        self._settled_at: float | None = None
        self._heard_until = float("-inf")

    def asked(self) -> None:
        """See :meth:`shared.ports.workers.Audience.asked`."""
        if self._asked_at < float("inf"):
            self._patience = BACK_WITHIN
        self._asked_at = self._clock.monotonic()
        self._settled_at = None

    def heard(self, load: Load) -> None:
        """See :meth:`shared.ports.workers.Audience.heard`."""
        self._heard[load.worker] = _Heard(load, self._clock.monotonic())
        self._alive.clear()

    def left(self, worker: str) -> None:
        """See :meth:`shared.ports.workers.Audience.left`."""
        self._heard.pop(worker, None)
        self._alive.clear()

    def up_to_date(self, age: float) -> None:
        """See :meth:`shared.ports.workers.Audience.up_to_date`."""
        now = self._clock.monotonic()
        until = now - age
        if until < self._asked_at:
            return
        if self._settled_at is None:
            # The first echo behind the question: only now is it certain that NATS has asked, however long it took.
            self._settled_at = now + self._patience
        if until < self._settled_at:
            return
        self._heard_until = until
        self._heard = {name: heard for name, heard in self._heard.items() if until - heard.at < BELIEVED_FOR}
        self._alive.clear()

    @property
    def known(self) -> bool:
        """Whether who is not here is not there."""
        return self._clock.monotonic() - self._heard_until < FRESH_FOR

    def alive(self, kind: Kind) -> list[Load]:
        """Return the workers that take jobs of a kind, the oldest first."""
        # Asked for with every job that is shown, and another answer only when somebody said something.
        if kind not in self._alive:
            loads = [heard.load for heard in self._heard.values() if heard.load.kind is kind]
            self._alive[kind] = sorted((load for load in loads if not load.draining), key=lambda load: load.since)
        return self._alive[kind]

    def is_here(self, worker: str) -> bool:
        """Whether a worker of this name is there, if only to hand back what it holds."""
        return worker in self._heard
