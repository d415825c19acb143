"""Time and names, asked for rather than taken, so that tests can give them."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for records, monotonic time for waiting."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        ...


class Ids(Protocol):
    """Names nobody has had before."""

    def new(self) -> str:
        """Return a new name of 32 letters and digits that nobody can guess."""
        ...
