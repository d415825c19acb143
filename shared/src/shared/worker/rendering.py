"""From a held job to its stored output: translate, get the one prediction, wait for it, bring its output home."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from shared.domain.failures import Failure, FailureCode
from shared.domain.job import Output
from shared.domain.request import JobRequest
from shared.domain.retry import pause
from shared.ports.bus import Delivery
from shared.ports.media import StoreUnavailable
from shared.ports.provider import Order
from shared.worker.hold import Hold
from shared.worker.parts import Parts
from shared.worker.prediction import Submission
from shared.worker.storing import Storing
from shared.worker.translation import InputRejected
from shared.worker.trouble import CancelRequested, JobFailed
from shared.worker.watch import Watch

log = structlog.get_logger()

_LOOKS = 3


class Rendering:
    """One held job's way to its output. ``delivery`` gives the delivery it is held under at the moment."""

    def __init__(self, parts: Parts, hold: Hold, request: JobRequest, delivery: Callable[[], Delivery]) -> None:
        self._parts = parts
        self._hold = hold
        self._request = request
        self._delivery = delivery
        self._submission: Submission | None = None
        self.nudged = asyncio.Event()

    async def created(self) -> str | None:
        """Return the prediction this process created, in the job's log or not, if it is not another job's by now."""
        return await self._submission.created() if self._submission else None

    async def settle(self) -> None:
        """After an interruption: give a create that was on its way the time to be recorded."""
        if self._submission is not None:
            await self._submission.settle(self._parts.limits.finish_within)

    async def unrecorded(self) -> str | None:
        """Return the job's prediction that is in no log: created here, or by a create that was never answered."""
        if self._hold.job.intent_at is None or self._hold.job.prediction is not None:
            return None
        submission = self._submission
        if submission is None:
            # How it would be ordered today matters only to logs that do not say how it was.
            try:
                order = self._bare() if self._hold.job.mark else await self._order()
            except JobFailed:
                return None
            submission = Submission(self._parts, self._hold, order, self._delivery)
        return await submission.created() or await submission.orphan()

    async def output(self) -> Output:
        """Return the stored file; raises :class:`JobFailed`, :class:`CancelRequested` and ``Lost``."""
        parts, hold = self._parts, self._hold
        if hold.cancel_requested:
            raise CancelRequested
        self._refuse_the_deadly()
        self._submission = Submission(parts, hold, await self._wanted(), self._delivery)
        prediction = await self._submission.prediction()
        outputs = await Watch(parts, hold, self.nudged).outputs(prediction)
        return await Storing(parts, hold).store(outputs[0])

    def _refuse_the_deadly(self) -> None:
        deaths = self._hold.job.deaths
        if deaths >= self._parts.limits.most_deaths or (self._delivery().is_last and deaths > 0):
            lost = Failure(FailureCode.WORKER_LOST, f"{deaths} workers died holding this job.")
            raise JobFailed(lost, stop=True)

    async def _wanted(self) -> Order:
        attaching = self._hold.job.prediction is not None and self._parts.provider.runs_elsewhere
        # What is paid for is fetched, even where it could not be ordered any more.
        return self._bare() if attaching else await self._order()

    async def _order(self) -> Order:
        tries = 0
        while True:
            try:
                order = await self._parts.translation.order(self._request)
                return replace(order, webhook=self._parts.webhook(order.job_id), traceparent=self._request.traceparent)
            except InputRejected as error:
                # An earlier worker, or release, may have ordered it all the same.
                began = self._hold.job.intent_at is not None
                raise JobFailed(Failure(FailureCode.INPUT_REJECTED, str(error)), stop=began) from error
            except StoreUnavailable as error:
                tries += 1
                log.warning("The media store is away", action="store_waiting", error=str(error))
                await self._parts.clock.sleep(pause(tries))

    def _bare(self) -> Order:
        """Return an order by which something that was ordered before can be found or taken over, and nothing made."""
        request = self._request
        return Order(
            job_id=request.job_id,
            kind=request.kind,
            model=request.model,
            settings=request.settings,
            prompt="",
            deadline=request.deadline,
            webhook=self._parts.webhook(request.job_id),
        )
