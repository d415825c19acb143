"""Making jobs again: one, or all that failed; once each, and never what is running or done."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.jetstream.topology import Topology
from tests.component.gateway.endings import Hands, hands
from tests.component.gateway.live import jobs_over
from tests.component.gateway.test_app_door_errors import assert_problem
from tests.support.nats_server import NatsServer

MIRA: dict[str, Any] = {"character": {"character": "Mira"}, "showId": "tide", "characterId": "mira"}


@pytest.fixture
def work(http: httpx.AsyncClient, js: JetStreamContext, tmp_path: Path) -> Hands:
    """A worker's hands."""
    return hands(http, js, tmp_path / "media")


async def failed(work: Hands, **wish: Any) -> str:
    """Ask for a portrait that fails; return its jobId."""
    job_id = await work.portrait(**wish)
    await work.fail(job_id)
    return job_id


async def retry(http: httpx.AsyncClient, job_id: str, **options: Any) -> httpx.Response:
    return await http.post(f"/v1/jobs/{job_id}/retry", **options)


async def retry_failed(http: httpx.AsyncClient, **body: Any) -> list[str]:
    """Retry all that failed; return which jobs that made again."""
    answer = await http.post("/v1/jobs:retryFailed", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["nextCursor"] is None
    return [job["retryOf"] for job in answer.json()["jobs"]]


async def test_a_failed_job_is_made_again_as_a_new_job(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await failed(work, **MIRA)
    before = (await http.get(f"/v1/jobs/{job_id}")).json()

    answer = await retry(http, job_id)

    job = answer.json()
    assert answer.status_code == 202
    assert (job["status"], job["retryOf"], job["attempt"]) == ("starting", job_id, 0)
    assert job["jobId"] != job_id
    kept = ("kind", "model", "settings", "showId", "characterId", "characterName", "metadata")
    assert {name: job[name] for name in kept} == {name: before[name] for name in kept}
    assert job["createdAt"] > before["createdAt"]
    assert int(answer.headers["retry-after"]) >= 1
    assert (await http.get(answer.headers["location"])).json()["jobId"] == job["jobId"]
    assert (await http.get(f"/v1/jobs/{job_id}")).json() == before


async def test_a_new_job_has_as_much_time_as_the_old_one_had(http: httpx.AsyncClient, work: Hands) -> None:
    wish = {"show": {}, "character": {}, "deadlineSeconds": 100, "metadata": {"k": "v"}}
    first = (await http.post("/v1/jobs/portrait", json=wish)).json()
    await work.fail(first["jobId"])

    await retry(http, first["jobId"])

    [again] = (await http.get("/v1/jobs", params={"limit": 1})).json()["jobs"]
    entry = await work.log.last(JobId(again["jobId"]))
    assert entry is not None
    assert again["retryOf"] == first["jobId"]
    assert again["metadata"] == {"k": "v"}
    assert (entry.job.deadline - entry.job.created_at).total_seconds() == 100


async def test_a_canceled_clip_can_be_made_again(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.video()
    await work.cancel(job_id)

    assert (await retry(http, job_id, json={})).json()["retryOf"] == job_id


async def test_another_prompt_makes_other_content_and_null_keeps_the_old(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await failed(work, **MIRA, customPrompt="a heron")
    before, kept = await work.log.last(JobId(job_id)), (await retry(http, job_id, json={"customPrompt": None})).json()
    await work.fail(kept["jobId"])
    other = (await retry(http, job_id, json={"customPrompt": "a cat"})).json()

    contents = [(await work.log.last(each["jobId"])).job.content for each in (kept, other)]  # type: ignore[union-attr]
    assert before is not None
    assert contents[0] == before.job.content
    assert contents[1] != before.job.content


async def test_two_clicks_are_one_job_and_after_its_end_a_third_is_another(
    http: httpx.AsyncClient, work: Hands
) -> None:
    job_id = await failed(work)

    answers = await asyncio.gather(*(retry(http, job_id) for _ in range(10)))
    again = {answer.json()["jobId"] for answer in answers}
    assert {answer.status_code for answer in answers} == {202}
    assert len(again) == 1

    await work.fail(again.pop())
    third = (await retry(http, job_id)).json()
    assert third["retryOf"] == job_id
    assert third["jobId"] not in {answer.json()["jobId"] for answer in answers}


async def test_a_retry_that_succeeded_answers_whoever_asks_again(
    http: httpx.AsyncClient, work: Hands, js: JetStreamContext, topology: Topology
) -> None:
    await jobs_over(js, topology).make_bucket()
    job_id = await failed(work)
    again = (await retry(http, job_id)).json()["jobId"]
    await work.succeed(again)

    answer = await retry(http, job_id)

    assert (answer.status_code, answer.json()["jobId"], answer.json()["status"]) == (200, again, "succeeded")
    assert answer.json()["expiresAt"] == (await http.get(f"/v1/jobs/{again}")).json()["expiresAt"] is not None


async def test_while_the_character_is_being_made_again_that_job_answers(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await failed(work, **MIRA)
    running = await work.portrait(**MIRA, customPrompt="by hand")

    answer = await retry(http, job_id)

    assert (answer.status_code, answer.json()["jobId"], answer.json()["retryOf"]) == (202, running, None)


async def test_what_is_active_or_succeeded_is_not_made_again(http: httpx.AsyncClient, work: Hands) -> None:
    job_id = await work.portrait()
    assert_problem(await retry(http, job_id), 409, "job_not_retryable", "starting")

    await work.succeed(job_id)

    assert_problem(await retry(http, job_id), 409, "job_not_retryable", "succeeded")


async def test_bodies_that_cannot_be_meant_are_refused(http: httpx.AsyncClient, work: Hands) -> None:
    portrait, clip = await failed(work), await work.video()
    await work.fail(clip)

    for body, words in (
        ({"customPrompt": 7}, "customPrompt must be text"),
        ({"customPrompt": ""}, "not empty"),
        ({"prompt": "a cat"}, "no field prompt"),
        ({"customPrompt": "a cat", "model": "flux"}, "no field model"),
    ):
        assert_problem(await retry(http, portrait, json=body), 422, "invalid_request", words)
    assert_problem(await retry(http, clip, json={"customPrompt": "x"}), 409, "job_not_retryable", "portraits")
    assert_problem(await retry(http, portrait, json=["x"]), 400, "bad_request", "object")
    broken = {"content": b"{", "headers": {"content-type": "application/json"}}
    assert_problem(await retry(http, portrait, **broken), 400, "bad_request", "not valid JSON")
    assert_problem(await retry(http, portrait, content=b"{}"), 415, "unsupported_media_type", "application/json")
    assert_problem(await retry(http, portrait, json={"customPrompt": "x" * 800_000}), 413, "too_large", "KiB")
    assert [job["retryOf"] for job in (await http.get("/v1/jobs")).json()["jobs"]] == [None, None]


async def test_who_is_not_known_or_kept_is_not_made_again(
    http: httpx.AsyncClient, js: JetStreamContext, work: Hands, server: NatsServer
) -> None:
    assert_problem(await retry(http, "nobody"), 404, "job_not_found", "no such job")
    assert_problem(await retry(http, "no.body"), 404, "job_not_found", "no such job")
    job_id = await failed(work)
    await js.delete_msg("JOBS", 1)
    assert_problem(await retry(http, job_id), 410, "job_pruned", "submit it anew")
    await http.delete(f"/v1/jobs/{job_id}")
    assert_problem(await retry(http, job_id), 410, "job_pruned", "no longer kept")

    server.stop()

    assert_problem(await retry(http, job_id), 503, "unavailable", "job store")
    assert_problem(await http.post("/v1/jobs:retryFailed"), 503, "unavailable", "job store")


async def test_all_that_failed_are_made_again_once(http: httpx.AsyncClient, work: Hands) -> None:
    ids = [await failed(work, character={"character": f"c{n}"}) for n in range(5)]
    await work.portrait(character={"character": "waits"})
    await work.cancel(await work.portrait(character={"character": "canceled"}))
    done = await work.portrait(character={"character": "done"})
    await work.succeed(done)

    assert await retry_failed(http) == ids[::-1]
    assert await retry_failed(http) == []


async def test_what_was_retried_or_asked_for_since_is_passed_over(http: httpx.AsyncClient, work: Hands) -> None:
    by_hand = await failed(work, character={"character": "Juno"})
    again = (await retry(http, by_hand, json={"customPrompt": "another claim"})).json()["jobId"]
    await work.fail(again)
    await failed(work, **MIRA)
    newer = await failed(work, **MIRA, customPrompt="again")
    await failed(work, character={"character": "Bo"})
    await work.portrait(character={"character": "Bo"})

    assert await retry_failed(http) == [newer, again]


async def test_a_show_or_a_kind_alone_can_be_made_again(http: httpx.AsyncClient, work: Hands) -> None:
    mira, other = await failed(work, **MIRA), await failed(work, character={"character": "Bo"}, showId="reef")
    clip = await work.video(showId="reef")
    await work.fail(clip)

    assert await retry_failed(http, showId="tide") == [mira]
    assert await retry_failed(http, kind="video", showId="tide") == []
    assert await retry_failed(http, kind="video") == [clip]
    assert await retry_failed(http, showId="reef") == [other]


async def test_a_retry_of_all_that_cannot_be_meant_is_refused(http: httpx.AsyncClient) -> None:
    for body, words in (
        ({"kind": "poem"}, "kind must be one of portrait, video"),
        ({"showId": ""}, "showId"),
        ({"status": "failed"}, "no field status"),
    ):
        answer = await http.post("/v1/jobs:retryFailed", json=body)
        assert_problem(answer, 422, "invalid_request", words)
    answer = await http.post("/v1/jobs:retryFailed", json={"cursor": "x"})
    assert_problem(answer, 400, "cursor_invalid", "begin again")
    answer = await http.post("/v1/jobs:retryFailed", content=b"x")
    assert_problem(answer, 415, "unsupported_media_type", "JSON")
