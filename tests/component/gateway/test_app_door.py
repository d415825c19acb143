"""The app's door: what it answers to good requests, and when two requests are one."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.component.gateway.conftest import Stored
from tests.support.asking import answered

PORTRAIT, VIDEO = "/api/characters/portrait", "/api/characters/video"
SHOW, CHARACTER = {"show_title": "Low Tide"}, {"character": "Mira", "showcase_scene_prompt": "walks the pier"}
GOOD_PORTRAIT: dict[str, Any] = {"show": SHOW, "character": CHARACTER}
GOOD_VIDEO: dict[str, Any] = {**GOOD_PORTRAIT, "portraitUrl": "https://example.com/p.png"}


async def record(http: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    answer = await http.get(f"/v1/jobs/{job_id}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("path", "body"), [(PORTRAIT, GOOD_PORTRAIT), (VIDEO, GOOD_VIDEO)])
async def test_a_good_request_is_accepted_and_known_at_once(
    http: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    answer = await http.post(path, json=body)

    assert answer.status_code == 202
    assert set(answer.json()) == {"jobId", "status"}
    assert answer.json()["status"] == "starting"
    status = await http.get(f"{path}/status", params={"jobId": answer.json()["jobId"]})
    assert status.json()["status"] == "starting"
    assert status.json()["outputUrl"] is None
    assert status.json()["detail"] is None


async def test_the_clients_job_id_is_kept(http: httpx.AsyncClient) -> None:
    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "jobId": "My_job-1"})

    assert answer.json() == {"jobId": "My_job-1", "status": "starting"}


async def test_the_same_job_id_and_content_is_the_same_job(http: httpx.AsyncClient, stored: Stored) -> None:
    body = {**GOOD_PORTRAIT, "jobId": "one"}
    await http.post(PORTRAIT, json=body)

    again = await http.post(PORTRAIT, json={**body, "showId": "s", "characterId": "c", "unknown": 1})

    assert again.status_code == 202
    assert again.json() == {"jobId": "one", "status": "starting", "deduplicated": True}
    assert await stored.requests() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"show": {"show_title": "High Tide"}},
        {"character": {"character": "Juno"}},
        {"customPrompt": "a cat"},
        {"imageModel": "flux"},
        {"stylizationGuardrails": False},
        {"seed": {"gender": "female"}},
    ],
)
async def test_the_same_job_id_with_other_content_is_refused(
    http: httpx.AsyncClient, stored: Stored, change: dict[str, Any]
) -> None:
    await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "jobId": "one"})

    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, **change, "jobId": "one"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "job_id_conflict"
    assert "one" in answer.json()["error"]
    assert (await stored.requests(), await stored.events()) == (1, 1)


async def test_a_job_id_of_the_other_kind_is_refused_and_its_status_is_null(
    http: httpx.AsyncClient, stored: Stored
) -> None:
    await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "jobId": "one"})

    assert (await http.post(VIDEO, json={**GOOD_VIDEO, "jobId": "one"})).status_code == 409
    other = await http.get(f"{VIDEO}/status", params={"jobId": "one"})
    assert other.json()["status"] is None
    assert await stored.requests() == 1


async def test_a_second_click_learns_the_first_ones_job(http: httpx.AsyncClient, stored: Stored) -> None:
    first = await http.post(PORTRAIT, json=GOOD_PORTRAIT)

    second = await http.post(PORTRAIT, json=GOOD_PORTRAIT)
    third = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "jobId": "another"})

    expected = {"jobId": first.json()["jobId"], "status": "starting", "deduplicated": True}
    assert (second.status_code, second.json()) == (202, expected)
    assert (third.status_code, third.json()) == (202, expected)
    assert await stored.requests() == 1


async def test_the_same_character_is_the_same_ids_when_both_are_sent(http: httpx.AsyncClient, stored: Stored) -> None:
    named = {**GOOD_PORTRAIT, "showId": "low-tide", "characterId": "mira"}
    first = await http.post(PORTRAIT, json=named)

    edited = await http.post(PORTRAIT, json={**named, "customPrompt": "another take"})
    other = await http.post(PORTRAIT, json={**named, "characterId": "juno"})
    half_named = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "showId": "low-tide"})

    assert edited.json()["jobId"] == first.json()["jobId"]
    assert edited.json()["deduplicated"] is True
    assert "deduplicated" not in other.json()
    assert "deduplicated" not in half_named.json()
    assert await stored.requests() == 3


async def test_a_portrait_and_a_clip_of_one_character_are_two_jobs(http: httpx.AsyncClient) -> None:
    named = {"showId": "low-tide", "characterId": "mira"}
    portrait = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, **named})

    clip = await http.post(VIDEO, json={**GOOD_VIDEO, **named})

    assert clip.json()["jobId"] != portrait.json()["jobId"]


async def posted(http: httpx.AsyncClient, body: dict[str, Any], path: str = PORTRAIT, **more: Any) -> httpx.Response:
    """Post a body, as patiently as every client does."""
    return await answered(lambda: http.post(path, json=body, **more))


async def got(http: httpx.AsyncClient, path: str) -> httpx.Response:
    """Get an answer as patiently as :func:`posted` does."""
    return await answered(lambda: http.get(path))


async def test_a_hundred_clicks_at_once_make_one_job(http: httpx.AsyncClient, stored: Stored) -> None:
    answers = await asyncio.gather(*(posted(http, GOOD_PORTRAIT) for _ in range(100)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    assert sum("deduplicated" not in answer.json() for answer in answers) == 1
    assert (await stored.requests(), await stored.events()) == (1, 1)


async def test_a_hundred_sends_of_one_job_id_for_different_characters_make_one_job(http: httpx.AsyncClient) -> None:
    bodies = [{**GOOD_PORTRAIT, "character": {"character": f"c{n % 10}"}, "jobId": "one"} for n in range(100)]

    answers = await asyncio.gather(*(posted(http, body) for body in bodies))

    accepted = [body["character"]["character"] for body, a in zip(bodies, answers, strict=True) if a.status_code == 202]
    assert len(set(accepted)) == 1
    assert len(accepted) == 10
    assert {a.status_code for a in answers} == {202, 409}


@pytest.mark.parametrize("wish", ["dall-e", 7, None, {"name": "flux"}])
async def test_an_unknown_image_model_falls_back_to_the_default(http: httpx.AsyncClient, wish: object) -> None:
    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "imageModel": wish})

    assert (await record(http, answer.json()["jobId"]))["model"] == "nano-banana-pro"


@pytest.mark.parametrize("model", ["nano-banana-pro", "flux", "gpt-image", "seedream"])
async def test_a_known_image_model_is_used(http: httpx.AsyncClient, model: str) -> None:
    answer = await http.post(PORTRAIT, json={**GOOD_PORTRAIT, "imageModel": model})

    assert (await record(http, answer.json()["jobId"]))["model"] == model


async def test_values_the_model_does_not_offer_fall_back_and_the_record_says_so(http: httpx.AsyncClient) -> None:
    wish = {"modelId": "google/veo-3.1", "seconds": 5, "aspectRatio": "square", "resolution": "720p"}
    answer = await http.post(VIDEO, json={**GOOD_VIDEO, **wish})

    job = await record(http, answer.json()["jobId"])
    assert job["model"] == "google/veo-3.1"
    assert job["settings"]["seconds"] in (4, 6, 8)
    assert job["settings"]["aspectRatio"] in ("portrait", "landscape")
    assert job["settings"]["resolution"] == "720p"


async def test_our_own_portrait_is_the_same_by_any_of_our_names(http: httpx.AsyncClient) -> None:
    relative = await http.post(VIDEO, json={**GOOD_VIDEO, "portraitUrl": "/media/abc.png"})

    absolute = await http.post(VIDEO, json={**GOOD_VIDEO, "portraitUrl": "http://greenroom.test/media/abc.png"})

    assert absolute.json()["jobId"] == relative.json()["jobId"]


async def test_documents_may_hold_anything(http: httpx.AsyncClient) -> None:
    odd = {"show": {"show_title": 7, "production_style": []}, "character": {"character": None}, "seed": "tall"}

    assert (await http.post(PORTRAIT, json=odd)).status_code == 202
