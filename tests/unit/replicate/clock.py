"""A clock that only moves when somebody sleeps on it."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Starts at a fixed moment; sleeping passes the time at once."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds
