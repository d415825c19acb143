"""Telling whether a prediction on the list was made for an order: the same model, the same input."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from shared.catalogue import Ref

UPLOADED = "greenroom:uploaded"
"""Stands in an expected input for the address of an uploaded file, which is another with every upload."""

_REDACTED = "[REDACTED]"
_INTERNAL = "replicate-internal/"
_RUNNING = ("starting", "processing")


def made_at(prediction: Mapping[str, Any]) -> datetime | None:
    """Return when the prediction was created, or None when it does not say so readably."""
    try:
        at = datetime.fromisoformat(str(prediction.get("created_at")))
    except ValueError:
        return None
    return at if at.tzinfo else None


def is_of(ref: Ref, prediction: Mapping[str, Any]) -> bool:
    """Whether the prediction runs the model of ``ref``."""
    if ref.version is not None:
        return prediction.get("version") == ref.version
    model = prediction.get("model")
    # Replicate runs some of its official models under names of its own; there the input has to tell.
    return model == ref.model or (isinstance(model, str) and model.startswith(_INTERNAL))


def has_input(expected: Mapping[str, object], prediction: Mapping[str, Any]) -> bool:
    """Whether the prediction was given ``expected``; defaults that Replicate filled in beside it do not matter."""
    given = prediction.get("input")
    if not isinstance(given, Mapping):
        return False
    return all(name in given and _same(value, given[name]) for name, value in expected.items())


def is_erased(prediction: Mapping[str, Any]) -> bool:
    """Whether what the prediction was given can no longer be told: Replicate removes it some time after the end."""
    ended = prediction.get("status") not in _RUNNING
    return prediction.get("data_removed") is True or (ended and not prediction.get("input"))


def has_webhook(webhook: str | None, prediction: Mapping[str, Any]) -> bool:
    """Whether the prediction reports to ``webhook``, as far as both say: it names the job, so it settles the matter."""
    given = prediction.get("webhook")
    return webhook is None or not isinstance(given, str) or _call(given) == _call(webhook)


def names_job(webhook: str | None, prediction: Mapping[str, Any]) -> bool:
    """Whether the prediction reports to ``webhook``: then it is that job's, whatever it was given."""
    return webhook is not None and isinstance(prediction.get("webhook"), str) and has_webhook(webhook, prediction)


def _call(address: str) -> tuple[str, str]:
    # Without the host: an operator who gives Greenroom another public address must not have predictions bought again.
    parts = urlsplit(address)
    return parts.path.rpartition("/hooks/")[2], parts.query


def uploaded_name(prediction: Mapping[str, Any], expected: Mapping[str, object]) -> str | None:
    """Return the API's name for the uploaded file the prediction was given where ``expected`` has one."""
    given = prediction.get("input") or {}
    return file_among(given.get(name) for name, value in expected.items() if value in (UPLOADED, [UPLOADED]))


def file_among(values: Iterable[object]) -> str | None:
    """Return the API's name for the first file of its whose address, alone or in a list, is among ``values``."""
    flat = (each[0] if isinstance(each, list) and each else each for each in values)
    return next((name for each in flat if isinstance(each, str) and (name := file_name(each))), None)


def _same(expected: object, given: object) -> bool:
    if given == _REDACTED:
        return True
    if isinstance(expected, list) and isinstance(given, list):
        return len(expected) == len(given) and all(map(_same, expected, given))
    if expected == UPLOADED:
        return isinstance(given, str) and file_name(given) is not None
    return expected == given


def file_name(address: str) -> str | None:
    """Return the API's name for the file at this address of its; None for any other address, or text."""
    _, found, name = address.partition("/v1/files/")
    return name.partition("?")[0].partition("/")[0] if found and name else None
