"""Whose turn it is to create a prediction: waited for before the intent is written, and used right after it."""

from collections.abc import Awaitable, Callable

from shared.domain.ids import JobId
from shared.domain.retry import Trouble
from shared.ports.clock import Clock
from shared.ports.provider import ProviderTrouble

GOOD_FOR = 5.0
"""Seconds after which a turn has passed: what is held up for longer would all be sent at once."""

_KEPT = 20_000


class Turns:
    """The turns that jobs have had and not used. ``wait`` returns when it is somebody's turn."""

    def __init__(self, wait: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._wait = wait
        self._clock = clock
        self._had: dict[JobId, float] = {}

    async def wait(self, job_id: JobId) -> None:
        """Wait for the job's turn; raises :class:`shared.ports.provider.ProviderTrouble` when it is too far off."""
        await self._wait()
        if len(self._had) >= _KEPT:
            self._had = {each: at for each, at in self._had.items() if self._is_good(at)}
        self._had[job_id] = self._clock.monotonic()

    async def use(self, job_id: JobId) -> None:
        """Use the turn; whoever has waited for none does so now.

        Raises :class:`shared.ports.provider.ProviderTrouble`, also when the turn has passed: then nothing was done, and
        another has to be waited for.
        """
        had = self._had.pop(job_id, None)
        if had is None:
            await self._wait()
        elif not self._is_good(had):
            raise ProviderTrouble(Trouble.THROTTLED, "This job's turn to call Replicate has passed.", 0.0)

    def _is_good(self, at: float) -> bool:
        return self._clock.monotonic() - at < GOOD_FOR
