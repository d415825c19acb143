"""The blank provider: every job is done at once, with one fixed tiny picture or clip. For load tests.

It remembers nothing: a prediction's id says all there is to know, so any process can answer for any prediction.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from shared.domain.ids import read_job_id
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.ports.provider import Finished, Observation, Order, OutputUnreadable, ProviderTrouble

_PREFIX = "blank"
_FILES = {
    # 64 × 96 pixels of one colour; the clip is H.264, a second long
    Kind.PORTRAIT: Path(__file__).with_name("blank.png"),
    Kind.VIDEO: Path(__file__).with_name("blank.mp4"),
}


class BlankProvider:
    """A :class:`shared.ports.provider.Provider` that has always finished. Predictions are ``blank-<kind>-<jobId>``."""

    def __init__(self) -> None:
        self._outputs = {kind.value: path.read_bytes() for kind, path in _FILES.items()}

    @property
    def name(self) -> str:
        """``blank``."""
        return _PREFIX

    @property
    def create_within(self) -> float:
        """0: a create is done as soon as it is called."""
        return 0.0

    @property
    def settling(self) -> float:
        """0: no answer of this provider's is ever lost."""
        return 0.0

    def held_off(self) -> float:
        """0: this provider limits nobody."""
        return 0.0

    async def prepare(self, order: Order) -> None:
        """Do nothing: nothing is needed first."""

    async def start(self, order: Order) -> str:
        """Return the prediction's id; nothing is made."""
        return f"{_PREFIX}-{order.kind}-{order.job_id}"

    async def attach(self, prediction: str, order: Order) -> None:
        """Do nothing: there is nothing to take over."""

    @property
    def runs_elsewhere(self) -> bool:
        """True: any process can answer for any prediction."""
        return True

    def mark(self, order: Order) -> str:
        """Return the job's id: there is nothing to be found."""
        return order.job_id

    async def find(self, order: Order, since: datetime, mark: str | None = None) -> list[str]:
        """Return nothing: none of them is remembered, and another one costs nothing."""
        return []

    async def poll(self, prediction: str) -> Observation:
        """Return the output; raises :class:`ProviderTrouble` (gone) for an id of another make."""
        kind = _kind_of(prediction)
        if kind is None:
            raise ProviderTrouble(Trouble.GONE, f"There is no blank prediction {prediction}.")
        return Finished(outputs=(kind.value,))

    async def cancel(self, prediction: str) -> None:
        """Do nothing: it has finished."""

    async def open(self, output: str) -> AsyncIterator[bytes]:
        """Yield the picture or the clip, in one piece."""
        if output not in self._outputs:
            raise OutputUnreadable(f"There is no blank output {output}.")
        yield self._outputs[output]

    async def close(self) -> None:
        """Do nothing: nothing is held."""


def _kind_of(prediction: str) -> Kind | None:
    prefix, _, rest = prediction.partition("-")
    kind, _, job_id = rest.partition("-")
    try:
        read_job_id(job_id)
        return Kind(kind) if prefix == _PREFIX else None
    except ValueError:
        return None
