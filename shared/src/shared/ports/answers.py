"""Which job a client's jobId was answered with: the memory that keeps an id from meaning two jobs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.ids import JobId
from shared.domain.kinds import Kind
from shared.domain.request import JobRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a jobId was asked for, and the job it was answered with: another that ran already, or its own to be.

    ``request`` is the sequence of that other job's request in ``JOBS``, 0 for its own.
    """

    job_id: JobId
    owner: str
    kind: Kind
    content: str
    by: JobId
    request: int
    at: datetime

    @property
    def is_own(self) -> bool:
        """Whether the jobId is to have a job of its own, or already has."""
        return self.by == self.job_id

    def is_to(self, request: JobRequest) -> bool:
        """Whether it was this that was asked for."""
        return (self.owner, self.kind, self.content) == (request.owner, request.kind, request.content)


class AnswerMoved(Exception):
    """Somebody else answered the jobId since it was read; read it again."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A jobId's answer as it is kept, None for none, with the version to compare and set against."""

    answer: Answer | None
    version: int


class Answers(Protocol):
    """Kept for a day. Every method may raise ``BusUnavailable``."""

    async def read(self, job_id: JobId) -> KeptAnswer:
        """Return a jobId's answer."""
        ...

    async def write(self, answer: Answer, version: int) -> None:
        """Write an answer over ``version``, durably; raises :class:`AnswerMoved`."""
        ...
