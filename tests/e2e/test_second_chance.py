"""A job that failed, made again with other words, listed, and deleted: every service at work."""

import httpx

from tests.e2e.conftest import app_of
from tests.support.app import App, portrait_body
from tests.support.replicate_emulator.client import Emulator
from tests.support.stack import Stack


async def listed(app: App, **query: str) -> list[str]:
    answer = await app.http.get("/v1/jobs", params=query)
    return [job["jobId"] for job in answer.json()["jobs"]]


async def test_a_failed_job_is_made_again_and_deleted(replicate_stack: Stack, emulator: Emulator) -> None:
    emulator.go("stormy", status="failed", error="CUDA out of memory")
    async with app_of(replicate_stack) as app:
        wish = portrait_body("Mira", customPrompt="a stormy pier", showId="tide", characterId="mira")
        first = (await app.submit("portrait", wish))["jobId"]
        assert (await app.end("portrait", first))["status"] == "failed"

        answer = await app.http.post(f"/v1/jobs/{first}/retry", json={"customPrompt": "a calm pier"})
        again = answer.json()["jobId"]
        url, _ = await app.output("portrait", again)
        both = await listed(app, showId="tide")
        timeline = (await app.http.get(f"/v1/jobs/{again}/timeline")).json()["events"]
        failed = await app.http.post("/v1/jobs:retryFailed")
        deleted = await app.delete(again)
        after: list[httpx.Response] = [await app.http.get(path) for path in (f"/v1/jobs/{again}", url)]

        assert (answer.status_code, answer.json()["retryOf"]) == (202, first)
        assert both == [again, first]
        assert timeline[0]["type"] == "greenroom.job.accepted.v1"
        assert timeline[-1]["data"]["outputUrl"] == url
        assert failed.json()["jobs"] == [], "what failed was retried"
        assert deleted
        assert [each.status_code for each in after] == [410, 404]
        assert await listed(app, showId="tide") == [first]
    assert [creation["input"]["prompt"] for creation in emulator.creations()] == ["a stormy pier", "a calm pier"]
