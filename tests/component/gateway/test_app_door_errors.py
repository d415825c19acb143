"""Bad input at the app's door: the right code, a sentence that helps, nothing stored."""

import json
from typing import Any

import httpx
import pytest

from tests.component.gateway.conftest import Stored

PORTRAIT, VIDEO = "/api/characters/portrait", "/api/characters/video"
SHOW, CHARACTER = {"show_title": "Low Tide"}, {"character": "Mira", "showcase_scene_prompt": "walks the pier"}
GOOD_PORTRAIT = {"show": SHOW, "character": CHARACTER}
GOOD_VIDEO = {**GOOD_PORTRAIT, "portraitUrl": "https://example.com/p.png"}
ABSENT = object()


def without(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return ``body`` changed; ABSENT removes."""
    return {key: value for key, value in (body | changes).items() if value is not ABSENT}


WRONG_FIELDS = [
    (PORTRAIT, without(GOOD_PORTRAIT, show=ABSENT), "/show", "show must be an object"),
    (PORTRAIT, without(GOOD_PORTRAIT, show=None), "/show", "show must be an object"),
    (PORTRAIT, without(GOOD_PORTRAIT, show="a show"), "/show", "show must be an object"),
    (PORTRAIT, without(GOOD_PORTRAIT, show=[SHOW]), "/show", "show must be an object"),
    (PORTRAIT, without(GOOD_PORTRAIT, character=ABSENT), "/character", "character must be an object"),
    (PORTRAIT, without(GOOD_PORTRAIT, character=7), "/character", "character must be an object"),
    (PORTRAIT, without(GOOD_PORTRAIT, jobId="a job"), "/jobId", "letters, digits"),
    (PORTRAIT, without(GOOD_PORTRAIT, jobId="a.b"), "/jobId", "letters, digits"),
    (PORTRAIT, without(GOOD_PORTRAIT, jobId=""), "/jobId", "letters, digits"),
    (PORTRAIT, without(GOOD_PORTRAIT, jobId="j" * 129), "/jobId", "1 to 128"),
    (PORTRAIT, without(GOOD_PORTRAIT, jobId="j\n"), "/jobId", "letters, digits"),
    (PORTRAIT, without(GOOD_PORTRAIT, jobId=7), "/jobId", "letters, digits"),
    (PORTRAIT, without(GOOD_PORTRAIT, customPrompt=7), "/customPrompt", "customPrompt must be text"),
    (PORTRAIT, without(GOOD_PORTRAIT, stylizationGuardrails="no"), "/stylizationGuardrails", "true or false"),
    (PORTRAIT, without(GOOD_PORTRAIT, showId={"a": 1}), "/showId", "showId must be text"),
    (PORTRAIT, without(GOOD_PORTRAIT, characterId="c" * 257), "/characterId", "at most 256"),
    (VIDEO, without(GOOD_VIDEO, show=ABSENT), "/show", "show must be an object"),
    (VIDEO, without(GOOD_VIDEO, portraitUrl=ABSENT), "/portraitUrl", "portraitUrl is required"),
    (VIDEO, without(GOOD_VIDEO, portraitUrl=None), "/portraitUrl", "portraitUrl is required"),
    (VIDEO, without(GOOD_VIDEO, portraitUrl=""), "/portraitUrl", "portraitUrl is required"),
    (VIDEO, without(GOOD_VIDEO, portraitUrl="http://example.com/p.png"), "/portraitUrl", "https"),
    (VIDEO, without(GOOD_VIDEO, portraitUrl="file:///etc/passwd"), "/portraitUrl", "https"),
    (VIDEO, without(GOOD_VIDEO, portraitUrl="data:text/html;base64,AA=="), "/portraitUrl", "image"),
    (
        VIDEO,
        without(GOOD_VIDEO, character={"character": "Mira"}),
        "/character/showcase_scene_prompt",
        "showcase_scene_prompt is required",
    ),
    (
        VIDEO,
        without(GOOD_VIDEO, character={"showcase_scene_prompt": "  "}),
        "/character/showcase_scene_prompt",
        "showcase_scene_prompt is required",
    ),
    (
        VIDEO,
        without(GOOD_VIDEO, character={"showcase_scene_prompt": 7}),
        "/character/showcase_scene_prompt",
        "showcase_scene_prompt is required",
    ),
]


async def assert_nothing_stored(stored: Stored) -> None:
    assert (await stored.requests(), await stored.events()) == (0, 0)


def assert_problem(answer: httpx.Response, status: int, code: str, words: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert words in problem["error"]
    assert problem["requestId"] == answer.headers["x-request-id"]
    return problem


@pytest.mark.parametrize(("path", "body", "pointer", "words"), WRONG_FIELDS)
async def test_a_wrong_field_is_named(
    http: httpx.AsyncClient, stored: Stored, path: str, body: dict[str, Any], pointer: str, words: str
) -> None:
    problem = assert_problem(await http.post(path, json=body), 400, "bad_request", words)

    assert pointer in [field["pointer"] for field in problem["errors"]]
    assert problem["retryable"] is False
    await assert_nothing_stored(stored)


async def test_every_wrong_field_is_named_at_once(http: httpx.AsyncClient) -> None:
    answer = await http.post(PORTRAIT, json={"show": 1, "character": 2, "jobId": "?"})

    assert {field["pointer"] for field in answer.json()["errors"]} == {"/show", "/character", "/jobId"}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b'{"show": NaN}', "NaN is not JSON"),
        (b'{"show": 1e999}', "too large"),
        (b'{"show": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b"\xff\xfe", "not valid Unicode"),
        (b'{"show": {"show_title": "\\ud800"}, "character": {}}', "not valid Unicode"),
        (b'{"show": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested"),
        (b'{"show": ' + b'{"a":' * 70 + b"1" + b"}" * 70 + b', "character": {}}', "more than 64 levels"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(
    http: httpx.AsyncClient, stored: Stored, raw: bytes, words: str
) -> None:
    for path in (PORTRAIT, VIDEO):
        answer = await http.post(path, content=raw, headers={"content-type": "application/json"})
        assert_problem(answer, 400, "bad_request", words)
    await assert_nothing_stored(stored)


async def test_documents_over_the_limit_are_refused_and_just_under_it_taken(
    http: httpx.AsyncClient, stored: Stored
) -> None:
    def body(size: int) -> dict[str, Any]:
        bare = len(json.dumps([{"bible": ""}, CHARACTER], separators=(",", ":")))
        return {"show": {"bible": "x" * (size - bare)}, "character": CHARACTER}

    assert_problem(await http.post(PORTRAIT, json=body(256 * 1024 + 1)), 413, "too_large", "256 KiB")
    await assert_nothing_stored(stored)
    assert (await http.post(PORTRAIT, json=body(256 * 1024))).status_code == 202


async def test_a_body_over_the_limit_is_refused_however_it_comes(http: httpx.AsyncClient, stored: Stored) -> None:
    async def chunks() -> Any:
        for _ in range(64):
            yield b"x" * 65_536

    assert_problem(await http.post(PORTRAIT, content=chunks()), 413, "too_large", "KiB")
    await assert_nothing_stored(stored)


async def test_a_status_request_without_a_job_id_is_refused(http: httpx.AsyncClient) -> None:
    for kind in ("portrait", "video"):
        assert_problem(await http.get(f"/api/characters/{kind}/status"), 400, "bad_request", "jobId is required")


@pytest.mark.parametrize("job_id", ["never-issued", "not a job id", "", "a.b", "*", ">", "j" * 500])
async def test_an_unknown_or_malformed_job_id_is_null(http: httpx.AsyncClient, job_id: str) -> None:
    for kind in ("portrait", "video"):
        answer = await http.get(f"/api/characters/{kind}/status", params={"jobId": job_id})
        assert answer.status_code == 200
        assert [answer.json()[name] for name in ("status", "detail", "outputUrl")] == [None, None, None]


async def test_unknown_addresses_and_methods_are_problems_too(http: httpx.AsyncClient) -> None:
    assert_problem(await http.get("/nowhere"), 404, "not_found", "nothing at this address")
    answer = await http.delete(PORTRAIT)
    assert_problem(answer, 405, "method_not_allowed", "does not take that method")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("job_id", ["never-issued", "a.b", "j" * 129])
async def test_a_job_nobody_was_given_is_404(http: httpx.AsyncClient, job_id: str) -> None:
    assert_problem(await http.get(f"/v1/jobs/{job_id}"), 404, "job_not_found", "no such job")
