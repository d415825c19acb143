"""One request in a worker's hands, from its delivery to its end, whichever end that is."""

import asyncio
from typing import NoReturn

import structlog

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.job import Job, accept, cancel, fail, hand_back, past_deadline, start, succeed
from shared.domain.request import JobRequest
from shared.domain.states import Status
from shared.events.codec import Unreadable
from shared.ports.bus import Delivery
from shared.ports.job_log import BusUnavailable, Fenced
from shared.ports.meters import Happening
from shared.ports.provider import ProviderTrouble
from shared.tasks import Expired, first, within
from shared.worker.hold import Hold, Lost, Step
from shared.worker.parts import Parts
from shared.worker.rendering import Rendering
from shared.worker.trouble import CancelRequested, JobFailed, again, stopped_by

log = structlog.get_logger()

_HAND_BACK_WITHIN = 2.0
_LET_GO_WITHIN = 7.0
"""Seconds for all of a hand-back, whatever does not answer: with the pull before it, less than a drain may take."""

_TROUBLE_DELAY = 2.0


class Run:
    """Carries one job.

    ``letting_go`` is True from the moment that it was cancelled and hands its job back, ``leaving`` from its last word
    about its delivery on: one that comes after that is not for this run.
    """

    def __init__(self, parts: Parts, delivery: Delivery) -> None:
        self._parts = parts
        self._delivery = delivery
        self._request: JobRequest | None = None
        self._hold: Hold | None = None
        self._rendering: Rendering | None = None
        self._nudged = asyncio.Event()
        self.letting_go = False
        self.leaving = False

    @property
    def job_id(self) -> str | None:
        """Whose job it carries, once that was read."""
        return self._request.job_id if self._request else None

    def redelivered(self, delivery: Delivery) -> None:
        """Go on under a newer delivery: the lease on the old one was lost without anybody else taking the job."""
        self._delivery.let_go()
        self._delivery = delivery

    def abandon(self) -> None:
        """Keep the delivery alive no longer: this run is over."""
        self._delivery.let_go()

    def _leave(self) -> Delivery:
        """Return the delivery for the last word about it."""
        self.leaving = True
        return self._delivery

    def nudge(self) -> None:
        """Somebody says that the job's log or its prediction has news: look at both now."""
        self._nudged.set()
        if self._rendering is not None:
            self._rendering.nudged.set()

    async def run(self) -> None:
        """Carry the job to its end, or hand it back when cancelled."""
        try:
            await self._run()
        except Unreadable as error:
            self._count(Happening.SET_ASIDE)
            log.error("Set an unreadable message aside", action="set_aside", reason=str(error))
            await self._leave().set_aside(str(error))
        except Lost as lost:
            try:
                await self._let_go(lost)
            except asyncio.CancelledError:
                self.letting_go = True
                await self._stop_unwanted_soon(lost)
                raise
        except BusUnavailable as error:
            log.warning("NATS went away before the job was taken", action="run_postponed", error=str(error))
            await self._leave().hand_back(_TROUBLE_DELAY)
        except asyncio.CancelledError:
            self.letting_go = True
            await self._hand_back()
            raise

    async def _run(self) -> None:
        request = self._request = self._delivery.request()
        structlog.contextvars.bind_contextvars(job_id=request.job_id)
        entry = await self._entry(request)
        if entry.job.request == self._delivery.sequence and not entry.job.done:
            hold = self._hold = Hold(self._parts.log, self._parts.clock, self._parts.worker, entry)
            await self._carry(hold, request)
        else:
            log.info("Nothing to do for a request", action="request_dropped", status=entry.job.status)
        await self._leave().ack()

    async def _entry(self, request: JobRequest) -> Entry:
        """Return the last entry of the job's log, opening it if the gateway did not come to it."""
        entry = await self._parts.log.last(request.job_id)
        if entry is not None:
            return entry
        try:
            return await self._parts.log.append(accept(request, self._delivery.sequence), None)
        except Fenced as fenced:
            if fenced.last is None:
                raise BusUnavailable("the job's log can be neither written nor read") from fenced
            return fenced.last

    async def _carry(self, hold: Hold, request: JobRequest) -> None:
        left = (request.deadline - self._parts.clock.now()).total_seconds()
        if left <= 0 and hold.job.status is Status.STARTING:
            await self._end(hold, lambda job, at: fail(job, past_deadline(job), at))
            return
        await hold.take(lambda job, at: start(job, self._parts.worker, self._parts.provider.name, at))
        self._count(Happening.TAKEN)
        log.info("Took a job", action="job_started", attempt=hold.job.attempt, prediction=hold.job.prediction)
        rendering = self._rendering = Rendering(self._parts, hold, request, lambda: self._delivery)
        try:
            output = await within(rendering.output(), left, unless=self._interrupted(hold))
        except CancelRequested:
            await self._stop_prediction(hold)
            await self._end(hold, cancel)
        except JobFailed as failed:
            await self._fail(hold, failed.failure, stop=failed.stop)
        except Expired:
            await self._fail(hold, past_deadline(hold.job), stop=True)
        except (Lost, BusUnavailable):
            raise
        except Exception:  # a bug of ours must end one job with a word, not loop for a hundred deliveries
            log.exception("A job failed by our own fault", action="job_broken")
            broken = Failure(FailureCode.INTERNAL, "Something in Greenroom broke while making this; it was logged.")
            await self._fail(hold, broken, stop=True)
        else:
            await self._end(hold, lambda job, at: succeed(job, output, at))

    async def _interrupted(self, hold: Hold) -> NoReturn:
        """Raise :class:`CancelRequested` or :class:`Lost` as soon as the log says so."""
        while not hold.cancel_requested:
            await first(self._nudged.wait(), self._parts.clock.sleep(self._parts.limits.look_every))
            # Before reading: a hint that comes while the log is read may be about what is written after that.
            self._nudged.clear()
            await hold.refresh()
        raise CancelRequested

    async def _fail(self, hold: Hold, failure: Failure, *, stop: bool) -> None:
        if stop:
            await self._stop_prediction(hold)
        await self._end(hold, lambda job, at: fail(job, failure, at))

    async def _end(self, hold: Hold, step: Step) -> None:
        await hold.say(step)
        job = hold.job
        self._count(Happening(job.status.value))
        seconds = (job.updated_at - (job.started_at or job.created_at)).total_seconds()
        code = job.failure.code if job.failure else None
        log.info(f"Job {job.status}", action="job_ended", status=job.status, code=code, seconds=round(seconds, 2))

    async def _stop_prediction(self, hold: Hold) -> None:
        """Ask the provider to stop what this job runs there, if it runs anything."""
        if self._rendering is None:
            return
        await self._rendering.settle()
        await self._cancel_at_provider(hold.job.prediction or await self._rendering.unrecorded(), hold.job)

    async def _cancel_at_provider(self, prediction: str | None, job: Job) -> None:
        """Ask until the provider has heard it: what runs on, bills on. A refusal ends the asking, not the job."""
        if prediction is None:
            return
        clock, tries = self._parts.clock, 0
        until = stopped_by(self._parts, job)
        while True:
            try:
                await self._parts.provider.cancel(prediction)
            except ProviderTrouble as trouble:
                tries += 1
                pause = again(trouble, tries, (until - clock.now()).total_seconds())
                log.warning("A prediction could not be canceled", action="cancel_refused", error=str(trouble))
            else:
                return
            if pause is None:
                return
            await clock.sleep(pause)

    async def _let_go(self, lost: Lost) -> None:
        """Stop without a word: the log is another's now.

        A prediction is stopped only when the job was ended over this run's head (a deadline swept, a cancel), or when
        it is one too many; the one that another worker took over is left alone.
        """
        fact = lost.last.fact if lost.last else None
        self._count(Happening.FENCED)
        log.warning("Fenced: the job went on without this worker", action="job_fenced", last=fact)
        self._leave().let_go()
        await self._stop_unwanted(lost)

    async def _stop_unwanted(self, lost: Lost) -> None:
        last, rendering = lost.last, self._rendering
        if rendering is None:
            return
        await rendering.settle()
        if last is None:
            return
        recorded, created = last.job.prediction, await rendering.created()
        if last.job.done and last.job.status is not Status.SUCCEEDED:
            await self._cancel_at_provider(recorded or created, last.job)
        if recorded is not None and created not in (None, recorded):
            # Created by a worker that was frozen, and presumed dead, right before it did: the job has another by now.
            await self._cancel_at_provider(created, last.job)

    async def _stop_unwanted_soon(self, lost: Lost) -> None:
        """The same for a worker that is told to stop. No log names what is one too many: nobody else would stop it."""
        try:
            await within(self._stop_unwanted(lost), _HAND_BACK_WITHIN)
        except Expired as error:
            log.warning("A prediction may run on", action="cancel_unsaid", error=repr(error))

    async def _hand_back(self) -> None:
        """Let the next worker have the job at once; its prediction runs on."""
        try:
            await within(self._hand_over(), _LET_GO_WITHIN)
        except Expired:
            # Whatever was said and not answered may have been heard; if not, the lease runs out.
            self._leave().let_go()

    async def _hand_over(self) -> None:
        try:
            if self._rendering is not None:
                await self._rendering.settle()
            if self._hold is not None:
                await within(self._say_handed_back(self._hold), _HAND_BACK_WITHIN)
        except Lost as lost:
            await self._nothing_to_hand_back(lost)
            return
        except Expired as error:
            log.debug("A job could not be handed back in its log", action="hand_back_unsaid", error=repr(error))
        else:
            self._count(Happening.HANDED_BACK)
            log.info("Handed a job back", action="job_handed_back")
        await self._leave().hand_back()

    async def _nothing_to_hand_back(self, lost: Lost) -> None:
        if lost.last is None or not lost.last.job.done:
            # JetStream would hear it all the same, and take the request from the worker that holds it by now.
            await self._let_go(lost)
            return
        # Ended, by this run's own last word or over its head.
        await self._stop_unwanted_soon(lost)
        await self._leave().ack()

    async def _say_handed_back(self, hold: Hold) -> None:
        await hold.settle(_HAND_BACK_WITHIN)
        if hold.job.holder != self._parts.worker:
            # Interrupted while it took the job, or before: only the log knows whether it is held.
            await hold.refresh()
        if hold.job.holder == self._parts.worker:
            await hold.say(hand_back)

    def _count(self, happening: Happening) -> None:
        self._parts.meters.count(self._parts.kind, happening)
