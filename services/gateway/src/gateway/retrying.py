"""Retrying: a new job for the same request, and the same new job however often it is asked for.

A retry's jobId follows from the job it retries, so no index is needed to know whether a job was retried: the log of
that id says it. Everything else is an ordinary submit, and a running job of the same claim answers as ever. Only when
a retry has come to nothing is there a next one, with a number of its own.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from gateway.listing import Listing, Wanted
from gateway.lookup import Lookup
from gateway.quotas import OverLimit
from gateway.submission import JobIdTaken, Submitted, Submitter
from shared.domain.claims import claim_of
from shared.domain.fold import Entry
from shared.domain.ids import JobId, owner_of, parse_job_id
from shared.domain.job import Job
from shared.domain.request import JobRequest, fingerprint
from shared.domain.states import Status
from shared.ports.bus import Filed, Requests
from shared.ports.clock import Clock
from shared.ports.job_log import BusUnavailable, JobLog, TooLarge
from shared.ports.records import Record

log = structlog.get_logger()

RETRYABLE = frozenset({Status.FAILED, Status.CANCELED})
MOST_RETRIED = 500
"""Jobs that one call for all failed ones retries, give or take a page."""

_MOST_PAGES = 20
_PAGE = 100
_AT_ONCE = 8
_MOST_RETRIES = 1_000


class RequestGone(Exception):
    """The job's request is no longer kept, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Retried:
    """The new jobs, and below which sequence there may be more to retry; None when all were looked at."""

    entries: Sequence[Entry]
    below: int | None


def retry_id(of: JobId, number: int) -> JobId:
    """Return the jobId of a job's retry, the first being number 1."""
    return parse_job_id(hashlib.sha256(f"retry/{of}/{number}".encode()).hexdigest()[:32], owner_of(of))


def made_again(
    request: JobRequest, job_id: JobId, now: datetime, custom_prompt: str | None, traceparent: str | None
) -> JobRequest:
    """Return the request anew, with as much time as it had; a ``custom_prompt`` takes the place of its own."""
    prompt = request.custom_prompt if custom_prompt is None else custom_prompt
    content = fingerprint(
        request.kind,
        show=request.show,
        character=request.character,
        model=request.model,
        settings=request.settings,
        guardrails=request.guardrails,
        custom_prompt=prompt,
        seed=request.seed,
        portrait_url=request.portrait_url,
    )
    return replace(
        request,
        job_id=job_id,
        content=content,
        claim=claim_of(request.owner, request.kind, request.show_id, request.character_id, content),
        custom_prompt=prompt,
        created_at=now,
        deadline=now + (request.deadline - request.created_at),
        retry_of=request.job_id,
        traceparent=traceparent,
    )


class Retrier:
    """Retries jobs. May raise ``BusUnavailable``, ``TooLarge`` and ``OverLimit``; asking again is then safe."""

    def __init__(
        self,
        requests: Requests,
        submitter: Submitter,
        log_: JobLog,
        lookup: Lookup,
        listing: Listing,
        clock: Clock,
        most: int = MOST_RETRIED,
    ) -> None:
        self._requests = requests
        self._submitter = submitter
        self._log = log_
        self._lookup = lookup
        self._listing = listing
        self._clock = clock
        self._most = most

    async def retry(self, job: Job, traceparent: str | None, custom_prompt: str | None = None) -> Submitted:
        """Submit an ended job's request anew, unless a retry of it is running or has succeeded already.

        Another running job of its claim answers, too. Raises :class:`RequestGone`.
        """
        request = await self._request_of(job)
        for number in range(1, _MOST_RETRIES):
            submitted = await self._submit(request, number, traceparent, custom_prompt)
            if submitted is not None and not await self._came_to_nothing(submitted):
                return submitted
        raise BusUnavailable("the job was retried too often")

    async def _request_of(self, job: Job) -> JobRequest:
        request = await self._requests.at(job.request)
        if request is None or request.job_id != job.job_id:
            raise RequestGone(job.job_id)
        return request

    async def _submit(
        self, request: JobRequest, number: int, traceparent: str | None, custom_prompt: str | None = None
    ) -> Submitted | None:
        """Submit a retry by its number; None when the retry of that number was asked for with another prompt."""
        again = made_again(request, retry_id(request.job_id, number), self._clock.now(), custom_prompt, traceparent)
        try:
            return await self._submitter.submit(again, named=True)
        except JobIdTaken:
            return None

    async def _came_to_nothing(self, submitted: Submitted) -> bool:
        """Whether an earlier retry left nothing to answer with: it failed, was canceled or is no longer kept."""
        job = submitted.entry.job
        if not (submitted.deduplicated and job.done):
            return False
        return job.status in RETRYABLE or not isinstance(await self._lookup.find(job.job_id), Record)

    async def retry_failed(self, wanted: Wanted, traceparent: str | None, below: int | None = None) -> Retried:
        """Retry the failed ones of the wanted jobs, newest first, that nobody has retried or asked for again since."""
        failed = replace(wanted, statuses=frozenset({Status.FAILED}))
        entries: list[Entry] = []
        for _ in range(_MOST_PAGES):
            page = await self._listing.page(failed, _PAGE, below)
            gate = asyncio.Semaphore(_AT_ONCE)
            jobs = [record.entry.job for record in page.records]
            tries = (self._retry_once(job, traceparent, gate) for job in jobs)
            made = await asyncio.gather(*tries, return_exceptions=True)
            entries += [entry for entry in made if isinstance(entry, Entry)]
            broken = next((error for error in made if isinstance(error, BaseException)), None)
            if isinstance(broken, OverLimit) and entries:
                # Who asked is told of what was made; this page is gone through again by the next call.
                return Retried(entries, jobs[0].request + 1)
            if broken is not None:
                raise broken
            below = page.below
            if below is None or len(entries) >= self._most:
                break
        return Retried(entries, below)

    async def _retry_once(self, job: Job, traceparent: str | None, gate: asyncio.Semaphore) -> Entry | None:
        async with gate:
            if await self._was_retried(job) or await self._was_made_again(job):
                return None
            try:
                # Its first retry or none: of two calls at once, one would find the other's first and make a second.
                submitted = await self._submit(await self._request_of(job), 1, traceparent)
            except (RequestGone, TooLarge) as error:
                # One that cannot be retried must not keep all the others from it.
                log.warning("Could not retry a job", action="retry_impossible", job_id=job.job_id, error=repr(error))
                return None
            return None if submitted is None or submitted.deduplicated else submitted.entry

    async def _was_retried(self, job: Job) -> bool:
        first = await self._log.last(retry_id(job.job_id, 1))
        return first is not None and first.job.retry_of == job.job_id

    async def _was_made_again(self, job: Job) -> bool:
        last = await self._requests.last_for(job.kind, job.claim)
        return (last.sequence if isinstance(last, Filed) else last or 0) > job.request
