"""What a kind's service adds to the chassis: how a request becomes an order."""

from typing import Protocol

from shared.domain.request import JobRequest
from shared.ports.provider import Order


class InputRejected(Exception):
    """The request cannot be rendered as it is; the message tells the client what to change."""


class Translation(Protocol):
    """A kind's own part."""

    async def order(self, request: JobRequest) -> Order:
        """Translate; the same request always gives the same order.

        Raises :class:`InputRejected`, and ``StoreUnavailable`` when a portrait in our own store cannot be read now.
        """
        ...
