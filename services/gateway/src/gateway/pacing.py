"""When it is worth asking again: seldom while a job has far to go, every second near its end."""

from datetime import datetime

from shared.domain.job import Job
from shared.domain.kinds import Kind

_USUAL_SECONDS = {Kind.PORTRAIT: 60.0, Kind.VIDEO: 120.0}
_LONGEST = 10.0


def retry_after(job: Job, now: datetime) -> int | None:
    """Return whole seconds until the next poll of ``job`` is worth making, 1 to 10; None once it has ended."""
    if job.done:
        return None
    if job.progress is not None and job.progress >= 80:
        return 1
    elapsed = (now - (job.started_at or job.created_at)).total_seconds()
    left = _USUAL_SECONDS[job.kind] - elapsed
    return int(max(1.0, min(_LONGEST, left / 6)))
