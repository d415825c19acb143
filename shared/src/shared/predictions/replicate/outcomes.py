"""What a prediction's document means: its stage, its outputs, or why it ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.domain.failures import Failure, FailureCode
from shared.domain.kinds import Kind
from shared.domain.states import Stage
from shared.ports.provider import Ended, Finished
from shared.predictions.replicate.words import is_flagged, is_rejected, one_line

_SCHEMES = ("https://", "http://", "data:")
_HINTS: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Kind.PORTRAIT: (("image", "images", "portrait"), (".png", ".jpg", ".jpeg", ".webp")),
    Kind.VIDEO: (("video", "videos", "clip", "movie"), (".mp4", ".webm", ".mov")),
}
"""Names of fields and endings of addresses that tell a kind's own output from what a model gives beside it."""


IN_DOUBT = Ended(
    Failure(
        FailureCode.UNKNOWN_OUTCOME,
        "Whether Replicate made this could not be found out, so it was not asked again: it shows a prediction of this "
        "model that may be the one, but has erased what it was made from and what came of it.",
    )
)
"""The end of a job for which there is but a prediction that may be its own, and that has nothing left to give."""


def end_of(prediction: Mapping[str, Any], kind: Kind | None) -> Finished | Ended | None:
    """Return how the prediction ended, or None while it runs. ``kind`` decides which of several outputs comes first."""
    match prediction.get("status"):
        case "succeeded":
            return _finished(prediction.get("output"), kind)
        case "failed":
            return Ended(_failure(_said(prediction.get("error"))))
        case "canceled":
            return Ended(
                Failure(FailureCode.PROVIDER_FAILED, "The prediction was canceled at Replicate."), canceled=True
            )
        case "aborted":
            message = "Replicate dropped the prediction before it started. Submitting it again may help."
            return Ended(Failure(FailureCode.PROVIDER_FAILED, message))
    return None


def stage_of(prediction: Mapping[str, Any]) -> Stage:
    """Return the stage of a running prediction; a status nobody told us of counts as not started yet."""
    return Stage.RENDERING if prediction.get("status") == "processing" else Stage.PROVIDER_STARTING


def _finished(output: object, kind: Kind | None) -> Finished | Ended:
    found = list(dict.fromkeys(_references(output, "")))
    if not found:
        message = "Replicate says that the prediction succeeded, but it holds no file. Submitting it again may help."
        return Ended(Failure(FailureCode.OUTPUT_UNREADABLE, message))
    # Sorting keeps the model's own order among equals.
    return Finished(tuple(address for _, address in sorted(found, key=lambda each: not _suits(each, kind))))


def _references(output: object, name: str) -> Iterator[tuple[str, str]]:
    """Yield every address in ``output``, however deep, with the name of the field it stands in."""
    if isinstance(output, str):
        if output.startswith(_SCHEMES):
            yield name, output
    elif isinstance(output, Mapping):
        for key, value in output.items():
            # A file object's own field says nothing about what the file is.
            yield from _references(value, name if key in ("url", "href") else str(key).lower())
    elif isinstance(output, list):
        for value in output:
            yield from _references(value, name)


def _suits(found: tuple[str, str], kind: Kind | None) -> bool:
    if kind is None:
        return True
    name, address = found
    names, endings = _HINTS[kind]
    return name in names or address.partition("?")[0].lower().endswith(endings)


def _failure(said: str) -> Failure:
    if is_flagged(said):
        message = f"The model refused the content: {said} Change the description and try again."
        return Failure(FailureCode.CONTENT_FLAGGED, message)
    if is_rejected(said):
        return Failure(FailureCode.INPUT_REJECTED, f"The model could not use the input: {said}")
    return Failure(FailureCode.PROVIDER_FAILED, f"The model failed: {said or 'it gave no reason.'}")


def _said(error: object) -> str:
    if isinstance(error, Mapping):
        error = next((error[name] for name in ("message", "detail", "error") if error.get(name)), str(dict(error)))
    return "" if error is None else one_line(str(error))
