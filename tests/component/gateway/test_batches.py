"""``POST /v1/jobs:batch``: each entry answered for itself, in order, as it would have been alone."""

import json
from typing import Any

import httpx

from tests.component.gateway.conftest import Stored
from tests.component.gateway.test_app_door import CHARACTER, GOOD_PORTRAIT, GOOD_VIDEO, SHOW
from tests.component.gateway.test_app_door_errors import assert_nothing_stored, assert_problem
from tests.component.gateway.test_jobs_door import FIELDS

BATCH = "/v1/jobs:batch"


def portrait(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "portrait", "show": SHOW, "character": {"character": name}, **more}


async def send(http: httpx.AsyncClient, *jobs: Any) -> list[dict[str, Any]]:
    answer = await http.post(BATCH, json={"jobs": jobs})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [result["index"] for result in results] == list(range(len(jobs)))
    return results


async def test_a_hundred_jobs_are_answered_in_order(http: httpx.AsyncClient, stored: Stored) -> None:
    results = await send(http, *(portrait(f"c{n}", metadata={"n": str(n)}) for n in range(100)))

    assert {result["status"] for result in results} == {202}
    assert [result["job"]["metadata"]["n"] for result in results] == [str(n) for n in range(100)]
    assert set(results[0]["job"]) == FIELDS
    assert len({result["job"]["jobId"] for result in results}) == 100
    assert await stored.requests() == 100


async def test_bad_entries_spoil_no_others(http: httpx.AsyncClient, stored: Stored) -> None:
    large = {"show": {"bible": "x" * (256 * 1024)}, "character": CHARACTER}
    results = await send(
        http,
        portrait("a", imageModel="dall-e"),
        {"kind": "video", **GOOD_VIDEO, "seconds": 8},
        7,
        {**GOOD_PORTRAIT},
        {"kind": "sculpture", **GOOD_PORTRAIT},
        {"kind": "portrait", **large},
        portrait("b", jobId="b-1"),
        portrait("c", jobId="b-1"),
        portrait("d", customPrompt="x" * (768 * 1024)),
        portrait("e", kind=["portrait"]),
    )

    assert [result["status"] for result in results] == [422, 202, 422, 422, 422, 413, 202, 409, 413, 422]
    problems = {result["index"]: result["problem"] for result in results if "problem" in result}
    assert problems[0]["errors"][0]["pointer"] == "/imageModel"
    assert "seedream" in problems[0]["error"]
    assert [problems[n]["code"] for n in (5, 7)] == ["too_large", "job_id_conflict"]
    for index in (3, 4, 9):
        assert problems[index]["errors"] == [{"pointer": "/kind", "detail": "kind must be one of portrait, video."}]
    assert all(problem["status"] == results[index]["status"] for index, problem in problems.items())
    assert await stored.requests() == 2


async def test_entries_of_one_job_id_take_effect_as_they_stand(http: httpx.AsyncClient) -> None:
    jobs = [portrait(f"c{n % 20}-{n >= 60}", jobId=f"job-{n % 20}") for n in range(100)]

    results = await send(http, *jobs)

    # Whatever runs at the same time, the first of each id is accepted, and what comes later is the same or refused.
    assert [result["status"] for result in results] == [202] * 60 + [409] * 40


async def test_an_ended_job_answers_200(http: httpx.AsyncClient) -> None:
    await send(http, portrait("a", jobId="one"))
    await http.post("/v1/jobs/one/cancel")

    [result] = await send(http, portrait("a", jobId="one"))

    assert (result["status"], result["job"]["status"]) == (200, "canceled")


async def test_none_and_too_many_are_refused_whole(http: httpx.AsyncClient, stored: Stored) -> None:
    bodies: list[dict[str, Any]] = [{"jobs": []}, {"jobs": [portrait("a")] * 101}, {}, {"jobs": {}}, {"jobs": None}]
    for body in bodies:
        assert_problem(await http.post(BATCH, json=body), 422, "invalid_request", "1 to 100")
    more = await http.post(BATCH, json={"jobs": [portrait("a")], "atomic": True})
    assert_problem(more, 422, "invalid_request", "no field atomic")
    await assert_nothing_stored(stored)


async def test_what_a_single_job_is_refused_for_a_batch_is_too(http: httpx.AsyncClient, stored: Stored) -> None:
    json_type = {"content-type": "application/json"}
    key = await http.post(BATCH, json={"jobs": [portrait("a")]}, headers={"idempotency-key": "k"})

    assert_problem(key, 400, "bad_request", "one jobId")
    assert_problem(await http.post(BATCH, content=b"[]", headers=json_type), 400, "bad_request", "object")
    assert_problem(await http.post(BATCH, content=b"{}"), 415, "unsupported_media_type", "application/json")
    eight_mib = json.dumps({"jobs": ["x" * (8 * 1024 * 1024)]}).encode()
    assert_problem(await http.post(BATCH, content=eight_mib, headers=json_type), 413, "too_large", "8192 KiB")
    await assert_nothing_stored(stored)


async def test_a_batch_of_large_documents_is_taken(http: httpx.AsyncClient) -> None:
    results = await send(http, *(portrait(f"c{n}", show={"bible": "x" * (200 * 1024)}) for n in range(30)))

    assert {result["status"] for result in results} == {202}


async def test_a_batch_with_more_than_any_has_is_refused_in_few_words(http: httpx.AsyncClient, stored: Stored) -> None:
    """Told of each by itself, the answer would be many times the question, and the question is of eight megabytes."""
    crowd = {f"field {n}": 0 for n in range(40_000)}
    results = await send(http, *(portrait("a", **crowd) for _ in range(8)))
    many = await http.post(BATCH, json={"jobs": [[{}] * 1_000_000]})
    others = await http.post(BATCH, json={"jobs": [portrait("b")], **crowd})

    assert {result["status"] for result in results} == {422}
    assert "more than 200 fields" in results[0]["problem"]["error"]
    assert many.json()["results"][0]["status"] == 422
    assert others.status_code == 422
    assert len(others.json()["errors"]) == 20
    await assert_nothing_stored(stored)
