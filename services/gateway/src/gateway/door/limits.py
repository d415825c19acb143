"""An owner's limits on the wire: the headers that announce them, and the answer to one who has used them up."""

import math

from gateway.quotas import WINDOW, OverLimit, Standing
from shared.http.problem import Problem

SUBMITS, JOBS = "submits", "active-jobs"


def headers_of(standing: Standing | None) -> dict[str, str]:
    """Return ``RateLimit-Policy`` and ``RateLimit``, as the IETF's draft has them (ratelimit-headers, its ninth)."""
    if standing is None:
        return {}
    limits = standing.limits
    resets = "" if standing.resets_in is None else f";t={max(1, math.ceil(standing.resets_in))}"
    submits, jobs = limits.submits_per_minute, limits.active_jobs
    return {
        "RateLimit-Policy": f'"{SUBMITS}";q={submits};w={WINDOW:.0f}, "{JOBS}";q={jobs}',
        "RateLimit": f'"{SUBMITS}";r={standing.submits}{resets}, "{JOBS}";r={standing.jobs}',
    }


def over_limit(error: OverLimit) -> Problem:
    """Return what answers one who is over a limit."""
    return Problem(429, error.code, str(error), retry_after=error.retry_after)
