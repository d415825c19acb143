"""One budget of calls for the whole process, and one pause that all of it keeps."""

import asyncio

from shared.ports.clock import Clock

LONGEST_PAUSE = 900.0
"""Seconds that one answer may have everybody wait: a job's usual deadline. A longer one may as well be a mistake."""
SPREAD = 1.0
"""Seconds that one call may take longer to arrive than another."""
BURST = 0.1
"""Seconds whose worth of calls may go at once. A provider takes more; but a process that stood still for a moment, or
waited for its disk, sends what that held up on top of it.
"""
CATCH_UP = 3.0
"""Calls that may go at once all the same where that is less than a second's worth: whoever wakes a moment late for its
turn would else cost everybody behind it that moment.
"""


class Exhausted(Exception):
    """No call may be made now; ``wait`` is the seconds until one may, ``told`` whether the provider said so itself."""

    def __init__(self, wait: float, told: bool) -> None:
        super().__init__(f"no call for another {wait:.1f} s")
        self.wait = wait
        self.told = told


class Budget:
    """A token bucket: no 60 seconds hold more than ``per_minute`` calls, :data:`BURST` seconds' of them at once.

    That holds where they arrive, too, if none takes ``spread`` seconds longer than another. Callers are let through in
    the order they came, and wait ``queue`` seconds for their turn at most, ``patience`` for the end of a pause. After a
    pause calls start again one by one, not in a burst.
    """

    def __init__(
        self, per_minute: float, clock: Clock, *, patience: float, queue: float, spread: float = SPREAD
    ) -> None:
        second = per_minute / 60
        self._room = max(1.0, min(CATCH_UP, second), second * BURST)
        # What goes at once comes on top of what a minute refills; and it is the provider's minute that counts, in which
        # what was sent over a little more than one arrives when the earliest of it was held up.
        self._rate = (per_minute - self._room + 1) / (60 + spread)
        self._tokens = self._room
        self._clock = clock
        self._patience = patience
        self._queue = queue
        self._filled_at = clock.monotonic()
        self._paused_until = float("-inf")
        self._waiting = 0
        self._turn = asyncio.Lock()

    def pause(self, seconds: float) -> None:
        """Let nobody call for ``seconds``, at most :data:`LONGEST_PAUSE`; a pause that already lasts longer stands."""
        seconds = min(seconds, LONGEST_PAUSE)
        until = self._clock.monotonic() + seconds
        if until > self._paused_until:
            self._wait()
            # One at most when it is over, and none for a pause of no length: else each refusal would pay for a call.
            self._tokens = min(1.0, self._tokens + seconds * self._rate)
            self._paused_until = self._filled_at = until

    def held_off(self) -> float:
        """Return the seconds that are left of a pause, 0 without one."""
        return max(0.0, self._paused_until - self._clock.monotonic())

    def must_not_pause(self) -> None:
        """Raise :class:`Exhausted` while there is a pause, for whoever has taken a call and not made it yet."""
        if (left := self.held_off()) > 0:
            raise Exhausted(left, told=True)

    async def take(self) -> None:
        """Return when one call may be made; raises :class:`Exhausted` when that is too far off."""
        self._check(self._wait() + self._waiting / self._rate)
        self._waiting += 1
        try:
            async with self._turn:
                while (wait := self._wait()) > 0:
                    self._check(wait)
                    await self._clock.sleep(wait)
                self._tokens -= 1
        finally:
            self._waiting -= 1

    def _check(self, wait: float) -> None:
        told = self._paused_until > self._clock.monotonic()
        if wait > (self._patience if told else self._queue):
            raise Exhausted(wait, told)

    def _wait(self) -> float:
        now = self._clock.monotonic()
        if now < self._paused_until:
            return self._paused_until - now
        self._tokens = min(self._room, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        # A hair of tolerance: the clock's own rounding must not cost another turn of the loop.
        return 0.0 if self._tokens >= 1 - 1e-9 else (1 - self._tokens) / self._rate
