"""Names of things: which jobIds are allowed, and why those."""

import re
from typing import NewType

JobId = NewType("JobId", str)
"""A job's only name, 1 to 128 of ``A-Z a-z 0-9 _ -`` and nothing else: it becomes a subject token and a key."""

_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


class BadJobId(ValueError):
    """The text cannot be a jobId; the message says what one looks like."""


def parse_job_id(text: str) -> JobId:
    """Return ``text`` as a JobId, or raise :class:`BadJobId`."""
    if not _JOB_ID.fullmatch(text):
        raise BadJobId("A jobId is 1 to 128 letters, digits, underscores or hyphens.")
    return JobId(text)
