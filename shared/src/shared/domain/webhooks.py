"""Webhooks to clients: which facts are announced, and what follows from each try to tell of one. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Fact, Job
from shared.domain.states import Status

PAUSES = (5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 7_200.0, *(14_400.0,) * 5)
"""Seconds before each further try: a short outage costs seconds, a long one is waited out for most of a day."""

TRY_FOR = timedelta(hours=24)
"""From the announcement; nothing is sent after that."""

JITTER = 0.2
"""The part of a pause that chance may take away, so that what failed together does not come back together."""

_GONE = 410
_MOVES = frozenset({Fact.ACCEPTED, Fact.STARTED, Fact.SUCCEEDED, Fact.FAILED, Fact.CANCELED})
"""The facts by which a job comes into a status; the others happen within one."""


def announces(entry: Entry) -> bool:
    """Whether the job's client wants to hear of this entry. Of a status told twice (a new worker) both are such."""
    webhook = entry.job.webhook
    return webhook is not None and entry.fact in _MOVES and entry.job.status in webhook.events


def webhook_id(job: Job) -> str:
    """Return the id of the message that says that this job came into its status: the same however often it is made."""
    name = f"{job.job_id}/{job.request}/{job.created_at.isoformat()}/{job.status}"
    return f"msg_{hashlib.sha256(name.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be told, once for each of a job's statuses.

    ``body`` is sent as it is at every try. ``request`` is the job's in ``JOBS``: a jobId may be used again after a day.
    """

    webhook_id: str
    job_id: JobId
    request: int
    status: Status
    url: str
    body: str
    announced_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of sending. ``http_status`` is None when nothing was answered, and ``error`` then says why.

    ``seconds`` is what it took; ``retry_after`` what the endpoint asked to be left alone for, in seconds.
    """

    seconds: float
    http_status: int | None = None
    error: str | None = None
    retry_after: float | None = None


class Outcome(StrEnum):
    """What a try led to."""

    DELIVERED = "delivered"
    RETRYING = "retrying"
    STOPPED = "stopped"  # 410: the endpoint wants nothing more of this job
    GAVE_UP = "gave_up"  # the day is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to deliver a message, its ``number`` counted from 1. ``next_at`` is set when there will be another."""

    webhook_id: str
    status: Status
    number: int
    at: datetime
    seconds: float
    http_status: int | None
    error: str | None
    outcome: Outcome
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLog:
    """Every try made for one job, of whichever of its messages, oldest first."""

    job_id: JobId
    request: int
    tries: tuple[Try, ...] = ()

    def due_in(self, message: Message, now: datetime) -> float | None:
        """Return the seconds until ``message`` should be tried, 0 for now, None when it should be no more."""
        own = self._of(message)
        stopped = any(each.outcome is Outcome.STOPPED for each in self.tries)
        # Two may have tried at once: that one of them was heard is the end of it, whatever was written after.
        if stopped or any(each.next_at is None for each in own):
            return None
        return max((0.0, *((each.next_at - now).total_seconds() for each in own if each.next_at is not None)))

    def tried(self, message: Message, at: datetime, answer: Answer, chance: float) -> "DeliveryLog":
        """Return the log with the try that began at ``at``. ``chance``, from 0 to 1, shortens the pause."""
        number = len(self._of(message)) + 1
        outcome, next_at = _consequence(message, number, at + timedelta(seconds=answer.seconds), answer, chance)
        entry = Try(
            webhook_id=message.webhook_id,
            status=message.status,
            number=number,
            at=at,
            seconds=answer.seconds,
            http_status=answer.http_status,
            error=_words(answer),
            outcome=outcome,
            next_at=next_at,
        )
        return DeliveryLog(job_id=self.job_id, request=self.request, tries=(*self.tries, entry))

    def _of(self, message: Message) -> list[Try]:
        return [each for each in self.tries if each.webhook_id == message.webhook_id]


def _consequence(
    message: Message, number: int, ended: datetime, answer: Answer, chance: float
) -> tuple[Outcome, datetime | None]:
    if _is_success(answer):
        return Outcome.DELIVERED, None
    if answer.http_status == _GONE:
        return Outcome.STOPPED, None
    if number > len(PAUSES):
        return Outcome.GAVE_UP, None
    pause = max(PAUSES[number - 1] * (1.0 - JITTER * chance), answer.retry_after or 0.0)
    # However long the endpoint asks for, a day is the longest that matters.
    next_at = ended + timedelta(seconds=min(pause, TRY_FOR.total_seconds()))
    return (Outcome.RETRYING, next_at) if next_at < message.announced_at + TRY_FOR else (Outcome.GAVE_UP, None)


def _is_success(answer: Answer) -> bool:
    return answer.http_status is not None and 200 <= answer.http_status < 300


def _words(answer: Answer) -> str | None:
    if answer.http_status is None or _is_success(answer):
        return answer.error
    if answer.http_status == _GONE:
        return "The endpoint answered HTTP 410: it wants nothing more of this job."
    followed = ", and redirects are not followed" if 300 <= answer.http_status < 400 else ""
    return f"The endpoint answered HTTP {answer.http_status}{followed}."
