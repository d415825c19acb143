"""The blank provider: quicker than the gateway's own answer, and a new job is still told of as a new one."""

from pathlib import Path

from tests.e2e.conftest import app_of
from tests.support.app import portrait_body
from tests.support.stack import running_stack


async def test_a_job_that_ends_before_its_answer_is_still_a_new_one(tmp_path: Path) -> None:
    async with running_stack(tmp_path, PROVIDER="blank") as stack, app_of(stack) as app:
        answers = [
            await app.http.post("/api/characters/portrait", json=portrait_body(f"c{number}")) for number in range(100)
        ]
        ends = [await app.end("portrait", answer.json()["jobId"]) for answer in answers]

    assert {(answer.status_code, answer.json()["status"]) for answer in answers} == {(202, "starting")}
    assert {end["status"] for end in ends} == {"succeeded"}
