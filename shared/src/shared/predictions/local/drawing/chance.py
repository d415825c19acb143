"""Choices that look free and are not: each is drawn by name from one seed, so adding a choice changes no other."""

import hashlib
import json
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Named draws from a seed; the same name always draws the same."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @classmethod
    def of(cls, *identity: object) -> "Chance":
        """Seed it from any JSON data; what JSON cannot say counts by its text."""
        text = json.dumps(identity, sort_keys=True, default=str)
        return cls(int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big"))

    def share(self, name: str) -> float:
        """Return a number from 0 up to, not including, 1."""
        digest = hashlib.sha256(f"{self.seed}:{name}".encode()).digest()
        return int.from_bytes(digest[:7], "big") / (1 << 56)

    def between(self, name: str, low: float, high: float) -> float:
        """Return a number between two."""
        return low + (high - low) * self.share(name)

    def pick(self, name: str, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[int(self.share(name) * len(options))]

    def odds(self, name: str, probability: float) -> bool:
        """Return True in ``probability`` of the seeds."""
        return self.share(name) < probability
