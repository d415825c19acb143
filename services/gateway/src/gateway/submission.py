"""Accepting a job: two flushed writes, a third for a jobId that the client chose, and no lock.

The claim is the job's subject in ``JOBS``: of any number of rivals one files the next request there, and the others
read who did. Then the job's log is opened, which is what decides whose the jobId is.

A jobId that the client chose may be answered with a rival's job instead, and so has no log. What it is answered with is
written down before either comes of it, one answer after the other, so that it is the same answer ever after.
"""

from dataclasses import dataclass

import structlog

from shared.domain.fold import Entry
from shared.domain.job import accept
from shared.domain.request import JobRequest
from shared.ports.answers import Answer, AnswerMoved, Answers, KeptAnswer
from shared.ports.bus import ClaimMoved, Filed, Requests
from shared.ports.job_log import BusUnavailable, Fenced, JobLog, TooLarge

log = structlog.get_logger()

_ROUNDS = 16
"""Lost races in a row before saying that we are busy: each one means that a rival's job ended meanwhile."""


class JobIdTaken(Exception):
    """The jobId belongs to a job of another kind, owner or content."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job that answers a submit, whether it was there before, and whether it has answered this jobId before."""

    entry: Entry
    deduplicated: bool
    replayed: bool = False


class Submitter:
    """Accepts requests. May raise ``BusUnavailable``, ``BusFull`` and ``TooLarge``; then nothing was promised."""

    def __init__(self, requests: Requests, log_: JobLog, answers: Answers) -> None:
        self._requests = requests
        self._log = log_
        self._answers = answers

    async def submit(self, request: JobRequest, *, named: bool) -> Submitted:
        """Accept ``request``, or find the job that already answers it; raises :class:`JobIdTaken`.

        ``named`` says that the client chose the jobId, so it may have been used before.
        """
        for _ in range(_ROUNDS):
            try:
                if not named:
                    return await self._claim(request, None)
                kept = await self._answers.read(request.job_id)
                return await self._known(request, kept) or await self._claim(request, kept)
            except (ClaimMoved, AnswerMoved):
                continue
        raise BusUnavailable("the claim changes hands faster than it can be read")

    async def _known(self, request: JobRequest, kept: KeptAnswer) -> Submitted | None:
        """Return the job that has the jobId or has answered it before; raises :class:`JobIdTaken`."""
        own = await self._log.last(request.job_id)
        if own is not None:
            return _same(own, request)
        answer = kept.answer
        if answer is None or answer.is_own:
            return None
        if not answer.is_to(request):
            raise JobIdTaken(request.job_id)
        entry = await self._log.last(answer.by)
        if entry is None or entry.job.request != answer.request:
            return None
        return Submitted(entry, deduplicated=True, replayed=True)

    async def _claim(self, request: JobRequest, kept: KeptAnswer | None) -> Submitted:
        """Answer with the claim's running job, or file the request; ``kept`` is None for a jobId nobody ever sent.

        Raises :class:`ClaimMoved` and :class:`AnswerMoved` when somebody else was first.
        """
        last = await self._requests.last_for(request.kind, request.claim)
        running = await self._running(last)
        if running is None:
            if kept is not None:
                # From here on no other gateway answers with a rival that it read of before.
                await self._answers.write(_answer(request, None), kept.version)
            sequence = await self._requests.file(request, _sequence(last))
            return await self._open(request, sequence)
        if running.job.job_id == request.job_id:
            return _same(running, request)  # its log was opened only now: its gateway had died
        if kept is not None:
            await self._answers.write(_answer(request, running), kept.version)
            if (own := await self._log.last(request.job_id)) is not None:
                return _same(own, request)  # it had its own all along, which ran and ended while this was found out
        return Submitted(running, deduplicated=True)

    async def _running(self, last: Filed | int | None) -> Entry | None:
        """Return the log's last entry of the claim's job if that job is active."""
        if not isinstance(last, Filed):
            return None
        try:
            entry = await self._log.last(last.request.job_id)
            if entry is None:
                # Its gateway died between the two writes, or is between them now. Whoever finds it opens the log:
                # the jobId we are about to answer with must be known to the next poll.
                entry = await self._log.append(accept(last.request, last.sequence), None)
        except Fenced as fenced:
            entry = fenced.last
        active = entry is not None and entry.job.request == last.sequence and not entry.job.done
        return entry if active else None

    async def _open(self, request: JobRequest, sequence: int) -> Submitted:
        try:
            entry = await self._log.append(accept(request, sequence), None)
        except TooLarge:
            await self._withdraw(sequence)
            raise
        except Fenced as fenced:
            if fenced.last is None:
                raise BusUnavailable("the job's log can be neither opened nor read") from fenced
            if fenced.last.job.request == sequence:
                return Submitted(fenced.last, deduplicated=False)  # the worker was quicker
            await self._withdraw(sequence)
            return _same(fenced.last, request)
        return Submitted(entry, deduplicated=False)

    async def _withdraw(self, sequence: int) -> None:
        try:
            await self._requests.remove(sequence)
        except BusUnavailable as error:
            # No worker runs a request that its id's log does not name, so this is tidiness only.
            log.debug("An orphaned request stays", action="orphan_left", sequence=sequence, error=str(error))


def _sequence(last: Filed | int | None) -> int:
    if last is None:
        return 0
    return last.sequence if isinstance(last, Filed) else last


def _answer(request: JobRequest, rival: Entry | None) -> Answer:
    return Answer(
        job_id=request.job_id,
        owner=request.owner,
        kind=request.kind,
        content=request.content,
        by=request.job_id if rival is None else rival.job.job_id,
        request=0 if rival is None else rival.job.request,
        at=request.created_at,
    )


def _same(known: Entry, request: JobRequest) -> Submitted:
    job = known.job
    if (job.owner, job.kind, job.content) != (request.owner, request.kind, request.content):
        raise JobIdTaken(request.job_id)
    return Submitted(known, deduplicated=True, replayed=True)
