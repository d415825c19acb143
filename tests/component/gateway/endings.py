"""The hands of a worker at a gateway's jobs: they take a job and end it, by its log alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from nats.js import JetStreamContext

from shared.domain.failures import Failure, FailureCode
from shared.domain.fold import Entry
from shared.domain.ids import JobId
from shared.domain.job import Change, Job, Output, cancel, fail, start, submitted, submitting, succeed
from shared.jetstream.job_log import JetStreamJobLog
from tests.component.gateway.test_app_door import GOOD_PORTRAIT, GOOD_VIDEO, PORTRAIT, VIDEO
from tests.support.jobs import an_output
from tests.support.samples import png_bytes

FLAGGED = Failure(FailureCode.PROVIDER_FAILED, "The provider stumbled.")


@dataclass(slots=True)
class Hands:
    """Asks for jobs over HTTP, and works on them. ``media`` is the store's folder."""

    http: httpx.AsyncClient
    log: JetStreamJobLog
    media: Path

    async def portrait(self, **changes: Any) -> str:
        """Ask for a portrait; return its jobId."""
        return await self._asked(PORTRAIT, {**GOOD_PORTRAIT, **changes})

    async def video(self, **changes: Any) -> str:
        """Ask for a clip; return its jobId."""
        return await self._asked(VIDEO, {**GOOD_VIDEO, **changes})

    async def _asked(self, path: str, body: dict[str, Any]) -> str:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 202, answer.text
        job_id: str = answer.json()["jobId"]
        return job_id

    async def take(self, job_id: str) -> Entry:
        """A worker takes the job and creates its prediction."""
        await self._say(job_id, lambda job: start(job, "w1", "local", datetime.now(UTC)))
        await self._say(job_id, lambda job: submitting(job, "token-nobody-knows", datetime.now(UTC)))
        return await self._say(job_id, lambda job: submitted(job, "prediction-1", datetime.now(UTC)))

    async def fail(self, job_id: str) -> Entry:
        """It fails."""
        return await self._say(job_id, lambda job: fail(job, FLAGGED, datetime.now(UTC)))

    async def cancel(self, job_id: str) -> Entry:
        """It is canceled."""
        return await self._say(job_id, lambda job: cancel(job, datetime.now(UTC)))

    async def succeed(self, job_id: str, name: str = "abc.png") -> Entry:
        """It succeeds, and its output is stored under ``name``."""
        (self.media / name).write_bytes(png_bytes())
        await self.take(job_id)
        output: Output = an_output(name)
        return await self._say(job_id, lambda job: succeed(job, output, datetime.now(UTC)))

    async def _say(self, job_id: str, change: Callable[[Job], Change]) -> Entry:
        last = await self.log.last(JobId(job_id))
        assert last is not None
        return await self.log.append(change(last.job), last)


def hands(http: httpx.AsyncClient, js: JetStreamContext, media: Path) -> Hands:
    """Return the hands at a gateway whose store is the folder ``media``."""
    return Hands(http, JetStreamJobLog(js, "worker"), media)
