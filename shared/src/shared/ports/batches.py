"""Batches: what was delivered to a service at once, to be answered at once."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Batch(Protocol[T_co]):
    """What was delivered to this service and not yet acknowledged. Both answers may raise ``BusUnavailable``."""

    @property
    def items(self) -> Sequence[T_co]:
        """The readable ones."""
        ...

    async def ack(self) -> None:
        """They are dealt with: deliver them no more. An answer that is lost means dealing with them again."""
        ...

    async def hand_back(self) -> None:
        """They are not: deliver them again soon."""
        ...


class Batches(Protocol[T_co]):
    """Where they come from."""

    async def next_batch(self) -> Batch[T_co]:
        """Return what has come, possibly nothing after a while; raises ``BusUnavailable``."""
        ...
