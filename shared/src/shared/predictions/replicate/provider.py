"""The provider port over Replicate."""

import math
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from shared.catalogue import Catalogue, Model, UnknownModel
from shared.domain.kinds import Kind
from shared.domain.retry import Trouble
from shared.outbound.pinning import fresh_connections
from shared.ports.clock import Clock
from shared.ports.provider import Finished, Observation, Order, ProviderTrouble, Running
from shared.predictions.replicate.api import Document, Limits, ReplicateApi
from shared.predictions.replicate.downloads import Downloads
from shared.predictions.replicate.looks import Looks
from shared.predictions.replicate.marks import Mark, Ordered
from shared.predictions.replicate.matching import UPLOADED, has_webhook, is_erased, is_of, made_at, names_job
from shared.predictions.replicate.outcomes import IN_DOUBT, end_of, stage_of
from shared.predictions.replicate.pace import Pace, Spacing
from shared.predictions.replicate.progress import progress_in
from shared.predictions.replicate.scans import Scans
from shared.predictions.replicate.turns import Turns
from shared.predictions.replicate.uploads import Uploads, digest

PUBLIC_URL = "https://api.replicate.com"

_SKEW = timedelta(seconds=30)
"""How far Replicate's clock and ours may be apart."""

_KEPT = 20_000
_USUAL = 60.0
_LONGEST_RUN = 1800
"""Seconds after which Replicate ends a prediction by itself."""

_GRACE = 60
"""Seconds past the job's deadline that Replicate is left: a deadline is to be told as one, not as a cancel there."""


@dataclass(slots=True)
class _Known:
    """What this process knows of a prediction: from its order, since when (monotonic), and how long its logs were."""

    kind: Kind | None = None
    model: str = ""
    usual: float = _USUAL
    since: float = float("-inf")
    logged: int = 0

    def sign_of_life(self, document: Document) -> str:
        """Return what stays the same while the prediction stands still."""
        # The list leaves the logs out, so what was last seen of them counts until more is seen.
        self.logged = len(document.get("logs") or "") or self.logged
        return f"{document.get('status')}/{document.get('started_at')}/{self.logged}"


class ReplicateProvider:
    """Starts, follows and fetches predictions at Replicate; see :class:`shared.ports.provider.Provider`.

    One for each process: it holds the process's call budget. ``spacing`` bounds the pauses between polls, ``verify``
    says which certificates are believed.
    """

    def __init__(
        self,
        token: str,
        catalogue: Catalogue,
        clock: Clock,
        *,
        base_url: str | None = None,
        limits: Limits | None = None,
        spacing: Spacing | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        limits = limits or Limits()
        base_url = base_url or PUBLIC_URL
        self._catalogue = catalogue
        self._clock = clock
        self._settling = limits.settling
        self._create_within = limits.patience + limits.create
        verify = verify or httpx.create_ssl_context()
        self._api = ReplicateApi(token, base_url, limits, clock, verify)
        self._downloads = Downloads(
            token, base_url, connect=limits.connect, read=limits.read, transport=fresh_connections(verify)
        )
        self._uploads = Uploads(self._api, clock)
        self._turns = Turns(self._api.turn, clock)
        self._scans = Scans(self._api.page)
        self._looks = Looks(self._api, clock, limits.reads_per_minute)
        self._pace = Pace(spacing or Spacing())
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._doubted: set[str] = set()

    @property
    def name(self) -> str:
        """``replicate``."""
        return "replicate"

    @property
    def create_within(self) -> float:
        """Seconds from a create's intent until its answer is taken for lost: a moment to be sent, and then its time."""
        return self._create_within

    @property
    def settling(self) -> float:
        """Seconds after a create until :meth:`find` is sure to show what it made, if anything."""
        return self._settling

    def held_off(self) -> float:
        """Return the rest of the pause that Replicate asked for when it last refused a create."""
        return self._api.held_off()

    async def prepare(self, order: Order) -> None:
        """Upload the portrait, unless that was done lately, and wait for the job's turn in the budget of creates."""
        await self._uploads.prepare(order.portrait)
        await self._turns.wait(order.job_id)

    async def start(self, order: Order) -> str:
        """Create a prediction and return its id. Never repeated in here, whatever the answer."""
        model = self._model(order)
        image = await self._uploads.address(order.portrait)
        await self._turns.use(order.job_id)
        body: dict[str, object] = {"input": _inputs(model, order, image)}
        if order.webhook is not None:
            body |= {"webhook": order.webhook, "webhook_events_filter": ["start", "completed"]}
        prediction = await self._api.create(model.ref, body, self._headers(order))
        self._know(str(prediction["id"]), order)
        return str(prediction["id"])

    async def attach(self, prediction: str, order: Order) -> None:
        """Remember what the prediction was ordered for; nothing is asked of Replicate."""
        self._know(prediction, order)

    @property
    def runs_elsewhere(self) -> bool:
        """True: at Replicate."""
        return True

    def mark(self, order: Order) -> str:
        """Return what the order is to be told by as text; nothing for a model that is not in the catalogue."""
        try:
            return str(self._ordered(order).mark())
        except ProviderTrouble:
            return ""

    async def find(self, order: Order, since: datetime, mark: str | None = None) -> list[str]:
        """Return the ids of the predictions with exactly this order's model and input since then, oldest first.

        One whose webhook names the job is the job's, whatever it was given. After them come those of its model whose
        input Replicate has erased, for any may be the order's. The one that no other job owns is better adopted than
        bought again, although :meth:`poll` can then only end the job.
        """
        wanted = self._wanted(order, mark)
        found, doubtful = [], []
        for each in await self._scans.since(since - _SKEW):
            if not (is_of(wanted.ref, each) and has_webhook(order.webhook, each)):
                continue
            if names_job(order.webhook, each):
                found.append(str(each["id"]))
            elif not wanted.is_on(each):
                doubtful += [str(each["id"])] if is_erased(each) else []
            elif await self._shows(wanted, each):
                found.append(str(each["id"]))
        for prediction in found:
            if prediction not in self._known:
                self._know(prediction, order)  # whoever adopts it looks at it next
        self._doubt(doubtful)
        return [*reversed(found), *reversed(doubtful)]

    async def poll(self, prediction: str) -> Observation:
        """Say how the prediction is getting on. Polls at the same time share their calls."""
        if prediction in self._doubted:
            return IN_DOUBT
        known = self._known.get(prediction, _Known())
        document = await self._look(prediction, known)
        end = end_of(document, known.kind)
        if end is None:
            progress = progress_in(document.get("logs") or "")
            sign = known.sign_of_life(document)
            return Running(stage_of(document), progress, self._look_again(document, known), sign)
        self._looks.forget(prediction)
        if isinstance(end, Finished):
            self._learn(document, known)
        return end

    async def cancel(self, prediction: str) -> None:
        """Ask Replicate to stop; nothing happens when the prediction has ended or is not known."""
        try:
            await self._api.cancel(prediction)
        except ProviderTrouble as trouble:
            if trouble.trouble not in (Trouble.GONE, Trouble.REJECTED):
                raise

    def open(self, output: str) -> AsyncIterator[bytes]:
        """Stream an output; see :class:`shared.predictions.replicate.downloads.Downloads`."""
        return self._downloads.stream(output)

    async def close(self) -> None:
        """Close the connections; predictions run on."""
        await self._looks.aclose()
        await self._scans.aclose()
        await self._downloads.aclose()
        await self._api.aclose()

    async def _look(self, prediction: str, known: _Known) -> Document:
        try:
            return await self._looks.look(prediction)
        except ProviderTrouble as trouble:
            young = self._clock.monotonic() - known.since < self._settling
            if trouble.trouble is Trouble.GONE and young:
                # Created a moment ago, and paid for: not every machine of theirs need know it yet.
                raise ProviderTrouble(Trouble.UNAVAILABLE, f"Not to be seen yet: {trouble}") from trouble
            raise

    def _model(self, order: Order) -> Model:
        try:
            return self._catalogue.get(order.kind, order.model)
        except UnknownModel as unknown:
            raise ProviderTrouble(Trouble.REJECTED, str(unknown)) from unknown

    def _headers(self, order: Order) -> dict[str, str]:
        """Have Replicate itself end what no worker may be left to cancel, a while after the job's deadline.

        The trace goes along, for whoever follows a job from its request to the call that was paid for.
        """
        left = math.ceil((order.deadline - self._clock.now()).total_seconds()) + _GRACE
        headers = {"Cancel-After": f"{max(5, left)}s"} if left <= _LONGEST_RUN else {}
        return headers | {"traceparent": order.traceparent} if order.traceparent else headers

    def _doubt(self, predictions: list[str]) -> None:
        if len(self._doubted) > _KEPT:
            self._doubted.clear()
        self._doubted.update(each for each in predictions if each not in self._known)

    def _know(self, prediction: str, order: Order) -> None:
        self._doubted.discard(prediction)
        # A model that has left the catalogue since is no reason to give up what it is making.
        model, _ = self._catalogue.resolve(order.kind, order.model, {})
        self._known[prediction] = _Known(order.kind, order.model, model.usual_seconds, self._clock.monotonic())
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _ordered(self, order: Order) -> Ordered:
        model, portrait = self._model(order), order.portrait
        uploaded = portrait.data if portrait else None
        image = UPLOADED if uploaded is not None else portrait.url if portrait else None
        return Ordered(model.ref, _inputs(model, order, image), digest(uploaded) if uploaded is not None else None)

    def _wanted(self, order: Order, mark: str | None) -> Mark | Ordered:
        """Return what to look for: what was ordered, by its mark where it would be ordered otherwise today."""
        left = Mark.read(mark) if mark else None
        if left is None:
            return self._ordered(order)
        try:
            today = self._ordered(order)
        except ProviderTrouble:
            return left
        return today if today.mark() == left else left

    async def _shows(self, wanted: Mark | Ordered, prediction: Document) -> bool:
        """Whether the uploaded file is the order's portrait; one that is no longer there has to be believed."""
        uploaded = wanted.uploaded(prediction)
        if uploaded is None or wanted.portrait is None:
            return True
        try:
            file = await self._api.file(uploaded)
        except ProviderTrouble as trouble:
            if trouble.trouble is Trouble.GONE:
                return True
            raise
        known = (file.get("checksums") or {}).get("sha256")
        return known is None or known == wanted.portrait

    def _look_again(self, document: Document, known: _Known) -> float:
        made = made_at(document)
        age = (self._clock.now() - made).total_seconds() if made else 0.0
        return self._pace.look_again(known.model, known.usual, max(0.0, age))

    def _learn(self, document: Document, known: _Known) -> None:
        took = (document.get("metrics") or {}).get("total_time")
        if isinstance(took, int | float) and 0 <= took <= _LONGEST_RUN and known.model:
            self._pace.learn(known.model, known.usual, float(took))


def _inputs(model: Model, order: Order, image: str | None) -> dict[str, object]:
    # JSON lets a client send half a surrogate pair; no UTF-8 can carry it on, and no model could read it.
    prompt = order.prompt.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return model.inputs(prompt, order.settings, image)
