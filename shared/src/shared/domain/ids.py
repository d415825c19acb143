"""Names of things: which jobIds are allowed, and why those.

A client's jobId is its own: two owners may use the same one and never learn of each other. So the name that a job has
within Greenroom begins with its owner's, and none of the two can be read as anything else: neither may have a ``=``.
"""

import re
from typing import NewType

JobId = NewType("JobId", str)
"""A job's only name: the client's jobId, after ``<owner>=`` where there are owners. A subject token and a key."""

_NAME = "[A-Za-z0-9_-]"
_GIVEN = re.compile(rf"{_NAME}{{1,128}}")
_OWNER = re.compile(rf"{_NAME}{{1,64}}")
WRITTEN = rf"({_NAME}{{1,64}}=)?{_NAME}{{1,128}}"
"""What a JobId looks like, as a regular expression."""

LONGEST = 64 + 1 + 128
"""Characters of a JobId, at the most."""

_WRITTEN = re.compile(WRITTEN)


class BadJobId(ValueError):
    """The text cannot be a jobId; the message says what one looks like."""


class BadOwner(ValueError):
    """The text cannot be an owner's name; the message says what one looks like."""


def parse_owner(text: str) -> str:
    """Return ``text`` as an owner's name, or raise :class:`BadOwner`."""
    if not _OWNER.fullmatch(text):
        raise BadOwner("An owner's name is 1 to 64 letters, digits, underscores or hyphens.")
    return text


def parse_job_id(text: str, owner: str = "") -> JobId:
    """Return the job that a client of ``owner`` ("": there are none) calls ``text``, or raise :class:`BadJobId`."""
    if not _GIVEN.fullmatch(text):
        raise BadJobId("A jobId is 1 to 128 letters, digits, underscores or hyphens.")
    return JobId(f"{owner}={text}" if owner else text)


def read_job_id(text: str) -> JobId:
    """Return ``text`` as the JobId that it was written as, or raise :class:`BadJobId`."""
    if not _WRITTEN.fullmatch(text):
        raise BadJobId("A job's name is 1 to 128 letters, digits, underscores or hyphens, perhaps after its owner's.")
    return JobId(text)


def given_name(job_id: JobId) -> str:
    """Return what a job's own client calls it."""
    return job_id.rpartition("=")[2]


def owner_of(job_id: JobId) -> str:
    """Return whose job it is, "" where there are no owners."""
    return job_id.rpartition("=")[0]
