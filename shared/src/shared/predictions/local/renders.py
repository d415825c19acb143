"""Renders and their threads: each is worked off the event loop, tells how far it is, and stops when asked."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from shared.domain.failures import Failure, FailureCode
from shared.domain.kinds import Kind
from shared.ports.provider import Ended, Order
from shared.predictions.local.clip import render_clip
from shared.predictions.local.description import describe
from shared.predictions.local.drawing.painter import Step
from shared.predictions.local.framing import shape_of
from shared.predictions.local.reference import NotAPicture, bytes_of
from shared.predictions.local.still import render_portrait

_log = structlog.get_logger(__name__)

EXTENSIONS = {Kind.PORTRAIT: ".png", Kind.VIDEO: ".mp4"}
"""What each kind's file ends in."""


_CANCELED = Ended(Failure(FailureCode.PROVIDER_FAILED, "The rendering was stopped."), canceled=True)


class _Stopped(Exception):
    """Somebody asked the render to stop."""


@dataclass(slots=True, eq=False)
class Render:
    """One picture or clip in the making. A thread of the pool writes to it, the event loop only reads.

    ``progress`` is None until a thread has it, then 0 to 100; ``file`` is set once it is finished, ``ended`` once it is
    over without a file.
    """

    prediction: str
    kind: Kind
    progress: int | None = None
    file: Path | None = None
    ended: Ended | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.file is not None or self.ended is not None

    def cancel(self) -> None:
        """Ask it to stop at its next step; one that no thread has yet is over at once."""
        self.stop.set()
        # A thread notes the progress before it looks whether to stop: with none noted, it is still to look.
        if self.progress is None and not self.over:
            self.ended = _CANCELED


class Renders:
    """The pool. ``concurrency`` renders at a time; each is spread over ``seconds``, 0 for as fast as it can."""

    def __init__(self, folder: Path, concurrency: int, seconds: float) -> None:
        self._folder, self._seconds = folder, seconds
        self._pool = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="render")

    def begin(self, render: Render, order: Order) -> None:
        """Queue a render of ``order``. Raises ``RuntimeError`` after ``end``."""
        self._pool.submit(self._work, render, order)

    def end(self) -> None:
        """Wait until all threads have stopped; the renders themselves must have been told to stop before."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, render: Render, order: Order) -> None:
        path = self._folder / f"{id(render):x}{EXTENSIONS[render.kind]}"
        try:
            _render(order, path, _paced(render, self._seconds))
            render.file = path
            return
        except _Stopped:
            ended = _CANCELED
        except NotAPicture as error:
            ended = Ended(Failure(FailureCode.INPUT_REJECTED, str(error)))
        except Exception as error:  # noqa: BLE001  # a thread must end with an answer, whatever went wrong in it
            _log.error("A local rendering failed.", action="render_failed", job_id=order.job_id, exc_info=True)
            message = f"The local renderer failed: {error or type(error).__name__}"
            ended = Ended(Failure(FailureCode.PROVIDER_FAILED, message))
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        # Last: who sees the end finds nothing of it left.
        render.ended = ended


def _render(order: Order, path: Path, step: Step) -> None:
    step(0, 1)
    description = describe(order.show, order.character, order.seed, order.custom_prompt)
    if order.kind is Kind.PORTRAIT:
        path.write_bytes(render_portrait(description, step))
    else:
        render_clip(description, bytes_of(order.portrait), shape_of(order.settings), path, step)


def _paced(render: Render, seconds: float) -> Step:
    """Return a step that notes the progress, waits until it is due, and ends the render when it was told to stop."""
    began = time.monotonic()

    def step(done: int, total: int) -> None:
        render.progress = done * 100 // total
        wait = began + seconds * done / total - time.monotonic()
        if render.stop.wait(wait) if wait > 0 else render.stop.is_set():
            raise _Stopped

    return step
