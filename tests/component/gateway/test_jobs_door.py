"""``GET /v1/jobs/{id}``, health, and what every answer carries."""

from typing import Any

import httpx

from tests.component.gateway.test_app_door import GOOD_PORTRAIT, GOOD_VIDEO, PORTRAIT, VIDEO

FIELDS = {
    *("jobId", "kind", "status", "stage", "done", "progress", "detail", "outputUrl", "output", "error", "showId"),
    *("characterId", "characterName", "model", "settings", "provider", "attempt", "retryOf", "queuePosition", "eta"),
    *("createdAt", "startedAt", "updatedAt", "completedAt", "deadline", "expiresAt", "metadata", "urls"),
}


async def a_job(http: httpx.AsyncClient, **changes: Any) -> str:
    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, **changes})
    job_id: str = answer.json()["jobId"]
    return job_id


async def test_a_queued_job_is_whole(http: httpx.AsyncClient) -> None:
    job_id = await a_job(http, showId="low-tide", characterId="mira")

    answer = await http.get(f"/v1/jobs/{job_id}")

    job = answer.json()
    assert set(job) == FIELDS
    assert (job["jobId"], job["kind"], job["status"], job["stage"]) == (job_id, "portrait", "starting", "queued")
    assert (job["done"], job["progress"], job["attempt"]) == (False, None, 0)
    assert (job["showId"], job["characterId"], job["characterName"]) == ("low-tide", "mira", "Mira")
    assert job["createdAt"] < job["deadline"]
    assert job["urls"]["self"] == f"http://greenroom.test/v1/jobs/{job_id}"
    assert set(job["urls"]) == {"self", "cancel", "retry", "events", "timeline"}
    assert answer.headers["cache-control"] == "private, no-cache"
    assert int(answer.headers["retry-after"]) >= 1


async def test_an_unchanged_job_is_304(http: httpx.AsyncClient) -> None:
    job_id = await a_job(http)
    tag = (await http.get(f"/v1/jobs/{job_id}")).headers["etag"]

    same = await http.get(f"/v1/jobs/{job_id}", headers={"if-none-match": f'"other", {tag}'})
    other = await http.get(f"/v1/jobs/{job_id}", headers={"if-none-match": '"other"'})

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200


async def test_a_clips_record_says_which_settings_will_be_used(http: httpx.AsyncClient) -> None:
    answer = await http.post(VIDEO, json={**GOOD_VIDEO, "seconds": 8, "aspectRatio": "landscape"})

    job = (await http.get(f"/v1/jobs/{answer.json()['jobId']}")).json()

    assert job["model"] == "openai/sora-2"
    assert job["settings"]["seconds"] == 8
    assert job["settings"]["aspectRatio"] == "landscape"


async def test_health_and_readiness(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).json()["status"] == "ok"
    waiting = await http.get("/readyz")
    assert waiting.status_code == 503
    assert "bucket" in waiting.json()["detail"], "without the status service there are no records"


async def test_the_document_and_its_page_are_served(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()

    assert {PORTRAIT, VIDEO, f"{PORTRAIT}/status", f"{VIDEO}/status", "/v1/jobs/{id}", "/media/{name}"} <= set(
        document["paths"]
    )
    assert (await http.get("/docs")).status_code == 200


async def test_a_sane_request_id_is_kept_and_a_wild_one_replaced(http: httpx.AsyncClient) -> None:
    kept = await http.get("/healthz", headers={"x-request-id": "abc-123"})
    replaced = await http.get("/healthz", headers={"x-request-id": "a b" * 100})

    assert kept.headers["x-request-id"] == "abc-123"
    assert replaced.headers["x-request-id"] not in ("", "a b" * 100)


async def test_the_root_leads_to_the_page(http: httpx.AsyncClient) -> None:
    answer = await http.get("/")

    assert answer.is_redirect
    assert answer.headers["location"] == "/page/"


async def test_a_cancels_answer_is_what_a_poll_right_after_it_says(http: httpx.AsyncClient) -> None:
    job_id = await a_job(http)

    canceled = await http.post(f"/v1/jobs/{job_id}/cancel")
    polled = await http.get(f"/v1/jobs/{job_id}")

    assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
    assert (polled.json(), polled.headers["etag"]) == (canceled.json(), canceled.headers["etag"])
