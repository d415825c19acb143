"""When to look again at a prediction.

Often while it is young, since much of what fails fails at once; then seldom; often again around the time the model
usually takes; and seldom past it.
"""

from dataclasses import dataclass

_OF_AGE = 1 / 2
_OF_DISTANCE = 1 / 4
"""A pause is at most this share of the prediction's age, and of its distance from the usual end."""

_WEIGHT = 0.2
"""How much one more prediction changes what is taken for usual."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """The bounds of the pauses between two looks at one prediction, in seconds."""

    densest: float = 0.5
    sparsest: float = 5.0


class Pace:
    """What each model usually takes, learnt from what it took, and the pauses that follow from it."""

    def __init__(self, spacing: Spacing) -> None:
        self._spacing = spacing
        self._learnt: dict[str, float] = {}

    def look_again(self, model: str, usual: float, age: float) -> float:
        """Return the seconds until the next look at a prediction ``age`` seconds old; ``usual`` is a first guess."""
        away = abs(self._learnt.get(model, usual) - age)
        wanted = min(age * _OF_AGE, away * _OF_DISTANCE)
        return min(self._spacing.sparsest, max(self._spacing.densest, wanted))

    def learn(self, model: str, usual: float, took: float) -> None:
        """Remember that a prediction took ``took`` seconds."""
        before = self._learnt.get(model, usual)
        self._learnt[model] = before + _WEIGHT * (took - before)
