"""An app that speaks the first door, as its users' own do: it posts, then polls, and knows nothing else."""

from typing import Any

import httpx

from tests.support.asking import answered
from tests.support.eventually import eventually

CAST = ("Mira", "Juno", "Oskar", "Wren", "Tamsin", "Bolt", "Pip")


def portrait_body(name: str, **more: Any) -> dict[str, Any]:
    """Return a portrait's request for a character of this name."""
    character = {"character": name, "metadata": {"name": name}, "showcase_scene_prompt": f"{name} walks the pier"}
    show = {"show_title": "Low Tide", "production_style": {"medium": "gouache animation"}}
    return {"show": show, "character": character, **more}


def video_body(name: str, portrait_url: str, **more: Any) -> dict[str, Any]:
    """Return a clip's request."""
    return portrait_body(name, portraitUrl=portrait_url, **more)


class App:
    """A client of the app's door."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def submit(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post a job; return the answer, which must be an acceptance."""
        answer = await self._ask("POST", f"/api/characters/{kind}", json=body)
        assert answer.status_code in (200, 202), answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    async def portrait(self, name: str, **more: Any) -> str:
        """Ask for a portrait; return its jobId."""
        return str((await self.submit("portrait", portrait_body(name, **more)))["jobId"])

    async def video(self, name: str, portrait_url: str, **more: Any) -> str:
        """Ask for a clip; return its jobId."""
        return str((await self.submit("video", video_body(name, portrait_url, **more)))["jobId"])

    async def status(self, kind: str, job_id: str) -> dict[str, Any]:
        """Poll once."""
        answer = await self._ask("GET", f"/api/characters/{kind}/status", params={"jobId": job_id})
        assert answer.status_code == 200, answer.text
        status: dict[str, Any] = answer.json()
        return status

    async def end(self, kind: str, job_id: str, within: float = 60.0) -> dict[str, Any]:
        """Poll until the job has ended; the last status."""

        async def ended() -> dict[str, Any] | None:
            seen = await self.status(kind, job_id)
            assert seen["status"] is not None, f"{job_id} is unknown"
            return seen if seen["status"] in ("succeeded", "failed", "canceled") else None

        found: dict[str, Any] = await eventually(ended, within=within, every=0.1)
        return found

    async def output(self, kind: str, job_id: str, within: float = 60.0) -> tuple[str, bytes]:
        """Poll until there is a file; return its address and its bytes."""
        ended = await self.end(kind, job_id, within)
        assert ended["status"] == "succeeded", ended
        file = await self.http.get(ended["outputUrl"])
        assert file.status_code == 200
        return ended["outputUrl"], file.content

    async def delete(self, job_id: str) -> bool:
        """Delete a job, asking again while that takes longer than usual; whether it is gone by that."""
        told: list[int] = []

        async def ask() -> httpx.Response:
            answer = await self.http.delete(f"/v1/jobs/{job_id}")
            told.append(answer.status_code)
            return answer

        await answered(ask)
        return told[-1] == 204 or (len(told) > 1 and told[-1] == 410)

    async def job(self, job_id: str) -> dict[str, Any]:
        """Return the whole job."""
        answer = await self._ask("GET", f"/v1/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def _ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        return await self.http.request(method, path, **what)


class PatientApp(App):
    """An app that asks again for a minute what is answered 502, 503 or 504, as its users' own do.

    A job that was made all the same is answered with: the character has no other that runs.
    """

    async def _ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        return await answered(lambda: self.http.request(method, path, **what))
