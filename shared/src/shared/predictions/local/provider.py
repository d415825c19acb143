"""The local provider: renders in this process, from the character's own description, for nothing.

Its predictions end with the process: whoever takes a job over renders it again, and gets the same bytes.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from shared.domain.retry import Trouble
from shared.domain.states import Stage
from shared.ports.provider import Finished, Observation, Order, OutputUnreadable, ProviderTrouble, Running
from shared.predictions.local.renders import EXTENSIONS, Render, Renders

_PREFIX = "local"
_LOOK_AGAIN = 0.15
_CHUNK = 64 * 1024
_UNREAD = 8
"""How many times as many files are kept that nobody has come for yet."""


class LocalProvider:
    """A :class:`shared.ports.provider.Provider` that renders here. Predictions are ``local-<jobId>``.

    ``concurrency`` renders run at a time, each in a thread of its own; the others wait. ``render_seconds`` spreads the
    renderer's own steps over time, 0 for as fast as it can; the pictures are the same. The newest ``keep`` files that
    were read can be read again, and nobody need hurry to read one: eight times as many wait for their first reader.
    """

    def __init__(self, *, render_seconds: float = 0.0, concurrency: int = 2, keep: int = 32) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="greenroom-render-")
        self._pool = Renders(Path(self._folder.name), max(1, concurrency), max(0.0, render_seconds))
        self._keep = keep
        self._renders: dict[str, Render] = {}
        self._read: dict[str, None] = {}
        self._closed = False

    @property
    def name(self) -> str:
        """``local``."""
        return _PREFIX

    @property
    def create_within(self) -> float:
        """0: a create is done as soon as it is called."""
        return 0.0

    @property
    def settling(self) -> float:
        """0: no answer of this provider's is ever lost."""
        return 0.0

    def held_off(self) -> float:
        """0: a render that has no thread yet waits for its turn."""
        return 0.0

    async def prepare(self, order: Order) -> None:
        """Do nothing: a render needs nothing first."""

    async def start(self, order: Order) -> str:
        """Begin to render; the same job is begun once."""
        prediction = f"{_PREFIX}-{order.job_id}"
        self._begin(prediction, order)
        return prediction

    async def attach(self, prediction: str, order: Order) -> None:
        """Go on with a render of this process, or begin that of another again."""
        self._begin(prediction, order)

    @property
    def runs_elsewhere(self) -> bool:
        """False: a render ends with its process."""
        return False

    def mark(self, order: Order) -> str:
        """Return the job's id: a render is known by nothing else."""
        return order.job_id

    async def find(self, order: Order, since: datetime, mark: str | None = None) -> list[str]:
        """Return the render of this order that this process has, if any: others' ended with them."""
        prediction = f"{_PREFIX}-{order.job_id}"
        return [prediction] if prediction in self._renders else []

    async def poll(self, prediction: str) -> Observation:
        """Say how far the render is; raises :class:`ProviderTrouble` (gone) when this process does not have it."""
        render = self._renders.get(prediction)
        if render is None:
            raise ProviderTrouble(Trouble.GONE, f"This process has no rendering {prediction}.")
        if render.ended is not None:
            return render.ended
        if render.file is not None:
            return Finished(outputs=(_output_of(render),))
        if render.progress is None:
            return Running(Stage.PROVIDER_STARTING, None, _LOOK_AGAIN)
        return Running(Stage.RENDERING, min(99, render.progress), _LOOK_AGAIN)

    async def cancel(self, prediction: str) -> None:
        """Ask the render to stop at its next step."""
        render = self._renders.get(prediction)
        if render is not None and not render.over:
            render.cancel()

    async def open(self, output: str) -> AsyncIterator[bytes]:
        """Stream a finished file in chunks of 64 KiB; it can be read again while it is among the newest."""
        prediction = Path(output).stem
        render = self._renders.get(prediction)
        if render is None or render.file is None or output != _output_of(render):
            raise OutputUnreadable(f"The local rendering {output} is no longer here.")
        # Opened before anything is forgotten: a file that is open can be read to its end even when it is removed.
        with await asyncio.to_thread(render.file.open, "rb") as file:
            self._read.pop(prediction, None)
            self._read[prediction] = None
            self._forget_oldest()
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                yield chunk

    async def close(self) -> None:
        """Stop all renders at their next step and remove their files."""
        if self._closed:
            return
        self._closed = True
        for render in self._renders.values():
            render.cancel()
        await asyncio.to_thread(self._pool.end)
        self._renders.clear()
        await asyncio.to_thread(self._folder.cleanup)

    def _begin(self, prediction: str, order: Order) -> None:
        if self._closed:
            raise ProviderTrouble(Trouble.UNAVAILABLE, "The local renderer has been closed.")
        if prediction not in self._renders:
            self._forget_oldest()
            render = self._renders[prediction] = Render(prediction, order.kind)
            self._pool.begin(render, order)

    def _forget_oldest(self) -> None:
        while len(self._read) > self._keep:
            self._forget(next(iter(self._read)))
        over = [prediction for prediction, render in self._renders.items() if render.over]
        for prediction in over[: -self._keep * _UNREAD]:
            self._forget(prediction)

    def _forget(self, prediction: str) -> None:
        self._read.pop(prediction, None)
        render = self._renders.pop(prediction, None)
        if render is not None and render.file is not None:
            render.file.unlink(missing_ok=True)


def _output_of(render: Render) -> str:
    return f"{render.prediction}{EXTENSIONS[render.kind]}"
