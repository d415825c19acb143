"""From nats-py's many errors to the ports' few."""

from collections.abc import Iterator
from contextlib import contextmanager

import nats.errors
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from shared.ports.job_log import BusFull, BusUnavailable, TooLarge

WRONG_LAST_SEQUENCE = 10071
_FULL = frozenset({10023, 10047, 10077, 10110})  # insufficient resources or storage; maximum bytes or messages exceeded
_TOO_LARGE = 10054

_MISSING = frozenset({10059, 10014})  # stream, consumer not found

AWAY = (
    nats.errors.TimeoutError,
    nats.errors.NoRespondersError,
    nats.errors.ConnectionClosedError,
    nats.errors.ConnectionDrainingError,
    nats.errors.ConnectionReconnectingError,
    nats.errors.OutboundBufferLimitError,
    nats.errors.StaleConnectionError,
    nats.errors.NoServersError,
    NoStreamResponseError,
    TimeoutError,
    OSError,
)
"""What nats-py raises when the server cannot be reached or nobody leads the stream just now."""


class StreamMissing(BusUnavailable):
    """A stream or consumer is not there: nobody has declared it yet, or its server came back empty."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise the ports' errors for nats-py's.

    A :class:`NotFoundError` about a message, and a refusal nobody expects, pass as they are.
    """
    try:
        yield
    except AWAY as error:
        raise BusUnavailable(f"NATS did not answer ({type(error).__name__})") from error
    except nats.errors.MaxPayloadError as error:
        raise TooLarge("The message is larger than NATS carries (its max_payload)") from error
    except NotFoundError as error:
        if error.err_code in _MISSING:
            raise StreamMissing(f"JetStream lacks what Greenroom needs: {error.description}") from error
        raise
    except APIError as error:
        if error.err_code in _FULL:
            raise BusFull(f"JetStream has no room: {error.description}") from error
        if error.err_code == _TOO_LARGE:
            raise TooLarge(f"JetStream refused the message: {error.description}") from error
        if error.code is not None and error.code >= 500:
            raise BusUnavailable(f"JetStream cannot serve just now: {error.description}") from error
        raise


def lost_race(error: APIError) -> bool:
    """Whether a publish was refused because another message came first."""
    return error.err_code == WRONG_LAST_SEQUENCE
