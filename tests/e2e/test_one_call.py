"""The second door with nothing but submits: one call asks, waits and has the picture; another has all the rest."""

import asyncio
from pathlib import Path
from typing import Any

from tests.e2e.conftest import app_of
from tests.support.app import portrait_body, video_body
from tests.support.stack import running_stack

WAITING = {"Prefer": "wait=60"}


async def test_asked_for_and_made_in_one_call(tmp_path: Path) -> None:
    async with running_stack(tmp_path, PROVIDER="blank") as stack, app_of(stack) as app:
        app.http.timeout = 90
        keyed = WAITING | {"Idempotency-Key": "mira-tuesday"}
        portrait = await app.http.post("/v1/jobs/portrait", json=portrait_body("Mira"), headers=keyed)
        job = portrait.json()
        file = await app.http.get(job["outputUrl"])
        again = await app.http.post("/v1/jobs/portrait", json=portrait_body("Mira"), headers=keyed)

        clip = {"kind": "video", **video_body("Mira", job["outputUrl"], seconds=4, jobId="clip")}
        jobs = [clip, clip, *({"kind": "portrait", **portrait_body(name)} for name in ("Juno", "Wren"))]
        batch = (await app.http.post("/v1/jobs:batch", json={"jobs": jobs})).json()["results"]
        ends: list[dict[str, Any]] = await asyncio.gather(
            *(app.end(result["job"]["kind"], result["job"]["jobId"]) for result in batch)
        )

    assert (portrait.status_code, job["status"], job["progress"]) == (200, "succeeded", 100)
    assert portrait.headers["preference-applied"] == "wait=60"
    assert (file.status_code, len(file.content)) == (200, job["output"]["bytes"])
    assert (again.status_code, again.json()["jobId"]) == (200, job["jobId"])
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["expiresAt"] is not None
    # The blank provider may have ended a job before its answer was written: 200 then.
    assert {result["status"] for result in batch} <= {200, 202}
    assert [end["status"] for end in ends] == ["succeeded"] * 4
    assert ends[0]["outputUrl"] == ends[1]["outputUrl"]
