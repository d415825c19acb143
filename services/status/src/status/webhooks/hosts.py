"""Fairness between endpoints: each gets a few tries at once, a silent one only one, so that none holds up the rest."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.ports.clock import Clock

MOST = 8
"""Tries at once at one host that answers."""

Chance = Callable[[], float]
"""Draws a number from 0 to 1."""

_LONGEST_WAIT = 300.0
_SHORTEST_TRY = 0.05
_MOST_KNOWN = 10_000


@dataclass(slots=True)
class _Host:
    """``began`` is when each try there began that still runs, ``last`` what the last one took, in seconds."""

    began: list[float] = field(default_factory=list)
    silent: bool = False
    last: float = _SHORTEST_TRY
    free_at: float = 0.0

    @property
    def most(self) -> int:
        return 1 if self.silent else MOST

    def queue(self, now: float) -> float:
        """Return the seconds after which a place should be free for one more that waits for it."""
        # A host that has not answered yet is at least as slow as it has been so far.
        per_try = max(self.last, now - min(self.began, default=now))
        self.free_at = min(max(self.free_at, now) + per_try / self.most, now + _LONGEST_WAIT)
        return self.free_at - now


class Hosts:
    """Hands out places. What finds none is given a time to come back, later the more already come back there."""

    def __init__(self, clock: Clock, chance: Chance) -> None:
        self._clock = clock
        self._chance = chance
        self._hosts: dict[str, _Host] = {}

    def enter(self, name: str) -> float | None:
        """Take a place at the host and return None, or return the seconds after which one is likely to be free."""
        host, now = self._known(name), self._clock.monotonic()
        if len(host.began) < host.most:
            host.began.append(now)
            return None
        wait = host.queue(now)
        # Those for whom the queue is too long do not all come back at the same moment.
        return wait if wait < _LONGEST_WAIT else _LONGEST_WAIT * (1.0 - self._chance() / 2)

    def leave(self, name: str, seconds: float, *, answered: bool) -> None:
        """Give the place back after a try that took so long, and say whether anybody was there."""
        host = self._hosts[name]
        host.began.remove(min(host.began))
        host.silent, host.last = not answered, max(seconds, _SHORTEST_TRY)
        if answered and not host.began:
            del self._hosts[name]

    def _known(self, name: str) -> _Host:
        if name not in self._hosts and len(self._hosts) >= _MOST_KNOWN:
            # Whoever names host after host that is not there costs us what we know of them, and no more.
            self._hosts = {name: host for name, host in self._hosts.items() if host.began}
        return self._hosts.setdefault(name, _Host())
