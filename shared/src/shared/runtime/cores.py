"""How many cores are ours."""

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cores(quota: Path = _QUOTA) -> int:
    """Return how many this process may use: in a container that may be fewer than the machine has, at least one.

    ``quota`` is cgroup v2's ``cpu.max``: microseconds of processor in so many of time, or ``max``.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        allowed, period = quota.read_text().split()
    except (OSError, ValueError):
        return usable
    return usable if allowed == "max" else max(1, min(usable, math.ceil(int(allowed) / int(period))))
