"""A client that does not give up: it asks again, under the same jobId, whatever breaks in between."""

import asyncio
import time
from collections import Counter
from typing import Any

import httpx

from tests.support.app import App, portrait_body, video_body
from tests.support.asking import AWAY

TERMINAL = {"succeeded", "failed", "canceled"}


class Steadfast:
    """Submits and follows jobs through one app. ``asked`` are the jobIds that were accepted, in order."""

    def __init__(self, app: App, patience: float = 180.0) -> None:
        self._app = app
        self._patience = patience
        self.asked: list[tuple[str, str]] = []

    async def portrait(self, name: str) -> None:
        """Ask for a portrait under a jobId of its own until it is accepted."""
        await self._submit("portrait", f"portrait-{name}", portrait_body(name, jobId=f"portrait-{name}"))

    async def video(self, name: str, portrait_url: str) -> None:
        """Ask for a clip under a jobId of its own until it is accepted."""
        await self._submit("video", f"video-{name}", video_body(name, portrait_url, jobId=f"video-{name}"))

    async def _submit(self, kind: str, job_id: str, body: dict[str, Any]) -> None:
        answer = await self._until_answered("POST", f"/api/characters/{kind}", json=body)
        assert answer.status_code in (200, 202), answer.text
        assert answer.json()["jobId"] == job_id
        self.asked.append((kind, job_id))

    async def ends(self) -> dict[str, str]:
        """Wait until every accepted job has ended; return its status by jobId."""
        return {job_id: await self.end(job_id) for _, job_id in self.asked}

    async def end(self, job_id: str) -> str:
        """Wait until a job has ended; return its status."""
        end = time.monotonic() + self._patience
        while True:
            answer = await self._until_answered("GET", f"/v1/jobs/{job_id}?wait=10")
            assert answer.status_code == 200, f"{job_id}: {answer.text}"
            if (status := str(answer.json()["status"])) in TERMINAL:
                return status
            assert time.monotonic() < end, f"{job_id} has not ended: {answer.text}"

    async def facts(self) -> dict[str, Counter[str]]:
        """Return how often each fact is in each job's log."""
        found = {}
        for _, job_id in self.asked:
            told = (await self._until_answered("GET", f"/v1/jobs/{job_id}/timeline")).json()["events"]
            found[job_id] = Counter(event["type"].split(".")[2] for event in told)
        return found

    async def listed(self) -> list[str]:
        """Return the jobIds of all jobs there are, over all pages."""
        found: list[str] = []
        cursor = ""
        while True:
            page = (await self._until_answered("GET", f"/v1/jobs?limit=100{cursor}")).json()
            found += [job["jobId"] for job in page["jobs"]]
            if page["nextCursor"] is None:
                return found
            cursor = f"&cursor={page['nextCursor']}"

    async def _until_answered(self, method: str, path: str, **more: Any) -> httpx.Response:
        end = time.monotonic() + self._patience
        while True:
            try:
                answer = await self._app.http.request(method, path, **more)
                if answer.status_code not in AWAY:
                    return answer
                said = answer.text
            except httpx.TransportError as error:
                said = repr(error)
            assert time.monotonic() < end, f"{method} {path} is not answered: {said}"
            await asyncio.sleep(0.2)
