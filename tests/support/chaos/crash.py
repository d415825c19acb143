"""Dying at an exact point: a port that kills its own process before or after one of its calls."""

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

PORTS = ("log", "register", "provider", "media", "delivery")


@dataclass(frozen=True)
class Crash:
    """Where to die: ``before`` or ``after`` the call ``call`` of ``port``, for ``log.append`` only of one ``fact``."""

    when: Literal["before", "after"]
    port: str
    call: str
    fact: str | None = None

    def __post_init__(self) -> None:
        if self.port not in PORTS:
            raise ValueError(f"no such port: {self.port}")

    def __str__(self) -> str:
        return f"{self.when} {self.port}.{self.call}" + (f"({self.fact})" if self.fact else "")

    def meant(self, arguments: Sequence[Any]) -> bool:
        """Whether a call with these arguments is the one to die at."""
        return self.fact is None or arguments[0].fact == self.fact


class Deadly:
    """Stands in for a port's object and is it in all but one call, which its process does not survive."""

    def __init__(self, inner: Any, crash: Crash) -> None:
        self._inner = inner
        self._crash = crash

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._dying(found) if name == self._crash.call else found

    def _dying(self, call: Any) -> Any:
        async def dying(*arguments: Any) -> Any:
            if self._crash.when == "before" and self._crash.meant(arguments):
                die()
            answer = await call(*arguments)
            if self._crash.meant(arguments):
                die()
            return answer

        return dying


class DeadlyQueue:
    """A queue whose deliveries are deadly."""

    def __init__(self, inner: Any, crash: Crash) -> None:
        self._inner = inner
        self._crash = crash
        self.ack_wait: float = inner.ack_wait

    async def pull(self, limit: int, timeout: float) -> list[Any]:
        return [Deadly(delivery, self._crash) for delivery in await self._inner.pull(limit, timeout)]


def die() -> None:
    """End this process as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)
