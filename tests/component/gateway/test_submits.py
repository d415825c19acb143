"""The second door's submits: what they answer, what they refuse, and when two of them are one."""

import asyncio
from typing import Any

import httpx
import pytest
from nats.js import JetStreamContext

from shared.domain.ids import JobId
from shared.domain.request import Webhook
from shared.domain.states import Status
from shared.jetstream.job_log import JetStreamJobLog
from tests.component.gateway.conftest import Stored
from tests.component.gateway.endings import hands
from tests.component.gateway.test_app_door import CHARACTER, GOOD_PORTRAIT, GOOD_VIDEO, SHOW, posted
from tests.component.gateway.test_app_door_errors import assert_nothing_stored, assert_problem
from tests.component.gateway.test_jobs_door import FIELDS
from tests.support.eventually import eventually

PORTRAIT, VIDEO = "/v1/jobs/portrait", "/v1/jobs/video"
BOTH = [pytest.param(PORTRAIT, GOOD_PORTRAIT, id="portrait"), pytest.param(VIDEO, GOOD_VIDEO, id="video")]


@pytest.mark.parametrize(("path", "body"), BOTH)
async def test_a_good_request_is_answered_with_the_whole_job(
    http: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    answer = await http.post(path, json={**body, "metadata": {"page": "cast"}})

    job = answer.json()
    assert answer.status_code == 202
    assert set(job) == FIELDS
    assert (job["status"], job["stage"], job["done"]) == ("starting", "queued", False)
    assert job["metadata"] == {"page": "cast"}
    assert answer.headers["location"] == job["urls"]["self"] == f"http://greenroom.test/v1/jobs/{job['jobId']}"
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["cache-control"] == "private, no-cache"
    assert (await http.get(answer.headers["location"])).json()["jobId"] == job["jobId"]


async def test_the_settings_asked_for_are_the_ones_used(http: httpx.AsyncClient) -> None:
    wish = {"modelId": "google/veo-3.1", "seconds": 6.0, "aspectRatio": "portrait"}

    job = (await http.post(VIDEO, json={**GOOD_VIDEO, **wish})).json()

    assert job["model"] == "google/veo-3.1"
    assert job["settings"] == {"seconds": 6, "aspectRatio": "portrait", "resolution": "1080p"}


async def test_the_deadline_counts_from_acceptance(http: httpx.AsyncClient, js: JetStreamContext) -> None:
    log = JetStreamJobLog(js, "reader")
    for seconds, expected in ((10, 10.0), (43_200, 43_200.0), (90.5, 90.5), (None, 900.0)):
        wish = {**GOOD_PORTRAIT, "characterId": str(seconds), "showId": "s", "deadlineSeconds": seconds}
        entry = await log.last((await http.post(PORTRAIT, json=wish)).json()["jobId"])
        assert entry is not None
        assert (entry.job.deadline - entry.job.created_at).total_seconds() == expected


async def test_a_jobs_webhook_is_kept_with_it(signing: httpx.AsyncClient, js: JetStreamContext) -> None:
    for number, events in enumerate((None, ["processing", "failed", "failed"])):
        webhook = {"url": "https://example.com/called?by=greenroom"} | ({"events": events} if events else {})
        answer = await signing.post(PORTRAIT, json={**GOOD_PORTRAIT, "jobId": f"job-{number}", "webhook": webhook})
        assert answer.status_code == 202, answer.text
        await hands(signing, js, None).cancel(f"job-{number}")  # type: ignore[arg-type]

    log = JetStreamJobLog(js, "reader")
    found = [entry.job.webhook for n in (0, 1) if (entry := await log.last(JobId(f"job-{n}")))]
    url = "https://example.com/called?by=greenroom"
    assert found == [Webhook(url), Webhook(url, (Status.PROCESSING, Status.FAILED))]


async def test_without_a_secret_no_webhook_is_taken(http: httpx.AsyncClient, stored: Stored) -> None:
    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "webhook": {"url": "https://example.com/called"}})

    assert_problem(answer, 422, "invalid_request", "WEBHOOK_SECRET")
    await assert_nothing_stored(stored)


async def test_every_wrong_field_is_named_and_nothing_is_stored(http: httpx.AsyncClient, stored: Stored) -> None:
    wish = {"character": {}, "portraitUrl": "nowhere", "seconds": 5, "resolution": "4k"}

    problem = assert_problem(await http.post(VIDEO, json={**GOOD_VIDEO, **wish}), 422, "invalid_request", "4, 8, 12")
    misspelt = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "imagemodel": "flux"})

    pointers = {field["pointer"] for field in problem["errors"]}
    assert pointers == {"/character/showcase_scene_prompt", "/portraitUrl", "/seconds", "/resolution"}
    assert problem["retryable"] is False
    assert_problem(misspelt, 422, "invalid_request", "no field imagemodel")
    await assert_nothing_stored(stored)


async def test_a_body_that_is_no_json_object_is_400(http: httpx.AsyncClient, stored: Stored) -> None:
    for raw in (b"", b"{", b"[]", b'{"show": NaN}', b"\xff\xfe"):
        answer = await http.post(PORTRAIT, content=raw, headers={"content-type": "application/json"})
        assert_problem(answer, 400, "bad_request", "body")
    await assert_nothing_stored(stored)


async def test_another_content_type_is_415(http: httpx.AsyncClient, stored: Stored) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        headers = {"content-type": kind} if kind else {}
        answer = await http.post(PORTRAIT, content=b'{"show": {}, "character": {}}', headers=headers)
        assert_problem(answer, 415, "unsupported_media_type", "application/json")
    await assert_nothing_stored(stored)


async def test_json_by_any_of_its_names_is_taken(http: httpx.AsyncClient) -> None:
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"):
        answer = await http.post(PORTRAIT, content=b'{"show": {}, "character": {}}', headers={"content-type": kind})
        assert answer.status_code == 202


async def test_too_large_is_413(http: httpx.AsyncClient, stored: Stored) -> None:
    documents = {"show": {"bible": "x" * (256 * 1024)}, "character": CHARACTER}
    body = {"show": SHOW, "character": CHARACTER, "customPrompt": "x" * (768 * 1024)}

    assert_problem(await http.post(PORTRAIT, json=documents), 413, "too_large", "256 KiB")
    assert_problem(await http.post(PORTRAIT, json=body), 413, "too_large", "768 KiB")
    await assert_nothing_stored(stored)


async def test_a_job_id_sent_again_is_the_same_job_and_with_other_content_a_conflict(
    http: httpx.AsyncClient, stored: Stored
) -> None:
    body = {**GOOD_PORTRAIT, "jobId": "one"}
    first = await http.post(PORTRAIT, json=body)

    again = await http.post(PORTRAIT, json={**body, "metadata": {"k": "v"}, "deadlineSeconds": 60})
    other = await http.post(PORTRAIT, json={**body, "customPrompt": "a cat"})
    clip = await http.post(VIDEO, json={**GOOD_VIDEO, "jobId": "one"})

    assert (again.status_code, again.json()["jobId"]) == (202, "one")
    assert again.json()["createdAt"] == first.json()["createdAt"]
    assert again.json()["metadata"] == {}, "the first one's stay"
    for refused in (other, clip):
        problem = assert_problem(refused, 409, "job_id_conflict", "one")
        assert [field["pointer"] for field in problem["errors"]] == ["/jobId"]
    assert await stored.requests() == 1


async def test_both_doors_know_one_anothers_jobs(http: httpx.AsyncClient) -> None:
    named = {**GOOD_PORTRAIT, "showId": "low-tide", "characterId": "mira", "seed": {"gender": "female"}}
    first = await http.post("/api/characters/portrait", json={**named, "jobId": "one"})

    same = await http.post(PORTRAIT, json={**named, "jobId": "one"})
    click = await http.post(PORTRAIT, json={**named, "jobId": "two", "customPrompt": "another take"})

    assert first.json()["jobId"] == same.json()["jobId"] == click.json()["jobId"] == "one"
    assert (same.status_code, click.status_code) == (202, 202)


async def test_a_job_that_has_ended_answers_200(http: httpx.AsyncClient, js: JetStreamContext) -> None:
    body = {**GOOD_PORTRAIT, "jobId": "one"}
    await http.post(PORTRAIT, json=body)
    await http.post("/v1/jobs/one/cancel")

    answer = await http.post(PORTRAIT, json=body)

    assert (answer.status_code, answer.json()["status"]) == (200, "canceled")
    assert "retry-after" not in answer.headers
    assert answer.headers["location"].endswith("/v1/jobs/one")


async def test_a_deleted_jobs_id_is_410(http: httpx.AsyncClient) -> None:
    body = {**GOOD_PORTRAIT, "jobId": "one"}
    await http.post(PORTRAIT, json=body)
    await http.post("/v1/jobs/one/cancel")
    assert (await http.delete("/v1/jobs/one")).status_code == 204

    assert_problem(await http.post(PORTRAIT, json=body), 410, "job_pruned", "another jobId")


async def test_a_hundred_clicks_at_once_make_one_job(http: httpx.AsyncClient, stored: Stored) -> None:
    answers = await asyncio.gather(*(posted(http, GOOD_PORTRAIT, PORTRAIT) for _ in range(100)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    assert await stored.requests() == 1


async def test_a_client_that_would_rather_wait_is_answered_at_the_end(http: httpx.AsyncClient) -> None:
    body = {**GOOD_PORTRAIT, "jobId": "one"}
    waiting = asyncio.create_task(http.post(PORTRAIT, json=body, headers={"prefer": "respond-async, wait=50"}))

    async def canceled() -> bool:
        return (await http.post("/v1/jobs/one/cancel")).status_code == 200

    await eventually(canceled, within=20.0)
    answer = await waiting

    assert (answer.status_code, answer.json()["status"]) == (200, "canceled")
    assert answer.headers["preference-applied"] == "wait=50"
    assert "retry-after" not in answer.headers


async def test_who_waits_in_vain_is_told_how_things_stand(http: httpx.AsyncClient) -> None:
    answer = await http.post(PORTRAIT, json=GOOD_PORTRAIT, headers={"prefer": "wait=1"})
    at_once = await http.post(PORTRAIT, json=GOOD_PORTRAIT, headers={"prefer": "wait=soon"})

    assert (answer.status_code, answer.json()["status"]) == (202, "starting")
    assert answer.headers["preference-applied"] == "wait=1"
    assert "preference-applied" not in at_once.headers
