"""Two owners with keys, through every real part: the same jobId and character, each with a picture of its own."""

import asyncio
from pathlib import Path

import httpx

from tests.e2e.conftest import app_of
from tests.support.app import App, portrait_body
from tests.support.keys import ADA, BEN, READER, WRONG, bearing, keys_file
from tests.support.stack import running_stack

SAME = portrait_body("Mira", jobId="mira-1", showId="tide", characterId="mira")


async def test_two_owners_make_the_same_job_and_never_meet(tmp_path: Path) -> None:
    path = keys_file(tmp_path)
    async with (
        running_stack(tmp_path, PROVIDER="blank", API_KEYS_FILE=str(path)) as stack,
        app_of(stack) as ada,
        app_of(stack) as ben,
        app_of(stack) as stranger,
    ):
        for app, key in ((ada, ADA), (ben, BEN), (stranger, WRONG)):
            app.http.headers.update(bearing(key))
        asked = [await app.submit("portrait", SAME) for app in (ada, ben)]
        outputs = await asyncio.gather(ada.output("portrait", "mira-1"), ben.output("portrait", "mira-1"))
        refused = await stranger.http.post("/api/characters/portrait", json=SAME)
        # A file is whoever's who knows its address.
        seen = await stranger.http.get(outputs[0][0], headers={"Authorization": ""})
        told = [(await jobs(app), await app.delete("mira-1")) for app in (ada, ben)]
        logs = stack.logs()

    assert [answer.get("deduplicated") for answer in asked] == [None, None]
    assert [answer["jobId"] for answer in asked] == ["mira-1", "mira-1"]
    assert outputs[0][0] != outputs[1][0]
    assert (seen.status_code, seen.content) == (200, outputs[0][1])
    assert refused.status_code == 401
    assert told == [(["mira-1"], True), (["mira-1"], True)]
    assert not [key for key in (ADA, BEN, READER, WRONG) if key in logs]


async def jobs(app: App) -> list[str]:
    """Return the jobIds that an owner is shown."""
    answer: httpx.Response = await app.http.get("/v1/jobs")
    return [job["jobId"] for job in answer.json()["jobs"]]
