"""The real clock and the real names."""

import asyncio
import time
import uuid
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running loop."""
        await asyncio.sleep(seconds)


class RandomIds:
    """Names from the operating system's randomness."""

    def new(self) -> str:
        """Return 32 hex digits, 122 of their bits random."""
        return uuid.uuid4().hex
