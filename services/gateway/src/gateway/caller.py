"""Who asks: the owner whose jobs a call is about, and what that owner may have at once."""

from dataclasses import dataclass

SUBMITS_PER_MINUTE, ACTIVE_JOBS = 600, 1_000
"""What an owner has for whom the keys file names no limits: enough for a show of a hundred characters at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an owner may submit in any minute, and how many of its jobs may be active at a time."""

    submits_per_minute: int = SUBMITS_PER_MINUTE
    active_jobs: int = ACTIVE_JOBS


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key a call came with, "" where there are none. ``read_only`` keys start, stop and delete nothing."""

    owner: str = ""
    read_only: bool = False


ANYBODY = Caller()
"""Whoever calls a gateway that has no keys, or an address that needs none."""
