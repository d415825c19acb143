"""One request in a worker's hands, from its delivery to its end, whichever end that is."""

import asyncio
from dataclasses import dataclass

import structlog

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.job import Output, accept, cancel, fail, hand_back, past_deadline, start, succeed
from shared.domain.request import JobRequest
from shared.domain.retry import pause
from shared.domain.states import Status
from shared.events.codec import Unreadable
from shared.ports.bus import Delivery, Predictions
from shared.ports.clock import Clock, Ids
from shared.ports.job_log import BusUnavailable, Fenced, JobLog
from shared.ports.media import MediaStore, StoreUnavailable
from shared.ports.provider import Order, Provider, ProviderTrouble
from shared.tasks import Expired, within
from shared.worker.hold import Hold, Lost, Step
from shared.worker.prediction import CancelRequested, JobFailed, Submission
from shared.worker.settings import Limits
from shared.worker.storing import Storing
from shared.worker.translation import InputRejected, Translation
from shared.worker.watch import Watch

log = structlog.get_logger()

_CANCEL_TRIES = 3
_HAND_BACK_WITHIN = 2.0
_TROUBLE_DELAY = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every run of a worker works with. ``worker`` is the process's name in the logs."""

    worker: str
    log: JobLog
    register: Predictions
    provider: Provider
    media: MediaStore
    translation: Translation
    clock: Clock
    ids: Ids
    limits: Limits
    ack_wait: float


class Run:
    """Carries one job. ``letting_go`` is True from the moment that it was cancelled and hands its job back."""

    def __init__(self, parts: Parts, delivery: Delivery) -> None:
        self._parts = parts
        self._delivery = delivery
        self._hold: Hold | None = None
        self._submission: Submission | None = None
        self.letting_go = False

    def redelivered(self, delivery: Delivery) -> None:
        """Go on under a newer delivery: the lease on the old one was lost without anybody else taking the job."""
        self._delivery.let_go()
        self._delivery = delivery

    async def run(self) -> None:
        """Carry the job to its end, or hand it back when cancelled."""
        try:
            await self._run()
        except Unreadable as error:
            log.error("Set an unreadable message aside", action="set_aside", reason=str(error))
            await self._delivery.set_aside(str(error))
        except Lost as lost:
            await self._let_go(lost)
        except BusUnavailable as error:
            log.warning("NATS went away before the job was taken", action="run_postponed", error=str(error))
            await self._delivery.hand_back(_TROUBLE_DELAY)
        except asyncio.CancelledError:
            self.letting_go = True
            await self._hand_back()
            raise

    async def _run(self) -> None:
        request = self._delivery.request()
        structlog.contextvars.bind_contextvars(job_id=request.job_id)
        entry = await self._entry(request)
        if entry.job.request == self._delivery.sequence and not entry.job.done:
            self._hold = Hold(self._parts.log, self._parts.clock, self._parts.worker, entry)
            await self._carry(self._hold, request)
        else:
            log.info("Nothing to do for a request", action="request_dropped", status=entry.job.status)
        await self._delivery.ack()

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
        log.info("Took a job", action="job_started", attempt=hold.job.attempt, prediction=hold.job.prediction)
        try:
            output = await within(self._output(hold, request), left)
        except CancelRequested:
            await self._stop_prediction(hold)
            await self._end(hold, cancel)
        except JobFailed as failed:
            await self._fail(hold, failed.failure)
        except Expired:
            await self._stop_prediction(hold)
            await self._end(hold, lambda job, at: fail(job, past_deadline(job), at))
        except (Lost, BusUnavailable):
            raise
        except Exception:  # noqa: BLE001  # a bug of ours must end one job with a word, not loop for a hundred deliveries
            failure = self._internal()
            await self._stop_prediction(hold)
            await self._fail(hold, failure)
        else:
            await self._end(hold, lambda job, at: succeed(job, output, at))

    async def _output(self, hold: Hold, request: JobRequest) -> Output:
        parts, job = self._parts, hold.job
        if hold.cancel_requested:
            raise CancelRequested
        if job.deaths >= parts.limits.most_deaths or (self._delivery.is_last and job.deaths > 0):
            await self._stop_prediction(hold)
            raise JobFailed(Failure(FailureCode.WORKER_LOST, f"{job.deaths} workers died holding this job."))
        order = await self._order(request)
        self._submission = Submission(
            hold,
            order,
            parts.provider,
            parts.register,
            parts.clock,
            parts.ids,
            delivery=lambda: self._delivery,
            lease=parts.ack_wait / 2,
        )
        prediction = await self._submission.prediction()
        watch = Watch(hold, parts.provider, parts.clock, parts.limits.progress_every)
        outputs = await watch.outputs(prediction)
        storing = Storing(hold, parts.provider, parts.media, parts.clock, parts.limits.downloads)
        return await storing.store(outputs[0])

    async def _order(self, request: JobRequest) -> Order:
        tries = 0
        while True:
            try:
                return await self._parts.translation.order(request)
            except InputRejected as error:
                raise JobFailed(Failure(FailureCode.INPUT_REJECTED, str(error))) from error
            except StoreUnavailable as error:
                tries += 1
                log.warning("The media store is away", action="store_waiting", error=str(error))
                await self._parts.clock.sleep(pause(tries))

    def _internal(self) -> Failure:
        log.exception("A job failed by our own fault", action="job_broken")
        return Failure(FailureCode.INTERNAL, "Something in Greenroom broke while making this; it was logged.")

    async def _fail(self, hold: Hold, failure: Failure) -> None:
        await self._end(hold, lambda job, at: fail(job, failure, at))

    async def _end(self, hold: Hold, step: Step) -> None:
        await hold.say(step)
        job = hold.job
        seconds = (job.updated_at - (job.started_at or job.created_at)).total_seconds()
        code = job.failure.code if job.failure else None
        log.info(f"Job {job.status}", action="job_ended", status=job.status, code=code, seconds=round(seconds, 2))

    async def _stop_prediction(self, hold: Hold) -> None:
        """Ask the provider to stop what this job runs there, if it runs anything; a refusal is logged, not fatal."""
        if self._submission is not None:
            await self._submission.settle(self._parts.limits.finish_within)
        await self._cancel_at_provider(hold.job.prediction)

    async def _cancel_at_provider(self, prediction: str | None) -> None:
        if prediction is None:
            return
        for tries in range(1, _CANCEL_TRIES + 1):
            try:
                await self._parts.provider.cancel(prediction)
            except ProviderTrouble as trouble:
                log.warning("A prediction could not be canceled", action="cancel_refused", error=str(trouble))
                await self._parts.clock.sleep(pause(tries))
            else:
                return

    async def _let_go(self, lost: Lost) -> None:
        """Stop without a word: the log is another's now.

        A prediction is stopped only when the job was ended over this run's head (a deadline swept, a cancel); one that
        another worker took over is left alone.
        """
        last, held = lost.last, self._hold
        fact = last.fact if last else None
        log.warning("Fenced: the job went on without this worker", action="job_fenced", last=fact)
        self._delivery.let_go()
        if self._submission is not None:
            await self._submission.settle(self._parts.limits.finish_within)
        if held and last and last.job.done and last.job.status is not Status.SUCCEEDED:
            created = self._submission.created if self._submission else None
            await self._cancel_at_provider(last.job.prediction or created)

    async def _hand_back(self) -> None:
        """Let the next worker have the job at once; its prediction runs on."""
        try:
            if self._submission is not None:
                await self._submission.settle(self._parts.limits.finish_within)
            if self._hold is not None and self._hold.job.holder == self._parts.worker:
                await within(self._hold.say(hand_back), _HAND_BACK_WITHIN)
        except (Lost, Expired) as error:
            log.debug("A job could not be handed back in its log", action="hand_back_unsaid", error=repr(error))
        else:
            log.info("Handed a job back", action="job_handed_back")
        await self._delivery.hand_back()
