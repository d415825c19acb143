"""What each way a call can go wrong means for the job. What decides is whether it may have been done all the same."""

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

import httpx

from shared.domain.retry import Trouble
from shared.ports.provider import ProviderTrouble
from shared.predictions.replicate.budget import Exhausted
from shared.predictions.replicate.transport import ErrorAnswer
from shared.predictions.replicate.words import is_flagged, said_in

_RESETS = re.compile(r"resets? in ~?\s*(\d+(?:\.\d+)?)\s*s", re.IGNORECASE)
_GAVE_UP_WAITING = frozenset({408, 504})
"""Answers of somebody who stopped waiting for whoever does the work."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


class Call(Enum):
    """What was asked, and so what an unclear answer leaves open."""

    CREATE = "starting the prediction"  # costs money each time it is done
    UPLOAD = "taking the portrait"
    READ = "looking the prediction up"
    CANCEL = "canceling the prediction"

    @property
    def is_of_what_runs(self) -> bool:
        """Whether it is about a prediction that runs and is paid for already."""
        return self in (Call.READ, Call.CANCEL)


def of_answer(answer: ErrorAnswer, call: Call, now: datetime) -> ProviderTrouble:
    """Tell what an error answer means. ``now`` is the time to count a ``Retry-After`` date from."""
    said = said_in(answer.body)
    told = f"HTTP {answer.status}{f': {said}' if said else ''}"
    wait = retry_after(answer, now)
    if answer.status == 429:
        message = "Replicate is limiting our calls" + (f" for {wait:.0f} s" if wait else "") + f" ({told})."
        return ProviderTrouble(Trouble.THROTTLED, message, wait)
    if answer.status >= 500 or answer.status == 408:
        return _unclear(call, told, wait, over=answer.status not in _GAVE_UP_WAITING)
    trouble, message = _refusal(answer.status, call, said, told)
    if call.is_of_what_runs and trouble is Trouble.REFUSED:
        # To end the job would throw away what is paid for; once an operator has mended this, it can still be had.
        return ProviderTrouble(Trouble.UNAVAILABLE, message, wait)
    if call is Call.READ and trouble is not Trouble.GONE:
        # That it cannot be asked for just so is not the job's input's fault.
        return _unclear(call, told, wait)
    return ProviderTrouble(trouble, message)


def _refusal(status: int, call: Call, said: str, told: str) -> tuple[Trouble, str]:
    if status in (401, 403):
        return Trouble.REFUSED, f"Replicate refused our token ({told}). An operator has to set a working one."
    if status == 402:
        return Trouble.REFUSED, f"Replicate wants to be paid first ({told}). An operator has to add credit."
    if status in (404, 410) and call is Call.CREATE:
        return Trouble.REJECTED, f"Replicate does not know this model ({told}). Choose another one."
    if status in (404, 410) and call is not Call.UPLOAD:
        return Trouble.GONE, f"Replicate no longer knows the prediction ({told})."
    if status < 400:
        return Trouble.REFUSED, f"Replicate's address leads elsewhere ({told}). An operator has to correct it."
    if is_flagged(said):
        return Trouble.FLAGGED, f"The content was refused: {said} Change the description and try again."
    return Trouble.REJECTED, f"Replicate rejected the request: {said or told} Change it and try again."


def _unclear(call: Call, told: str, wait: float | None, *, over: bool = True) -> ProviderTrouble:
    # Even a 503 may come from a proxy that lost its connection after the prediction was made.
    if call is Call.CREATE:
        message = f"Replicate answered {told}, so whether it started the prediction is unclear."
        return ProviderTrouble(Trouble.AMBIGUOUS, message, wait, over=over)
    return ProviderTrouble(Trouble.UNAVAILABLE, f"Replicate failed at {call.value} ({told}).", wait)


def of_silence(error: httpx.HTTPError | TimeoutError, call: Call) -> ProviderTrouble:
    """Tell what it means that no answer came."""
    if isinstance(error, _NOT_SENT):
        return ProviderTrouble(Trouble.UNAVAILABLE, f"Replicate cannot be reached ({_named(error)}).")
    if call is Call.CREATE:
        message = f"Replicate did not answer ({_named(error)}), so whether it started the prediction is unclear."
        return ProviderTrouble(Trouble.AMBIGUOUS, message)
    return ProviderTrouble(Trouble.UNAVAILABLE, f"Replicate did not answer when {call.value} ({_named(error)}).")


def of_nonsense(call: Call) -> ProviderTrouble:
    """Tell what a success that cannot be read means."""
    return _unclear(call, "success with a body that cannot be read", None)


def of_budget(exhausted: Exhausted) -> ProviderTrouble:
    """Tell what it means that we may not even ask now."""
    why = "Replicate asked us to wait" if exhausted.told else "All calls this process may make are taken"
    return ProviderTrouble(Trouble.THROTTLED, f"{why}; the next is in {exhausted.wait:.1f} s.", exhausted.wait)


def retry_after(answer: ErrorAnswer, now: datetime) -> float | None:
    """Return the seconds the answer asks to wait: its header (seconds or a date), else what its body says; or None."""
    header = answer.headers.get("retry-after", "").strip()
    for found in (_number(header), _until(header, answer.headers, now), *_in_body(answer.body)):
        if found is not None:
            return max(0.0, found)
    return None


def _until(header: str, headers: httpx.Headers, now: datetime) -> float | None:
    at = _date(header)
    # Counted on the provider's own clock where it shows it: ours may be wrong.
    return None if at is None else (at - (_date(headers.get("date", "")) or now)).total_seconds()


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _in_body(body: bytes) -> tuple[float | None, float | None]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = {}
    asked = fields.get("retry_after") if isinstance(fields, dict) else None
    resets = _RESETS.search(said_in(body))
    return _number(asked), _number(resets[1]) if resets else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _named(error: Exception) -> str:
    return str(error) or type(error).__name__
