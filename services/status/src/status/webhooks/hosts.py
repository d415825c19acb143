"""Fairness between endpoints: each gets a few tries at once, a silent one only one, so that none holds up the rest."""

from dataclasses import dataclass

from shared.ports.clock import Clock

MOST = 8
"""Tries at once at one host that answers."""

_LONGEST_WAIT = 300.0
_SHORTEST_TRY = 0.05
_FIRST_GUESS = 1.0


@dataclass(slots=True)
class _Host:
    running: int = 0
    silent: bool = False
    per_try: float = _FIRST_GUESS
    free_at: float = 0.0

    @property
    def most(self) -> int:
        return 1 if self.silent else MOST


class Hosts:
    """Hands out places. What finds none is given a time to come back, later the more already come back there."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    def enter(self, name: str) -> float:
        """Take a place at the host and return 0, or return the seconds after which one is likely to be free."""
        host = self._hosts.setdefault(name, _Host())
        if host.running < host.most:
            host.running += 1
            return 0.0
        now = self._clock.monotonic()
        host.free_at = min(max(host.free_at, now) + host.per_try / host.most, now + _LONGEST_WAIT)
        return host.free_at - now

    def leave(self, name: str, seconds: float, *, answered: bool) -> None:
        """Give the place back after a try that took so long, and say whether anybody was there."""
        host = self._hosts[name]
        host.running -= 1
        host.silent, host.per_try = not answered, max(seconds, _SHORTEST_TRY)
        if answered and not host.running:
            del self._hosts[name]
