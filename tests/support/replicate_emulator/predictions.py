"""Predictions as the emulator holds them: their state follows from the time, so thousands may run at no cost."""

import asyncio
import base64
import contextlib
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.support.replicate_emulator.schemas import Schema

_NEVER = float("inf")


@dataclass(frozen=True)
class Outcome:
    """How predictions whose prompt mentions ``match`` go.

    ``status`` is succeeded, failed, canceled, aborted, or silent (processing for ever). ``output`` replaces the
    output's value, ``shape`` its shape (string, list, object, nested), ``seconds`` how long it runs.
    """

    match: str = ""
    status: str = "succeeded"
    error: str | None = None
    shape: str | None = None
    output: Any = None
    seconds: float | None = None
    has_output: bool = True
    times: int | None = None


@dataclass
class Prediction:
    """One prediction. Times are seconds since the epoch; ``boot`` and ``run`` are durations in seconds.

    Its data is kept for ``kept`` seconds after its end.
    """

    id: str
    number: int
    model: str
    version: str
    schema: Schema
    input: Mapping[str, Any]
    created: float
    boot: float
    run: float
    outcome: Outcome
    kept: float = _NEVER
    by_version: bool = False
    webhook: str | None = None
    webhook_events: tuple[str, ...] = ("start", "output", "logs", "completed")
    cancel_after: float | None = None
    canceled: float | None = None
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def prompt(self) -> str:
        return str(self.input.get("prompt", ""))

    @property
    def starts(self) -> float:
        return self.created + self.boot

    @property
    def ends(self) -> float:
        """When it ends by itself."""
        return _NEVER if self.outcome.status == "silent" else self.starts + self.run

    def ended(self, now: float) -> float | None:
        """Return when it ended, by itself, by a cancel or by its own deadline; None while it has not."""
        at = min(self.ends, self.canceled or _NEVER, self._deadline)
        return at if at <= now else None

    def status(self, now: float) -> str:
        at = self.ended(now)
        if at is None:
            return "starting" if now < self.starts else "processing"
        if at == self.canceled:
            return "canceled"
        if at == self._deadline:
            return "aborted" if at < self.starts else "canceled"
        return self.outcome.status

    def removed(self, now: float) -> bool:
        """Whether its input, output and logs are gone by now."""
        ended = self.ended(now)
        return ended is not None and ended + self.kept <= now

    def cancel(self, now: float) -> None:
        """Stop it, if it has not ended."""
        if self.ended(now) is None:
            self.canceled = now
            self.stopped.set()

    def finish(self, now: float) -> None:
        """Let it end now what it would end later, by itself."""
        if self.ended(now) is None:
            self.boot = min(self.boot, now - self.created)
            self.run = now - self.starts
            self.stopped.set()

    async def over(self, within: float) -> None:
        """Return when it has ended, or after ``within`` seconds."""
        await self._until(min(self.ends, self._deadline, time.time() + within))

    async def started(self) -> None:
        """Return when it has started, or was stopped before that."""
        await self._until(self.starts)

    async def _until(self, moment: float) -> None:
        # The loop's clock is not the wall's, and may be a little ahead of it.
        while (left := moment - time.time()) > 0 and not self.stopped.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self.stopped.wait()

    def progress(self, now: float) -> float:
        """Return how far it is, 0 to 1."""
        until = min(now, self.ended(now) or now)
        return min(1.0, max(0.0, (until - self.starts) / self.run)) if self.run > 0 else 1.0

    @property
    def _deadline(self) -> float:
        return _NEVER if self.cancel_after is None else self.created + self.cancel_after


def new_id() -> str:
    """Return 26 lower-case letters and digits, as Replicate names its predictions."""
    return base64.b32encode(uuid.uuid4().bytes).decode().rstrip("=").lower()


def logs(prediction: Prediction, now: float) -> str:
    """Return what the model has logged: a bar for pictures, a fraction for clips."""
    if now < prediction.starts:
        return ""
    done = prediction.progress(now)
    if prediction.schema.makes == "video":
        return f"Generating video...\nprogress: {done:.2f}\n"
    step = int(done * 20)
    lines = (
        f"{at * 5:3d}%|{'█' * (at // 2):<10}| {at}/20 [00:{at:02d}<00:{20 - at:02d},  1.00it/s]"
        for at in range(step + 1)
    )
    return "Using seed: 16010\n" + "\n".join(lines)


def document(prediction: Prediction, now: float, base: str, output: Any, *, listed: bool = False) -> dict[str, Any]:
    """Return the API's JSON for a prediction. On the list it comes without its logs."""
    status, ended = prediction.status(now), prediction.ended(now)
    removed = prediction.removed(now)
    here = f"{base}/v1/predictions/{prediction.id}"
    body = {
        "id": prediction.id,
        "model": prediction.model,
        "version": prediction.version,
        "input": {} if removed else _redacted(prediction.input),
        "output": output if status == "succeeded" and not removed else None,
        "data_removed": removed,
        "error": prediction.outcome.error if status == "failed" else None,
        "source": "api",
        "status": status,
        "created_at": stamp(prediction.created),
        "started_at": stamp(prediction.starts) if now >= prediction.starts and status != "aborted" else None,
        "completed_at": stamp(ended) if ended is not None else None,
        "urls": {"cancel": f"{here}/cancel", "get": here, "web": f"https://replicate.com/p/{prediction.id}"},
        "metrics": _metrics(prediction, ended),
    }
    return body if listed else body | {"logs": "" if removed else logs(prediction, now)}


def stamp(at: float) -> str:
    """Return the time as Replicate writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def lifetime(text: str) -> float:
    """Return the seconds of a ``Cancel-After`` header: ``90``, ``30s``, ``1h30m45s``; raises ValueError."""
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", text.strip())
    if not text.strip() or found is None:
        raise ValueError(f"invalid duration {text!r}")
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if total < 5:
        raise ValueError("the minimum allowed duration is 5 seconds")
    return float(total)


def _redacted(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "[REDACTED]" if name.endswith("_api_key") else value for name, value in given.items()}


def _metrics(prediction: Prediction, ended: float | None) -> dict[str, float]:
    if ended is None or ended < prediction.starts:
        return {}
    return {"predict_time": ended - prediction.starts, "total_time": ended - prediction.created}
