"""Getting the one prediction a job may have: re-attach, else reconcile, else announce the intent and create."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from shared.domain.job import past_deadline, submitted, submitting
from shared.domain.retry import Again, GiveUp, Reconcile, Trouble, decide
from shared.ports.bus import Delivery
from shared.ports.job_log import BusUnavailable
from shared.ports.meters import Happening
from shared.ports.provider import Order, ProviderTrouble
from shared.tasks import stop
from shared.worker.hold import Hold
from shared.worker.parts import Parts
from shared.worker.trouble import CancelRequested, JobFailed, again, stopped_by, unknown_outcome, wait_throttled

log = structlog.get_logger()

_LOOK_EVERY = 1.0
_FRESH = timedelta(seconds=2)
"""How old an intent may be when its create is sent: every provider's ``create_within`` has room for that."""


class Submission:
    """Brings one held job to its prediction."""

    def __init__(self, parts: Parts, hold: Hold, order: Order, delivery: Callable[[], Delivery]) -> None:
        self._parts = parts
        self._hold = hold
        self._order = order
        self._delivery = delivery
        self._provider = parts.provider
        self._clock = parts.clock
        self._creating: asyncio.Task[str | None] | None = None
        # Whether a create may have made something that nobody has recorded: an earlier worker's, at first.
        self._unclear = hold.job.intent_at is not None and hold.job.prediction is None
        # Whether the last create may not have arrived yet: only a worker that was answered knows that it has.
        self._under_way = True
        self._created: str | None = None

    async def prediction(self) -> str:
        """Return the id of the job's prediction, recorded in its log; create one only if there provably is none."""
        prediction = await self._get()
        # The portrait has been handed over: five hundred of them, each kept as long as its clip takes, are a gigabyte.
        self._order = replace(self._order, portrait=None)
        return prediction

    async def _get(self) -> str:
        recorded = self._hold.job.prediction
        if recorded is not None:
            return await self._attach(recorded)
        if self._hold.job.intent_at is not None:
            found = await self._reconcile()
            if found is not None:
                return await self._record(found)
        return await self._create()

    async def _prepare(self) -> None:
        # Before each intent, for what was prepared for the last one may be too old after a pause; and so before the
        # lease is checked, and before the time a create may be under way begins: an upload takes longer than either.
        tries = 0
        while True:
            try:
                return await self._provider.prepare(self._order)
            except ProviderTrouble as trouble:
                tries += 1
                await self._after(trouble, tries)

    async def _create(self) -> str:
        tries = 0
        while True:
            await self._prepare()
            await self._announce()
            self._unclear = self._under_way = True
            # Shielded: a create that is on its way is worth its answer even when this worker is told to stop.
            self._creating = asyncio.create_task(self._create_and_record())
            try:
                made = await asyncio.shield(self._creating)
            except ProviderTrouble as trouble:
                tries += 1
                self._unclear = trouble.trouble is Trouble.AMBIGUOUS
                self._under_way = not trouble.over
                unknown = await self._after(trouble, tries)
            else:
                if made is not None:
                    return made
                # Whoever adopted it may have made another that shows later than this one did, and is free then. Said
                # anew, the intent has a worker that comes after us wait for that as well.
                await self._announce()
                unknown = True
            if unknown and (found := await self._reconcile()) is not None:
                return await self._record(found)

    async def _attach(self, recorded: str) -> str:
        tries = 0
        while True:
            try:
                await self._provider.attach(recorded, self._order)
            except ProviderTrouble as trouble:
                tries += 1
                await self._after(trouble, tries)
            else:
                self._count(Happening.REATTACHED)
                return recorded

    async def _announce(self) -> None:
        if self._hold.cancel_requested:
            raise CancelRequested
        if self._clock.now() >= self._order.deadline:
            # A pause that lasted to the deadline may end a moment before whoever watches it.
            raise JobFailed(past_deadline(self._hold.job))
        token = self._parts.ids.new()
        await self._intend(token)
        if self._hold.cancel_requested:
            raise CancelRequested
        await self._confirm_lease()
        # An intent that had to be said anew took over what had come meanwhile.
        if self._hold.cancel_requested:
            raise CancelRequested

    async def _confirm_lease(self) -> None:
        # The last thing before creating: a worker frozen since its intent may have been replaced meanwhile. And an
        # intent that waited for NATS says a time from before that, by which the next worker would take a create that
        # is still on its way for lost.
        while (lapsing := self._delivery().lease_age() >= self._parts.ack_wait / 2) or self._intent_age() > _FRESH:
            try:
                if lapsing:
                    await self._delivery().confirm()
            except BusUnavailable:
                await self._clock.sleep(_LOOK_EVERY)
            else:
                await self._intend("")

    async def _intend(self, token: str) -> None:
        mark = self._provider.mark(self._order)
        await self._hold.say(lambda job, at: submitting(job, token, at, mark))

    def _intent_age(self) -> timedelta:
        return self._clock.now() - (self._hold.job.last_intent_at or self._clock.now())

    async def settle(self, timeout: float) -> None:
        """Give a create that was on its way when its job was interrupted ``timeout`` seconds to be recorded."""
        if self._creating is not None:
            await asyncio.wait({self._creating}, timeout=timeout)
            await stop([self._creating])

    async def _create_and_record(self) -> str | None:
        """Return the new prediction, or None when another job was quicker to adopt it."""
        self._created = created = await self._provider.start(self._order)
        self._count(Happening.CREATED)
        if await self._own(created):
            return await self._record(created)
        self._created = None
        log.warning("Another job has adopted a new prediction", action="prediction_owned", prediction=created)
        return None

    async def created(self) -> str | None:
        """Return the prediction that this process created for the job, in its log or not, unless it is another job's.

        While NATS is away it counts as the job's: nobody could have adopted it either, and what runs on, bills on.
        """
        if self._created is None:
            return None
        try:
            ours = await self._parts.register.own(self._provider.name, self._created, self._order.job_id)
        except BusUnavailable as error:
            log.debug("A prediction's owner cannot be read", action="owner_unread", error=str(error))
            return self._created
        return self._created if ours else None

    async def _record(self, prediction: str) -> str:
        await self._hold.say(lambda job, at: submitted(job, prediction, at))
        return prediction

    async def _after(self, trouble: ProviderTrouble, tries: int) -> bool:
        """Wait as decided; return whether to reconcile before trying again."""
        left = (self._order.deadline - self._clock.now()).total_seconds()
        decision = decide(
            trouble.trouble, str(trouble), tries=tries, left=left, retry_after=trouble.retry_after, paid=True
        )
        match decision:
            case GiveUp(failure):
                # At the deadline a create may still be unanswered: what it made must not run on.
                raise JobFailed(failure, stop=self._unclear)
            case Again(seconds) | Reconcile(seconds):
                await wait_throttled(self._parts, self._hold, seconds, str(trouble))
                return isinstance(decision, Reconcile)

    async def _reconcile(self) -> str | None:
        """Return the prediction that an unanswered create made, or None when there is provably none."""
        settled, tries = self._settled_at(), 0
        while True:
            # That it was not there proves something when it was looked for late enough, not when the answer came so.
            asked = self._clock.now()
            try:
                found = await self.first_free()
            except ProviderTrouble as trouble:
                tries += 1
                await self._after_look(trouble, tries)
                continue
            if found is not None or asked >= settled:
                self._unclear = found is not None
                self._count(Happening.ADOPTED if found else Happening.ABSENT)
                log.info("Asked the provider about an unanswered create", action="reconciled", found=found)
                return found
            left = (settled - self._clock.now()).total_seconds()
            await self._clock.sleep(min(_LOOK_EVERY, max(0.05, left)))

    def _settled_at(self) -> datetime:
        """Return from when on a prediction that does not show was never made."""
        job, settling = self._hold.job, timedelta(seconds=self._provider.settling)
        if not self._under_way:
            return self._clock.now() + settling
        # Whoever sent the last create may have hung up on it: it is under way all the same, for as long as one may be.
        # A log from before the last intent was noted has it somewhere before its last event.
        arrived = (job.last_intent_at or job.updated_at) + timedelta(seconds=self._provider.create_within)
        return max(self._clock.now(), arrived) + settling

    async def _after_look(self, trouble: ProviderTrouble, tries: int) -> None:
        left = (self._order.deadline - self._clock.now()).total_seconds()
        decision = decide(trouble.trouble, str(trouble), tries=tries, left=left, retry_after=trouble.retry_after)
        if isinstance(decision, GiveUp):
            raise JobFailed(unknown_outcome(str(trouble)), stop=True)
        await wait_throttled(self._parts, self._hold, decision.seconds, str(trouble))

    async def orphan(self) -> str | None:
        """Return what an unanswered create made and nobody recorded, as soon as it shows; None when there is nothing.

        For stopping it: looks for as long as the provider's list may change, and through trouble until
        :func:`stopped_by`.
        """
        settled = self._settled_at()
        until, tries = stopped_by(self._parts, self._hold.job), 0
        while self._unclear:
            asked = self._clock.now()
            try:
                found = await self.first_free()
            except ProviderTrouble as trouble:
                tries += 1
                pause = again(trouble, tries, (until - self._clock.now()).total_seconds())
                if pause is None:
                    log.warning("What may run unrecorded could not be looked for", action="orphan_unseen")
                    return None
                await self._clock.sleep(pause)
                continue
            if found is not None or asked >= settled:
                return found
            await self._clock.sleep(_LOOK_EVERY)
        return None

    async def first_free(self) -> str | None:
        """Return the oldest prediction made for this order since its intent that is no other job's.

        Raises :class:`shared.ports.provider.ProviderTrouble`.
        """
        since = self._hold.job.intent_at or self._hold.job.created_at
        # What is left over when another job adopted ours did not show yet just then, but may be a little older.
        older = timedelta(seconds=self._provider.settling)
        for prediction in await self._provider.find(self._order, since - older, self._hold.job.mark):
            if await self._own(prediction):
                return prediction
        return None

    def _count(self, happening: Happening) -> None:
        self._parts.meters.count(self._order.kind, happening)

    async def _own(self, prediction: str) -> bool:
        while True:
            try:
                return await self._parts.register.own(self._provider.name, prediction, self._order.job_id)
            except BusUnavailable:
                await self._clock.sleep(_LOOK_EVERY)
