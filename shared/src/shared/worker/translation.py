"""What a kind's service adds to the chassis: how a request becomes an order."""

from typing import Protocol

from shared.catalogue.catalogue import Catalogue, UnknownModel
from shared.catalogue.model import Model
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


def model_of(catalogue: Catalogue, request: JobRequest) -> Model:
    """Return the model a request was accepted for; raises :class:`InputRejected` where this worker does not know it."""
    try:
        return catalogue.get(request.kind, request.model)
    except UnknownModel as error:
        raise InputRejected(str(error)) from error
