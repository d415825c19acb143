"""What an intent leaves in its job's log, so that another release finds what this one ordered.

A release may word prompts otherwise, and an operator may pin another version: what the same job would be ordered as
today need not be what it was ordered as. So the intent says it: the model, the names of the inputs, and hashes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from shared.catalogue import Ref
from shared.predictions.replicate.matching import UPLOADED, file_among, file_name, has_input, uploaded_name


@dataclass(frozen=True, slots=True)
class Mark:
    """One order as its prediction can be told by: ``inputs`` is the hash of what is under ``names``.

    ``portrait`` is the SHA-256 of the portrait that was uploaded, None where none was.
    """

    ref: Ref
    names: tuple[str, ...]
    inputs: str
    portrait: str | None = None

    @classmethod
    def of(cls, ref: Ref, inputs: Mapping[str, object], portrait: str | None) -> Self:
        """Mark an order by what it gives the model, uploads named :data:`UPLOADED`."""
        names = tuple(sorted(inputs))
        return cls(ref, names, _hash(inputs, names), portrait)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what :meth:`__str__` wrote; None for a mark of another make."""
        try:
            model, version, names, inputs, portrait = json.loads(text)
            return cls(Ref(model, version), tuple(names), inputs, portrait)
        except (ValueError, TypeError):
            return None

    def __str__(self) -> str:
        return json.dumps(
            [self.ref.model, self.ref.version, self.names, self.inputs, self.portrait], separators=(",", ":")
        )

    def is_on(self, prediction: Mapping[str, Any]) -> bool:
        """Whether the prediction was given these inputs; of an upload only that there is one."""
        given = prediction.get("input")
        if not isinstance(given, Mapping) or any(name not in given for name in self.names):
            return False
        return _hash(given, self.names) == self.inputs

    def uploaded(self, prediction: Mapping[str, Any]) -> str | None:
        """Return the API's name for the file that the prediction was given, where one was uploaded for the order."""
        given = prediction.get("input") or {}
        return file_among(given.get(name) for name in self.names) if self.portrait else None


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order as this process would give it today, to be told by the inputs themselves: see :class:`Mark`."""

    ref: Ref
    inputs: Mapping[str, object]
    portrait: str | None = None

    def mark(self) -> Mark:
        """Return what another release can tell it by."""
        return Mark.of(self.ref, self.inputs, self.portrait)

    def is_on(self, prediction: Mapping[str, Any]) -> bool:
        """See :meth:`Mark.is_on`; what Replicate shows redacted counts as the same."""
        return has_input(self.inputs, prediction)

    def uploaded(self, prediction: Mapping[str, Any]) -> str | None:
        """See :meth:`Mark.uploaded`."""
        return uploaded_name(prediction, self.inputs)


def _hash(inputs: Mapping[str, object], names: tuple[str, ...]) -> str:
    alike = [_alike(inputs[name]) for name in names]
    return hashlib.sha256(json.dumps(alike, separators=(",", ":"), sort_keys=True).encode()).hexdigest()[:32]


def _alike(value: object) -> object:
    """Return a value as it is written alike by us and by Replicate."""
    match value:
        case str() if file_name(value) is not None:
            return UPLOADED
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_alike(each) for each in value]
        case _:
            return value
