"""What to do about trouble: one table, and a decision that is returned rather than an exception caught somewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.domain.failures import Failure, FailureCode


class Trouble(StrEnum):
    """What a provider's answer means for the job that asked."""

    THROTTLED = "throttled"  # 429: come back when told
    UNAVAILABLE = "unavailable"  # certainly not done: refused connection, 503 before the request was taken
    AMBIGUOUS = "ambiguous"  # perhaps done: timeout, a cut connection, 500, 502, 504
    REFUSED = "refused"  # our token or our money
    REJECTED = "rejected"  # the input
    FLAGGED = "flagged"  # the content
    GONE = "gone"  # the provider does not know the prediction


@dataclass(frozen=True, slots=True)
class Again:
    """Wait ``seconds``, then try the same call again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Ask the provider what it did before doing anything that costs."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """End the job with this failure."""

    failure: Failure


Decision = Again | Reconcile | GiveUp

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

_FINAL: Mapping[Trouble, FailureCode] = MappingProxyType(
    {
        Trouble.REFUSED: FailureCode.PROVIDER_UNAVAILABLE,
        Trouble.REJECTED: FailureCode.INPUT_REJECTED,
        Trouble.FLAGGED: FailureCode.CONTENT_FLAGGED,
        Trouble.GONE: FailureCode.PROVIDER_FAILED,
    }
)


def pause(tries: int) -> float:
    """Seconds before try number ``tries`` + 1 (``tries`` ≥ 1): doubling from half a second, at most thirty."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (min(tries, 16) - 1))


def decide(
    trouble: Trouble, message: str, *, tries: int, left: float, retry_after: float | None = None, paid: bool = False
) -> Decision:
    """Decide what follows from ``trouble`` met at try ``tries`` (≥ 1) with ``left`` seconds to the job's deadline.

    ``retry_after`` is what the provider asked for, in seconds. ``paid`` says that the call costs money each time it
    succeeds, so an ambiguous answer must be reconciled rather than repeated.
    """
    if trouble in _FINAL:
        return GiveUp(Failure(_FINAL[trouble], message))
    # Told to come back at once, again and again, is no reason to ask without a pause.
    wait = pause(tries) if retry_after is None else max(retry_after, FIRST_PAUSE)
    if left <= 0:
        away = f"The provider stayed away until the deadline: {message}"
        return GiveUp(Failure(FailureCode.PROVIDER_UNAVAILABLE, away))
    if trouble is Trouble.AMBIGUOUS and paid:
        # To look for what it made is no such call as was to be put off: until it is known, it may end and be forgotten.
        return Reconcile(min(pause(tries), left))
    return Again(min(wait, left))
