"""Everything the emulator remembers: settings, predictions, files, and what was asked of it."""

import base64
import hashlib
import random
import time
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from tests.support.replicate_emulator.faults import Faults
from tests.support.replicate_emulator.media import render
from tests.support.replicate_emulator.predictions import Outcome, Prediction, new_id, stamp
from tests.support.replicate_emulator.schemas import SCHEMAS, Schema, version_of


@dataclass(frozen=True)
class Settings:
    """How the emulator behaves. Durations are ranges in seconds, by model or for all (``*``).

    ``token`` is the only one accepted (None: any). ``delivery_url`` is where outputs are said to be (None: here).
    ``internal_names`` has official models run under Replicate's own names; ``openai_key_required`` has GPT Image insist
    on a key. ``data_kept`` is for how many seconds after their end the data of predictions made from now on is kept.
    ``creates_per_minute`` and ``reads_per_minute`` switch the rate limits on.
    """

    seed: int = 0
    boot: Mapping[str, tuple[float, float]] = field(default_factory=lambda: {"*": (0.02, 0.05)})
    run: Mapping[str, tuple[float, float]] = field(default_factory=lambda: {"*": (0.2, 0.4)})
    token: str | None = None
    delivery_url: str | None = None
    page_size: int = 100
    data_kept: float = 3600.0
    creates_per_minute: float | None = None
    reads_per_minute: float | None = None
    internal_names: bool = False
    openai_key_required: bool = False
    webhook_secret: str = "whsec_" + base64.b64encode(b"the emulator's secret").decode()
    webhook_copies: int = 1

    def changed(self, changes: Mapping[str, Any]) -> "Settings":
        """Return the settings with some changed; raises ValueError for a name there is not."""
        unknown = set(changes) - {each.name for each in fields(self)}
        if unknown:
            raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
        return replace(self, **changes)


@dataclass(frozen=True)
class Asked:
    """One call that came in: which, when on the monotonic clock, how it was answered, whether it carried a token."""

    call: str
    at: float
    method: str
    path: str
    status: int
    authorized: bool


@dataclass(frozen=True)
class File:
    """An uploaded file."""

    id: str
    name: str
    content_type: str
    data: bytes
    created: float

    def document(self, base: str) -> dict[str, Any]:
        """Return the API's JSON for it."""
        md5, sha256 = hashlib.md5(self.data).hexdigest(), hashlib.sha256(self.data).hexdigest()
        return {
            "id": self.id,
            "name": self.name,
            "content_type": self.content_type,
            "size": len(self.data),
            "etag": md5,
            "checksums": {"sha256": sha256, "md5": md5},
            "metadata": {},
            "created_at": stamp(self.created),
            "expires_at": stamp(self.created + 86_400),
            "urls": {"get": f"{base}/v1/files/{self.id}"},
        }


class World:
    """The emulator's state, all in memory."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings."""
        self.faults = Faults(self.settings.seed)
        self.outcomes: list[Outcome] = []
        self.schemas: dict[str, Schema] = dict(SCHEMAS)
        self.predictions: dict[str, Prediction] = {}
        self.created: list[Prediction] = []
        self.files: dict[str, File] = {}
        self.asked: deque[Asked] = deque(maxlen=200_000)
        # Calls still allowed of each sort, and as of when.
        self.tokens: dict[str, tuple[float, float]] = {}

    def model_of_version(self, version: str) -> str | None:
        """Return the model of ``owner/name``, ``owner/name:version`` or a bare version."""
        name, _, pinned = version.partition(":")
        for model in self.schemas:
            if version in (model, version_of(model)) or (name == model and pinned == version_of(model)):
                return model
        return None

    def create(self, model: str, given: Mapping[str, Any], *, by_version: bool, **more: Any) -> Prediction:
        """Make a prediction and enter it in the ledger."""
        schema, number = self.schemas[model], len(self.created)
        draw = random.Random(f"{self.settings.seed}:{number}")
        outcome = self._outcome(schema, given)
        run = draw.uniform(*_range(self.settings.run, model))
        prediction = Prediction(
            id=new_id(),
            number=number,
            model=f"replicate-internal/{model.partition('/')[2]}" if self.settings.internal_names else model,
            version=version_of(model) if by_version else "hidden",
            schema=schema,
            input=dict(given),
            created=time.time(),
            boot=draw.uniform(*_range(self.settings.boot, model)),
            run=run if outcome.seconds is None else outcome.seconds,
            outcome=outcome,
            kept=self.settings.data_kept,
            by_version=by_version,
            **more,
        )
        self.predictions[prediction.id] = prediction
        self.created.append(prediction)
        return prediction

    def page(self, cursor: int | None) -> tuple[list[Prediction], int | None]:
        """Return a page of predictions, newest first, below number ``cursor``, and the next cursor."""
        top = len(self.created) if cursor is None else min(cursor, len(self.created))
        bottom = max(0, top - self.settings.page_size)
        return self.created[bottom:top][::-1], bottom or None

    def output(self, prediction: Prediction, base: str) -> Any:
        """Return the output a prediction has once it succeeded, in its model's shape."""
        outcome = prediction.outcome
        if outcome.output is not None or not outcome.has_output:
            return outcome.output
        _, _, ending = render(prediction.schema.makes, prediction.input, prediction.id)
        address = f"{self.settings.delivery_url or base}/delivery/{prediction.id}/out-0.{ending}"
        match outcome.shape or prediction.schema.output:
            case "list":
                return [address]
            case "object":
                return {"seed": 7, "preview": {"url": f"{base}/preview.gif"}, prediction.schema.makes: {"url": address}}
            case "nested":
                return {"files": [[address]]}
        return address

    def keep(self, name: str, content_type: str, data: bytes) -> File:
        """Store an uploaded file."""
        file = File(base64.b64encode(uuid.uuid4().hex.encode()).decode(), name, content_type, data, time.time())
        self.files[file.id] = file
        return file

    def _outcome(self, schema: Schema, given: Mapping[str, Any]) -> Outcome:
        if (why := schema.cannot(given)) is not None:
            return Outcome(status="failed", error=why)
        for outcome in self.outcomes:
            if outcome.match in str(given.get("prompt", "")):
                if outcome.times is not None:
                    self._use(outcome)
                return outcome
        return Outcome()

    def _use(self, outcome: Outcome) -> None:
        at = self.outcomes.index(outcome)
        left = (outcome.times or 1) - 1
        self.outcomes[at : at + 1] = [replace(outcome, times=left)] if left else []


def _range(ranges: Mapping[str, tuple[float, float]], model: str) -> tuple[float, float]:
    least, most = ranges.get(model, ranges["*"])
    return least, most
